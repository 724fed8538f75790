"""psycopg2: libpq, text format, simple protocol only; the driver itself opens each transaction."""

import io
import json
import select
import threading
import time
from contextlib import closing, contextmanager
from datetime import datetime, timezone

import psycopg2
import psycopg2.extensions
import psycopg2.extras
from trial import Trial, raises, same, true

trial = Trial("psycopg2", "%s, libpq %s" % (psycopg2.__version__.split()[0],
                                            psycopg2.extensions.libpq_version() // 10000))


def connect(**options):
    return closing(psycopg2.connect(trial.url, **options))


def one(conn, sql, *args):
    with conn.cursor() as cur:
        cur.execute(sql, args or None)
        return cur.fetchone()[0]


def run(conn, sql, *args):
    with conn.cursor() as cur:
        cur.execute(sql, args or None)


@contextmanager
def crowd(size=3):
    """Other clients that begin and end transactions, so that a pool must deal its servers anew."""
    conns = [psycopg2.connect(trial.url) for _ in range(size)]

    def shift():
        conn = trial.random.choice(conns)
        if conn.status == psycopg2.extensions.STATUS_READY:
            run(conn, "select 1")
        else:
            conn.commit()

    try:
        yield shift
    finally:
        for conn in conns:
            conn.close()


def before():
    with connect() as conn:
        run(conn, "create schema " + trial.schema)
        run(conn, "create table %s (id int primary key, name text)" % trial.table("items"))
        conn.commit()


def after():
    with connect() as conn:
        run(conn, "drop schema %s cascade" % trial.schema)
        conn.commit()


@trial.reads
def connects_and_knows_the_server():
    with connect() as conn:
        same(one(conn, "select 1"), 1, "select 1")
        same(conn.encoding, "UTF8", "client encoding")
        same(str(conn.server_version), one(conn, "show server_version_num"), "server_version")
        same(conn.get_parameter_status("integer_datetimes"), "on", "integer_datetimes")


@trial.reads
def parameters():
    with connect() as conn:
        for value in (0, -1, 2**40, "O'Reilly \\ %s", "", None, True, b"\x00\xff", 1.5):
            got = one(conn, "select %s", value)
            same(bytes(got) if isinstance(value, bytes) else got, value, "round trip")


@trial.reads
def types():
    with connect() as conn:
        now = datetime(2024, 2, 29, 12, 34, 56, 789, tzinfo=timezone.utc)
        same(one(conn, "select %s::timestamptz", now), now, "timestamptz")
        same(one(conn, "select %s::int[]", [1, None, 3]), [1, None, 3], "int[]")
        same(one(conn, "select %s::text[]", ['a"b', "c,d", ""]), ['a"b', "c,d", ""], "text[]")
        value = {"a": [1, 2, {"b": "ü"}]}
        same(one(conn, "select %s::jsonb", psycopg2.extras.Json(value)), value, "jsonb")
        same(one(conn, "select '1.50'::numeric::text"), "1.50", "numeric")


@trial.writes
def transactions():
    with connect() as a, connect() as b:
        run(a, "insert into %s values (1, 'a')" % trial.table("items"))
        same(one(b, "select count(*) from %s" % trial.table("items")), 0, "uncommitted row seen")
        b.rollback()
        a.rollback()
        same(one(a, "select count(*) from %s" % trial.table("items")), 0, "after rollback")
        run(a, "insert into %s values (1, 'a')" % trial.table("items"))
        a.commit()
        same(one(b, "select name from %s where id = 1" % trial.table("items")), "a", "committed")


@trial.writes
def savepoints():
    with connect() as conn:
        run(conn, "insert into %s values (10, 'kept')" % trial.table("items"))
        run(conn, "savepoint s")
        with raises("23505", "duplicate key inside a savepoint"):
            run(conn, "insert into %s values (10, 'twice')" % trial.table("items"))
        run(conn, "rollback to savepoint s")
        run(conn, "release savepoint s")
        conn.commit()
        same(one(conn, "select name from %s where id = 10" % trial.table("items")), "kept", "row")


@trial.reads
def errors_leave_the_connection_usable():
    with connect() as conn:
        for _ in range(20):
            with raises("42601", "syntax error"):
                run(conn, "selec 1")
            with raises("25P02", "statement in a failed transaction"):
                run(conn, "select 1")
            conn.rollback()
            with raises("22012", "division by zero"):
                run(conn, "select 1/%s", 0)
            conn.rollback()
            same(one(conn, "select 1"), 1, "after the errors")
            conn.commit()


@trial.reads
def several_statements_in_one_query():
    with connect() as conn, crowd() as shift:
        conn.autocommit = True
        for _ in range(20):
            shift()
            same(one(conn, "select 1; select 2; select 3"), 3, "last result")
            with raises("22012", "error in the middle"):
                run(conn, "select 1; select 1/0; select 3")
            same(one(conn, ";;select 4"), 4, "empty statements first")


@trial.writes
def copy_in_and_out():
    with connect() as conn:
        table = trial.table("copied")
        run(conn, "create table %s (id int, name text)" % table)
        lines = "".join("%d\trow %d\n" % (i, i) for i in range(50000))
        with conn.cursor() as cur:
            cur.copy_expert("copy %s from stdin" % table, io.StringIO(lines))
            same(cur.rowcount, 50000, "rows copied in")
            out = io.StringIO()
            cur.copy_expert("copy (select * from %s order by id) to stdout" % table, out)
        same(out.getvalue() == lines, True, "copied out what was copied in")
        conn.commit()
        with raises("22P02", "bad row in COPY"), conn.cursor() as cur:
            cur.copy_expert("copy %s from stdin" % table, io.StringIO("x\ty\n" + lines))
        conn.rollback()
        same(one(conn, "select count(*) from %s" % table), 50000, "after the failed COPY")


@trial.reads
def large_result():
    with connect() as conn, conn.cursor() as cur:
        cur.execute("select i, repeat('x', 200) from generate_series(1, 100000) i")
        same(sum(row[0] for row in cur), 100000 * 100001 // 2, "sum of the rows")
        cur.execute("select repeat('y', 30000000)")
        same(len(cur.fetchone()[0]), 30000000, "length of one very large value")


@trial.reads
def named_cursor_fetches_in_parts():
    with connect() as conn, crowd() as shift:
        with conn.cursor("part") as cur:
            cur.itersize = 100
            cur.execute("select i from generate_series(1, 1000) i")
            total = 0
            for row in cur:
                total += row[0]
                if row[0] % 100 == 0:
                    shift()
        same(total, 500500, "sum of the rows")


@trial.reads
def cursor_with_hold():
    with connect() as conn, crowd() as shift:
        with conn.cursor("held", withhold=True) as cur:
            cur.execute("select i from generate_series(1, 500) i")
            conn.commit()
            total = 0
            while True:
                rows = cur.fetchmany(50)
                if not rows:
                    break
                total += sum(row[0] for row in rows)
                conn.commit()
                shift()
        conn.commit()
        same(total, 125250, "sum of the rows")


@trial.writes
def listen_notify():
    with connect() as listener, connect() as sender, crowd() as shift:
        listener.autocommit = sender.autocommit = True
        channel = trial.schema
        run(listener, "listen " + channel)
        for i in range(5):
            shift()
            run(sender, "select pg_notify(%s, %s)", channel, str(i))
        deadline = time.monotonic() + 10
        while len(listener.notifies) < 5 and time.monotonic() < deadline:
            select.select([listener], [], [], 1)
            listener.poll()
        same([n.payload for n in listener.notifies], list("01234"), "notifications")
        run(listener, "unlisten *")


@trial.reads
def settings_are_each_clients_own():
    with connect(application_name="a") as a, connect(application_name="b") as b, \
            connect() as plain, crowd() as shift:
        default = {n: one(plain, "show " + n) for n in ("search_path", "statement_timeout")}
        plain.commit()
        for conn, name in ((a, "a"), (b, "b")):
            run(conn, "set search_path = '%s'" % name)
            run(conn, "set statement_timeout = '%d s'" % (60 + len(name) + ord(name)))
            run(conn, "set time zone 'Etc/GMT-%d'" % (1 if name == "a" else 2))
            conn.commit()
        for _ in range(40):
            shift()
            for conn, name in trial.random.sample([(a, "a"), (b, "b")], 2):
                trial.saw_backend(conn, one(conn, "select pg_backend_pid()"))
                same(one(conn, "show application_name"), name, "application_name")
                same(one(conn, "show search_path"), name, "search_path")
                same(one(conn, "show timezone"), "Etc/GMT-%d" % (1 if name == "a" else 2), "zone")
                same(one(conn, "show statement_timeout"), "%ds" % (61 + ord(name)), "timeout")
                conn.commit()
            for name, value in default.items():
                same(one(plain, "show " + name), value, name + " of a client that set nothing")
            plain.commit()


@trial.reads
def settings_follow_rollback_and_local():
    with connect() as conn, crowd() as shift:
        run(conn, "set statement_timeout = '71s'")
        conn.commit()
        run(conn, "set statement_timeout = '72s'")
        conn.rollback()
        for _ in range(10):
            shift()
            same(one(conn, "show statement_timeout"), "71s", "a rolled back SET")
            conn.commit()
            run(conn, "set local statement_timeout = '73s'")
            conn.commit()
        run(conn, "reset statement_timeout")
        conn.commit()
        shift()
        true(one(conn, "show statement_timeout") not in ("71s", "72s", "73s"), "RESET")


@trial.reads
def custom_settings_are_each_clients_own():
    with connect() as a, connect() as b, crowd() as shift:
        for conn, tenant in ((a, "1"), (b, "2")):
            one(conn, "select set_config('app.tenant', %s, false)", tenant)
            conn.commit()
        for _ in range(20):
            shift()
            for conn, tenant in ((a, "1"), (b, "2")):
                same(one(conn, "select current_setting('app.tenant')"), tenant, "app.tenant")
                conn.commit()
        with connect() as other:
            true(one(other, "select current_setting('app.tenant', true)") in (None, ""),
                 "a new client sees another's app.tenant")


@trial.reads
def startup_options():
    with connect(options="-c statement_timeout=81s -c search_path=elsewhere") as conn, \
            crowd() as shift:
        for _ in range(10):
            shift()
            same(one(conn, "show statement_timeout"), "81s", "statement_timeout")
            same(one(conn, "show search_path"), "elsewhere", "search_path")
            conn.commit()


@trial.writes
def temporary_tables():
    with connect() as a, connect() as b, crowd() as shift:
        for conn, value in ((a, 1), (b, 2)):
            run(conn, "create temporary table scratch (v int)")
            run(conn, "insert into scratch values (%s)", value)
            conn.commit()
        for _ in range(10):
            shift()
            same(one(a, "select v from scratch"), 1, "first client's table")
            same(one(b, "select v from scratch"), 2, "second client's table")
            a.commit()
            b.commit()
        run(a, "drop table scratch")
        a.commit()


@trial.reads
def advisory_locks():
    with connect() as a, connect() as b, crowd() as shift:
        key = trial.random.randrange(2**60)
        run(a, "select pg_advisory_lock(%s)", key)
        a.commit()
        for _ in range(10):
            shift()
            same(one(b, "select pg_try_advisory_lock(%s)", key), False, "lock held by another")
            b.commit()
        same(one(a, "select pg_advisory_unlock(%s)", key), True, "unlock by its owner")
        a.commit()
        same(one(b, "select pg_try_advisory_lock(%s)", key), True, "lock set free")
        same(one(b, "select pg_advisory_unlock(%s)", key), True, "unlock")


@trial.reads
def cancel():
    with connect() as conn:
        for _ in range(3):
            timer = threading.Timer(0.5, conn.cancel)
            timer.start()
            with raises("57014", "cancelled query"):
                run(conn, "select pg_sleep(30)")
            timer.join()
            conn.rollback()
            same(one(conn, "select 1"), 1, "after the cancel")
            conn.commit()


@trial.reads
def statement_timeout():
    with connect() as conn:
        run(conn, "set statement_timeout = '100ms'")
        conn.commit()
        with raises("57014", "statement_timeout"):
            run(conn, "select pg_sleep(30)")
        conn.rollback()
        same(one(conn, "select 1"), 1, "after the timeout")


@trial.writes
def batch_insert():
    with connect() as conn, conn.cursor() as cur:
        run(conn, "create table %s (id int, doc jsonb)" % trial.table("batch"))
        rows = [(i, json.dumps({"i": i})) for i in range(5000)]
        psycopg2.extras.execute_values(cur, "insert into %s values %%s" % trial.table("batch"), rows)
        psycopg2.extras.execute_batch(
            cur, "insert into %s values (%%s, %%s)" % trial.table("batch"), rows[:500])
        conn.commit()
        same(one(conn, "select count(*) from %s" % trial.table("batch")), 5500, "rows")


@trial.reads
def sql_prepare_execute_deallocate():
    with connect() as a, connect() as b, crowd() as shift:
        for conn, value in ((a, 1), (b, 2)):
            run(conn, "prepare p (int) as select $1 * 10 + %d" % value)
            conn.commit()
        for i in range(30):
            shift()
            same(one(a, "execute p (%s)", i), i * 10 + 1, "first client's p")
            same(one(b, "execute p (%s)", i), i * 10 + 2, "second client's p")
            a.commit()
            b.commit()
        run(a, "deallocate p")
        a.commit()
        with raises("26000", "EXECUTE after DEALLOCATE"):
            run(a, "execute p (1)")
        a.rollback()
        same(one(b, "execute p (1)"), 12, "the other client's p")


@trial.reads
def discard_all():
    with connect() as conn, crowd() as shift:
        conn.autocommit = True
        default = one(conn, "show statement_timeout")
        run(conn, "set statement_timeout = '91s'")
        run(conn, "prepare q as select 1")
        run(conn, "discard all")
        shift()
        same(one(conn, "show statement_timeout"), default, "statement_timeout after DISCARD ALL")
        with raises("26000", "EXECUTE after DISCARD ALL"):
            run(conn, "execute q")


@trial.writes
def large_objects():
    with connect() as conn:
        lob = conn.lobject(0, "wb")
        lob.write(b"x" * 1000000)
        oid = lob.oid
        conn.commit()
        again = conn.lobject(oid, "rb")
        same(len(again.read()), 1000000, "bytes of the large object")
        again.unlink()
        conn.commit()


@trial.writes
def notices():
    with connect() as conn:
        run(conn, "do $$ begin for i in 1..5 loop raise notice 'n%', i; end loop; end $$")
        same([n.split()[1] for n in conn.notices], ["n%d" % i for i in range(1, 6)], "notices")


@trial.reads
def reconnects():
    for _ in range(50):
        with connect() as conn:
            same(one(conn, "select 1"), 1, "select 1")


@trial.reads
def refused_logins():
    for options, sqlstate, text in (
            ({"password": "wrong"}, "28P01", "password authentication failed"),
            ({"dbname": "no_such_database"}, "3D000", "does not exist")):
        try:
            psycopg2.connect(trial.url, **options).close()
        except psycopg2.OperationalError as e:
            # libpq gives no SQLSTATE for a refused login, only the server's text.
            true(text in str(e), "text for %s: %s" % (sqlstate, e))
        else:
            raise AssertionError("connected with %s" % options)


@trial.replica_only
def is_a_standby():
    with connect() as conn:
        same(one(conn, "select pg_is_in_recovery()"), True, "in recovery")
        with raises("25006", "write on a standby"):
            run(conn, "create table never (id int)")


trial.run(before, after)
