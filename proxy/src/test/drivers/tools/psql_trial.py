"""psql: its backslash commands, \\copy both ways, \\watch, and Ctrl-C typed at a terminal."""

import os
import tempfile

from tool import Terminal, needs_as_new_as_server, psql, run, version_of
from trial import Trial, same, true

trial = Trial("psql", version_of("psql")[1])


def interactive():
    # -n: without readline, what is typed shows up once and unedited.
    terminal = Terminal("psql", "-X", "-n", "-At", "-v", "PROMPT1=ready> ", "-v", "PROMPT2=more> ",
                        "-d", trial.url)
    terminal.expect("ready> ")
    return terminal


def before():
    psql(trial.url, "create schema %s; create table %s (id int primary key, name text);"
         " insert into %s select i, 'row ' || i from generate_series(1, 1000) i"
         % (trial.schema, trial.table("items"), trial.table("items")))


def after():
    psql(trial.url, "set client_min_messages = error; drop schema %s cascade" % trial.schema)


@trial.reads
def connects():
    same(psql(trial.url, "select 1"), "1", "select 1")
    same(run("psql", "-X", "-At", "-d", trial.url, "-c", "select 1; select 2").split(), ["1", "2"],
         "two statements in one -c")


@trial.reads
def describes_the_catalog():
    for command in ("\\d", "\\d+ pg_class", "\\dt pg_catalog.*", "\\di pg_catalog.*", "\\df now",
                    "\\dn", "\\du", "\\dx", "\\dT int4", "\\sf quote_nullable(text)", "\\conninfo",
                    "\\encoding"):
        psql(trial.url, command)


@trial.reads
def lists_databases():
    needs_as_new_as_server("psql", trial.url)
    true(trial.database in run("psql", "-X", "-l", "-d", trial.url), "psql -l")


@trial.writes
def describes_a_table():
    shown = run("psql", "-X", "-A", "-d", trial.url, "-c", "\\d " + trial.table("items"))
    true("id|integer|" in shown and "PRIMARY KEY, btree (id)" in shown, "\\d: " + shown)


@trial.writes
def copies_both_ways():
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "out.csv")
        psql(trial.url, "\\copy (select * from %s order by id) to '%s' csv"
             % (trial.table("items"), out))
        psql(trial.url, "create table %s (like %s);\n\\copy %s from '%s' csv" % (
            trial.table("again"), trial.table("items"), trial.table("again"), out))
        again = os.path.join(directory, "again.csv")
        psql(trial.url, "\\copy (select * from %s order by id) to '%s' csv"
             % (trial.table("again"), again))
        with open(out) as first, open(again) as second:
            same(first.read() == second.read(), True, "copied out what was copied in")
    same(psql(trial.url, "select count(*) from " + trial.table("again")), "1000", "rows")
    error = run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", trial.url, expect=3,
                stdin="\\copy %s from stdin csv\nx,y\n\\.\n" % trial.table("again"))
    true("invalid input syntax" in error, error)


@trial.reads
def fetches_in_parts():
    shown = psql(trial.url, "\\set FETCH_COUNT 100\nselect i from generate_series(1, 1000) i;")
    same(sum(map(int, shown.split())), 500500, "sum of the rows")


@trial.writes
def runs_a_file_in_one_transaction():
    script = "insert into %s values (2000, 'x');\nselect 1/0;\n" % trial.table("items")
    run("psql", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-d", trial.url, stdin=script, expect=3)
    same(psql(trial.url, "select count(*) from %s where id = 2000" % trial.table("items")), "0",
         "rows of the failed file")
    psql(trial.url, "select format('create table %s.g%%s ()', i) from generate_series(1, 3) i \\gexec"
         % trial.schema)


@trial.writes
def large_object():
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(500000))
        file.flush()
        shown = psql(trial.url, "\\lo_import %s\n\\echo :LASTOID" % file.name)
        oid = shown.split()[-1]
        psql(trial.url, "\\lo_export %s %s.out\n\\lo_unlink %s" % (oid, file.name, oid))
        with open(file.name, "rb") as first, open(file.name + ".out", "rb") as second:
            same(first.read() == second.read(), True, "exported what was imported")
        os.unlink(file.name + ".out")


@trial.reads
def reconnects_by_command():
    same(psql(trial.url, "select 1;\n\\c\nselect 2;").split()[-1], "2", "after \\c")


@trial.reads
def watch_until_ctrl_c():
    with interactive() as terminal:
        terminal.type("select 'seen', 6 * 7 \\watch 0.2\n")
        for _ in range(4):
            terminal.expect(r"seen\|42\n")
        terminal.type("\x03")
        terminal.expect("ready> ")
        terminal.type("select 'still', 1;\n")
        terminal.expect(r"still\|1\n")
        terminal.type("\\q\n")


@trial.reads
def ctrl_c_cancels_the_query():
    with interactive() as terminal:
        for _ in range(3):
            # The notice tells that the statement runs, so the cancel cannot come too early.
            terminal.type("do $$ begin raise notice 'begun'; perform pg_sleep(60); end $$;\n")
            terminal.expect("NOTICE:  begun")
            terminal.type("\x03")
            terminal.expect("ERROR:  canceling statement due to user request")
            terminal.expect("ready> ")
            terminal.type("\\echo :LAST_ERROR_SQLSTATE\n")
            terminal.expect("57014")
            terminal.type("select 'still', 1;\n")
            terminal.expect(r"still\|1\n")
        terminal.type("\\q\n")


@trial.reads
def ctrl_c_in_a_transaction():
    with interactive() as terminal:
        terminal.type("begin;\n")
        terminal.expect("BEGIN\n")
        terminal.type("do $$ begin raise notice 'begun'; perform pg_sleep(60); end $$;\n")
        terminal.expect("NOTICE:  begun")
        terminal.type("\x03")
        terminal.expect("ERROR:  canceling statement due to user request")
        terminal.type("select 1;\n")
        terminal.expect("current transaction is aborted")
        terminal.type("rollback;\n")
        terminal.expect("ROLLBACK\n")
        terminal.type("\\q\n")


@trial.reads
def refused_logins():
    error = run("psql", "-X", "-d", trial.url_with(password="wrong"), "-c", "select 1", expect=2)
    true("password authentication failed" in error, error)
    error = run("psql", "-X", "-d", trial.url_with(database="no_such_database"), "-c", "select 1",
                expect=2)
    true("does not exist" in error, error)


trial.run(before, after)
