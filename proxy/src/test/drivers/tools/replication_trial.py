"""pg_recvlogical, pg_receivewal and pg_basebackup: replication connections, in every pool mode."""

import hashlib
import json
import os
import tempfile

from tool import needs_as_new_as_server, psql, run, version_of
from trial import Trial, same, true

trial = Trial("pg_basebackup", version_of("pg_basebackup")[1])
slot = trial.schema


def before():
    psql(trial.url, "create schema %s; create table %s (id int primary key, name text)"
         % (trial.schema, trial.table("items")))


def after():
    psql(trial.url, "set client_min_messages = error; drop schema %s cascade" % trial.schema)


@trial.writes
def logical_changes():
    on_slot = ("pg_recvlogical", "-d", trial.url, "--slot", slot)
    run(*on_slot, "--create-slot", "-P", "test_decoding")
    try:
        psql(trial.url, "insert into %s select i, 'row ' || i from generate_series(1, 1000) i"
             % trial.table("items"))
        end = psql(trial.url, "update %s set name = 'changed' where id = 7;"
                              " select pg_current_wal_insert_lsn()" % trial.table("items"))
        shown = run(*on_slot, "--start", "--no-loop", "--endpos", end.split()[-1],
                    "-o", "skip-empty-xacts=1", "-f", "-")
        same(shown.count(": INSERT: "), 1000, "inserted rows received")
        true("name[text]:'changed'" in shown, "the update received")
    finally:
        run(*on_slot, "--drop-slot")
    same(psql(trial.url, "select count(*) from pg_replication_slots where slot_name = '%s'" % slot),
         "0", "slots left")


@trial.writes
def received_wal():
    needs_as_new_as_server("pg_receivewal", trial.url)
    with tempfile.TemporaryDirectory() as directory:
        run("pg_receivewal", "-d", trial.url, "--create-slot", "--slot", slot)
        try:
            psql(trial.url, "insert into %s select -i, 'x' from generate_series(1, 1000) i"
                 % trial.table("items"))
            end = psql(trial.url, "select pg_current_wal_insert_lsn()")
            run("pg_receivewal", "-d", trial.url, "--slot", slot, "-D", directory, "--no-loop",
                "--endpos", end)
        finally:
            run("pg_receivewal", "-d", trial.url, "--drop-slot", "--slot", slot)
        true(any(os.path.getsize(os.path.join(directory, name)) == 16 * 1024 * 1024
                 for name in os.listdir(directory)), "a WAL segment received")


def verify(directory):
    """Every file has the size and the sum that the server's manifest says."""
    with open(os.path.join(directory, "backup_manifest")) as file:
        files = json.load(file)["Files"]
    for entry in files:
        with open(os.path.join(directory, entry["Path"]), "rb") as file:
            content = file.read()
        same(len(content), entry["Size"], "size of " + entry["Path"])
        same(hashlib.sha256(content).hexdigest(), entry["Checksum"], "sum of " + entry["Path"])
    same(len(files) > 500, True, "number of files in the manifest")
    true(any(len(name) == 24 for name in os.listdir(os.path.join(directory, "pg_wal"))), "WAL")


def base_backup():
    needs_as_new_as_server("pg_basebackup", trial.url)
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o700)
        run("pg_basebackup", "-d", trial.url, "-D", directory, "-X", "stream", "-c", "fast",
            "--manifest-checksums", "SHA256")
        verify(directory)


@trial.writes
def base_backup_of_the_primary():
    base_backup()


@trial.replica_only
def base_backup_of_a_standby():
    base_backup()


trial.run(before, after)
