"""psycopg 3: extended protocol, server-side prepared statements after five uses, pipelines.

Left at its defaults it prepares `_pg3_N` by the protocol and drops one with a textual DEALLOCATE, so a
pool must know both to be the same thing.
"""

import logging
import threading
from contextlib import contextmanager
from datetime import datetime, timezone

import psycopg
from psycopg.types.json import Jsonb
from trial import Trial, raises, same, true

trial = Trial("psycopg3", "%s, libpq %d" % (psycopg.__version__, psycopg.pq.version() // 10000))
# It logs a warning for each pipeline that ends in the error the trial asked for.
logging.getLogger("psycopg").setLevel(logging.ERROR)


def connect(**options):
    return psycopg.connect(trial.url, **options)


def one(conn, sql, *args, **options):
    return conn.execute(sql, args or None, **options).fetchone()[0]


@contextmanager
def crowd(size=3):
    """Other clients that begin and end transactions, so that a pool must deal its servers anew."""
    conns = [connect() for _ in range(size)]

    def shift():
        conn = trial.random.choice(conns)
        if conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            conn.execute("select %s", [1])
        else:
            conn.commit()

    try:
        yield shift
    finally:
        for conn in conns:
            conn.close()


def before():
    with connect() as conn:
        conn.execute("create schema " + trial.schema)
        conn.execute("create table %s (id int primary key, name text)" % trial.table("items"))


def after():
    with connect() as conn:
        conn.execute("drop schema %s cascade" % trial.schema)


@trial.reads
def connects_and_knows_the_server():
    with connect() as conn:
        same(one(conn, "select 1"), 1, "select 1")
        same(str(conn.info.server_version), one(conn, "show server_version_num"), "server_version")
        same(conn.info.parameter_status("client_encoding"), "UTF8", "client_encoding")


@trial.reads
def parameters():
    with connect() as conn:
        for binary in (False, True):
            for value in (0, -1, 2**40, "O'Reilly \\ %s", "", None, True, b"\x00\xff", 1.5):
                cur = conn.cursor(binary=binary)
                got = cur.execute("select %s", [value]).fetchone()[0]
                same(got, value, "round trip, binary=%s" % binary)


@trial.reads
def types():
    with connect() as conn:
        now = datetime(2024, 2, 29, 12, 34, 56, 789, tzinfo=timezone.utc)
        value = {"a": [1, 2, {"b": "ü"}]}
        for binary in (False, True):
            cur = conn.cursor(binary=binary)
            cur.execute("select %b::timestamptz, %s::int[], %b::text[], %s::jsonb, 1.50::numeric",
                        [now, [1, None, 3], ['a"b', "c,d", ""], Jsonb(value)])
            row = cur.fetchone()
            same(row[:4], (now, [1, None, 3], ['a"b', "c,d", ""], value), "row")
            same(str(row[4]), "1.50", "numeric")


@trial.reads
def prepared_statements_reused():
    with connect() as conn, crowd() as shift:
        for i in range(300):
            shift()
            same(one(conn, "select %s::int + 1", i), i + 1, "prepared sum")
            trial.saw_backend(conn, one(conn, "select pg_backend_pid()"))
            conn.commit()
        same(len(conn._prepared._names) > 0, True, "psycopg prepared nothing")


@trial.reads
def prepared_statements_interleaved():
    with crowd() as shift:
        conns = [connect(prepare_threshold=0) for _ in range(5)]
        for i in range(60):
            shift()
            for n, conn in enumerate(conns):
                # The same name _pg3_0 means another statement for every second client.
                sql = "select %s::int + 1" if n % 2 else "select %s::int * 1000"
                same(one(conn, sql, i), i + 1 if n % 2 else i * 1000, "client %d" % n)
                if (i + n) % 3 == 0:
                    conn.commit()
        for conn in conns:
            conn.close()


@trial.reads
def prepared_statements_evicted():
    with connect(prepare_threshold=0) as conn, crowd() as shift:
        conn.prepared_max = 5
        for i in range(120):
            shift()
            same(one(conn, "select %%s::int + %d" % (i % 12), i), i + i % 12, "statement %d" % i)
            conn.commit()


@trial.writes
def transactions_and_savepoints():
    items = trial.table("items")
    with connect() as a, connect(autocommit=True) as b:
        with a.transaction():
            a.execute("insert into %s values (1, 'a')" % items)
            same(one(b, "select count(*) from %s" % items), 0, "uncommitted row seen")
            with raises("23505", "duplicate key"), a.transaction():
                a.execute("insert into %s values (1, 'b')" % items)
            a.execute("insert into %s values (2, 'c')" % items)
        same(one(b, "select string_agg(name, '' order by id) from %s" % items), "ac", "rows")


@trial.reads
def errors_leave_the_connection_usable():
    with connect() as conn:
        for _ in range(20):
            with raises("42601", "syntax error"):
                conn.execute("selec %s", [1])
            with raises("25P02", "statement in a failed transaction"):
                conn.execute("select %s", [1])
            conn.rollback()
            with raises("22012", "division by zero"):
                conn.execute("select 1/%s::int", [0])
            conn.rollback()
            same(one(conn, "select %s", 1), 1, "after the errors")
            conn.commit()


@trial.reads
def pipeline():
    if not psycopg.Pipeline.is_supported():
        return
    with connect(autocommit=True) as conn, crowd() as shift:
        for _ in range(20):
            shift()
            with conn.pipeline():
                cursors = [conn.execute("select %s::int", [i]) for i in range(100)]
            same([c.fetchone()[0] for c in cursors], list(range(100)), "pipelined results")


@trial.reads
def pipeline_with_an_error():
    with connect(autocommit=True) as conn, crowd() as shift:
        for _ in range(20):
            shift()
            with raises("22012", "error in a pipeline"), conn.pipeline() as p:
                first = conn.execute("select %s::int", [1])
                p.sync()
                conn.execute("select 1 / %s::int", [0])
                conn.execute("select %s::int", [2])
                p.sync()
            same(first.fetchone()[0], 1, "result before the error")
            same(one(conn, "select %s::int", 3), 3, "after the pipeline")


@trial.writes
def executemany_and_returning():
    table = trial.table("many")
    with connect() as conn, conn.cursor() as cur:
        cur.execute("create table %s (id int, name text)" % table)
        cur.executemany("insert into %s values (%%s, %%s) returning id" % table,
                        [(i, str(i)) for i in range(2000)], returning=True)
        ids = []
        while True:
            ids.append(cur.fetchone()[0])
            if not cur.nextset():
                break
        same(ids, list(range(2000)), "returned ids")


@trial.writes
def copy_in_and_out():
    table = trial.table("copied")
    with connect() as conn, conn.cursor() as cur:
        cur.execute("create table %s (id int, name text)" % table)
        for fmt in ("text", "binary"):
            with cur.copy("copy %s from stdin (format %s)" % (table, fmt)) as copy:
                copy.set_types(["int4", "text"])
                for i in range(20000):
                    copy.write_row((i, "row %d" % i))
        with cur.copy("copy %s to stdout (format binary)" % table) as copy:
            copy.set_types(["int4", "text"])
            same(sum(1 for _ in copy.rows()), 40000, "rows copied out")
        conn.commit()
        with raises("57014", "COPY given up by the client"):
            with cur.copy("copy %s from stdin" % table) as copy:
                copy.write("1\tx\n")
                raise psycopg.errors.QueryCanceled("changed my mind")
        conn.rollback()
        same(one(conn, "select count(*) from %s" % table), 40000, "rows at the end")


@trial.reads
def large_result():
    with connect() as conn:
        rows = conn.execute("select i, repeat('x', 200) from generate_series(1, %s) i", [50000])
        same(sum(row[0] for row in rows), 50000 * 50001 // 2, "sum of the rows")
        same(len(one(conn, "select repeat(%s, 30000000)", "y")), 30000000, "one very large value")
        rows = conn.cursor().stream("select i from generate_series(1, %s) i", [20000])
        same(sum(row[0] for row in rows), 20000 * 20001 // 2, "sum of streamed rows")


@trial.reads
def server_cursors():
    with connect() as conn, crowd() as shift:
        for withhold in (False, True):
            with conn.cursor("c", withhold=withhold) as cur:
                cur.execute("select i from generate_series(1, %s) i", [500])
                total = 0
                for _ in range(10):
                    total += sum(row[0] for row in cur.fetchmany(50))
                    if withhold:
                        conn.commit()
                    shift()
            conn.commit()
            same(total, 125250, "sum of the rows, withhold=%s" % withhold)


@trial.writes
def listen_notify():
    with connect(autocommit=True) as listener, connect(autocommit=True) as sender, \
            crowd() as shift:
        listener.execute("listen " + trial.schema)
        for i in range(5):
            shift()
            sender.execute("select pg_notify(%s, %s)", [trial.schema, str(i)])
        got = []
        for notify in listener.notifies():
            got.append(notify.payload)
            if len(got) == 5:
                break
        same(got, list("01234"), "notifications")
        listener.execute("unlisten *")


@trial.reads
def settings_are_each_clients_own():
    with connect(application_name="a") as a, connect(application_name="b") as b, crowd() as shift:
        for conn, name in ((a, "a"), (b, "b")):
            conn.execute("select set_config('search_path', %s, false)", [name])
            conn.execute("set statement_timeout = '%ds'" % (60 + ord(name)))
            conn.commit()
        for _ in range(40):
            shift()
            for conn, name in trial.random.sample([(a, "a"), (b, "b")], 2):
                same(one(conn, "show application_name"), name, "application_name")
                same(one(conn, "show search_path"), name, "search_path")
                same(one(conn, "show statement_timeout"), "%ds" % (60 + ord(name)), "timeout")
                same(conn.info.parameter_status("application_name"), name, "ParameterStatus")
                conn.commit()


@trial.reads
def transaction_characteristics():
    with connect() as conn, connect() as other, crowd() as shift:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        for _ in range(10):
            shift()
            same(one(conn, "show transaction_isolation"), "repeatable read", "isolation")
            same(one(conn, "show transaction_read_only"), "on", "read only")
            conn.commit()
            same(one(other, "show transaction_isolation"), "read committed", "another's isolation")
            other.commit()


@trial.writes
def temporary_tables():
    with connect() as a, connect() as b, crowd() as shift:
        for conn, value in ((a, 1), (b, 2)):
            conn.execute("create temporary table scratch on commit preserve rows as select %d as v"
                         % value)
            conn.commit()
        for _ in range(20):
            shift()
            for conn, value in ((a, 1), (b, 2)):
                same(one(conn, "select v from scratch"), value, "own temporary table")
                conn.commit()


@trial.reads
def advisory_locks():
    with connect() as a, connect() as b, crowd() as shift:
        key = trial.random.randrange(2**60)
        a.execute("select pg_advisory_lock(%s)", [key])
        a.commit()
        for _ in range(10):
            shift()
            same(one(b, "select pg_try_advisory_lock(%s)", key), False, "lock held by another")
            b.commit()
        same(one(a, "select pg_advisory_unlock(%s)", key), True, "unlock by its owner")
        a.commit()
        same(one(b, "select pg_try_advisory_xact_lock(%s)", key), True, "lock set free")


@trial.reads
def cancel():
    with connect() as conn:
        for _ in range(3):
            timer = threading.Timer(0.5, conn.cancel)
            timer.start()
            with raises("57014", "cancelled query"):
                conn.execute("select pg_sleep(30)")
            timer.join()
            conn.rollback()
            same(one(conn, "select %s", 1), 1, "after the cancel")
            conn.commit()


@trial.writes
def changed_result_type_heals():
    """A prepared `select *` goes on working after ALTER TABLE, as the next transaction shows."""
    table = trial.table("changing")
    with connect(autocommit=True, prepare_threshold=0) as conn, connect(autocommit=True) as ddl:
        ddl.execute("create table %s as select 1 as a" % table)
        same(conn.execute("select * from %s" % table).fetchall(), [(1,)], "before")
        ddl.execute("alter table %s add b text default 'new'" % table)
        try:
            rows = conn.execute("select * from %s" % table).fetchall()
            trial.note("cached-plan", "healed")
        except psycopg.errors.FeatureNotSupported:
            # What PostgreSQL itself says, and keeps saying until the statement is dropped.
            trial.note("cached-plan", "0A000")
            conn.execute("deallocate all")
            conn._prepared.clear()
            rows = conn.execute("select * from %s" % table).fetchall()
        same(rows, [(1, "new")], "after")


@trial.reads
def sql_prepare_execute_deallocate():
    with connect() as a, connect() as b, crowd() as shift:
        for conn, value in ((a, 1), (b, 2)):
            conn.execute("prepare p (int) as select $1 * 10 + %d" % value)
            conn.commit()
        for i in range(30):
            shift()
            for conn, value in ((a, 1), (b, 2)):
                same(one(conn, "execute p (%d)" % i), i * 10 + value, "own p")
                conn.commit()
        a.execute("deallocate all")
        a.commit()
        with raises("26000", "EXECUTE after DEALLOCATE ALL"):
            a.execute("execute p (1)")
        a.rollback()
        same(one(b, "execute p (1)"), 12, "the other client's p")


@trial.reads
def discard_all():
    with connect(autocommit=True) as conn, crowd() as shift:
        default = one(conn, "show statement_timeout")
        conn.execute("set statement_timeout = '91s'")
        conn.execute("discard all")
        conn._prepared.clear()
        for i in range(10):
            shift()
            same(one(conn, "show statement_timeout"), default, "after DISCARD ALL")
            same(one(conn, "select %s::int", i), i, "prepared anew")


@trial.reads
def reconnects():
    for _ in range(50):
        with connect() as conn:
            same(one(conn, "select %s", 1), 1, "select 1")


@trial.reads
def refused_logins():
    for url, text in (
            (trial.url_with(password="wrong"), "password authentication failed"),
            (trial.url_with(database="no_such_database"), "does not exist")):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as e:
            true(text in str(e), "%r not in %s" % (text, e))
        else:
            raise AssertionError("connected to " + url)


@trial.replica_only
def is_a_standby():
    with connect() as conn:
        same(one(conn, "select pg_is_in_recovery()"), True, "in recovery")
        with raises("25006", "write on a standby"):
            conn.execute("create table never (id int)")


trial.run(before, after)
