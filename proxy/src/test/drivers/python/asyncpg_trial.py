"""asyncpg: its own protocol code, binary format, every query a named prepared statement it caches.

Its pool resets a connection with `pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL` and its
type introspection changes `jit` for a moment: both are settings a pooler has to follow.
"""

import asyncio
import io
import json
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from decimal import Decimal
from uuid import UUID

import asyncpg
from trial import Trial, raises, same

trial = Trial("asyncpg", asyncpg.__version__)


@asynccontextmanager
async def connect(**options):
    conn = await asyncpg.connect(trial.url, **options)
    try:
        yield conn
    finally:
        await conn.close()


@asynccontextmanager
async def crowd(size=3):
    """Other clients that begin and end transactions, so that a pool must deal its servers anew."""
    conns = [await asyncpg.connect(trial.url) for _ in range(size)]
    open_transactions = {}

    async def shift():
        conn = trial.random.choice(conns)
        transaction = open_transactions.pop(conn, None)
        if transaction is None:
            open_transactions[conn] = conn.transaction()
            await open_transactions[conn].start()
            await conn.fetchval("select $1::int", 1)
        else:
            await transaction.commit()

    try:
        yield shift
    finally:
        for conn in conns:
            await conn.close()


async def before():
    async with connect() as conn:
        await conn.execute("create schema " + trial.schema)
        await conn.execute("create table %s (id int primary key, name text)" % trial.table("items"))


async def after():
    async with connect() as conn:
        await conn.execute("drop schema %s cascade" % trial.schema)


@trial.reads
async def connects_and_knows_the_server():
    async with connect() as conn:
        same(await conn.fetchval("select 1"), 1, "select 1")
        settings = conn.get_settings()
        same(settings.client_encoding, "UTF8", "client_encoding")
        same(settings.server_version, await conn.fetchval("show server_version"), "server_version")


@trial.reads
async def types():
    async with connect() as conn:
        now = datetime(2024, 2, 29, 12, 34, 56, 789, tzinfo=timezone.utc)
        uuid = UUID(int=7)
        row = await conn.fetchrow(
            "select $1::timestamptz, $2::int[], $3::text[], $4::numeric, $5::uuid, $6::bytea,"
            " $7::jsonb, $8::float8, $9::bool",
            now, [1, None, 3], ['a"b', "c,d", ""], Decimal("1.50"), uuid, b"\x00\xff",
            json.dumps({"a": "ü"}), 1.5, None)
        same(list(row), [now, [1, None, 3], ['a"b', "c,d", ""], Decimal("1.50"), uuid, b"\x00\xff",
                         '{"a": "ü"}', 1.5, None], "row")


@trial.writes
async def introspected_types():
    """A type it does not know costs extra queries on the same connection, inside the caller's."""
    async with connect() as conn, crowd() as shift:
        await conn.execute("create type %s as (x int, y text)" % trial.table("pair"))
        await conn.execute("create type %s as enum ('red', 'blue')" % trial.table("colour"))
        for i in range(10):
            await shift()
            await conn.reload_schema_state()
            row = await conn.fetchrow("select (1, 'a')::%s as p, array['red']::%s[] as c, $1::int"
                                      % (trial.table("pair"), trial.table("colour")), i)
            same((row[0]["x"], row[0]["y"], row[1], row[2]), (1, "a", ["red"], i), "row")
        async with connect() as other:
            same(await other.fetchval("show jit"), await conn.fetchval("show jit"), "jit")


@trial.reads
async def prepared_statements_reused():
    async with connect() as conn, crowd() as shift:
        prepared = await conn.prepare("select $1::int + 1, pg_backend_pid()")
        for i in range(300):
            await shift()
            row = await prepared.fetchrow(i)
            same(row[0], i + 1, "prepared sum")
            trial.saw_backend(conn, row[1])
            same(await conn.fetchval("select $1::text || $2", "a", str(i)), "a%d" % i, "cached")


@trial.reads
async def prepared_statements_interleaved():
    async with crowd() as shift:
        conns = [await asyncpg.connect(trial.url) for _ in range(5)]
        # asyncpg numbers its statements in each process, so equal names come from two "processes".
        for n, conn in enumerate(conns):
            same(await conn.fetchval("select $1::int * %d" % n, 1), n, "first use")
        for i in range(60):
            await shift()
            values = await asyncio.gather(
                *(conn.fetchval("select $1::int * %d" % n, i) for n, conn in enumerate(conns)))
            same(values, [i * n for n in range(5)], "all clients at once")
        for conn in conns:
            await conn.close()


@trial.reads
async def prepared_statements_evicted():
    async with connect(statement_cache_size=5) as conn, crowd() as shift:
        for i in range(150):
            await shift()
            same(await conn.fetchval("select $1::int + %d" % (i % 12), i), i + i % 12, "statement")


@trial.writes
async def transactions_and_savepoints():
    items = trial.table("items")
    async with connect() as a, connect() as b:
        async with a.transaction():
            await a.execute("insert into %s values ($1, $2)" % items, 1, "a")
            same(await b.fetchval("select count(*) from %s" % items), 0, "uncommitted row seen")
            with raises("23505", "duplicate key"):
                async with a.transaction():
                    await a.execute("insert into %s values ($1, $2)" % items, 1, "b")
            await a.execute("insert into %s values ($1, $2)" % items, 2, "c")
        same(await b.fetchval("select string_agg(name, '' order by id) from %s" % items), "ac", "")


@trial.reads
async def errors_leave_the_connection_usable():
    async with connect() as conn:
        for _ in range(20):
            with raises("42601", "syntax error"):
                await conn.fetchval("selec $1", 1)
            with raises("22012", "division by zero"):
                await conn.fetchval("select 1 / $1::int", 0)
            with raises("22012", "division by zero in a script"):
                await conn.execute("select 1; select 1/0; select 2")
            same(await conn.fetchval("select $1::int", 1), 1, "after the errors")


@trial.writes
async def executemany():
    table = trial.table("many")
    async with connect() as conn:
        await conn.execute("create table %s (id int primary key, name text)" % table)
        await conn.executemany("insert into %s values ($1, $2)" % table,
                               [(i, "n%d" % i) for i in range(5000)])
        with raises("23505", "duplicate key in a batch"):
            await conn.executemany("insert into %s values ($1, $2)" % table,
                                   [(i, "n") for i in range(9000, 3000, -1)])
        same(await conn.fetchval("select count(*) from %s" % table), 5000, "all or nothing")


@trial.writes
async def copy_in_and_out():
    table = "copied"
    async with connect() as conn:
        await conn.execute("create table %s (id int, name text)" % trial.table(table))
        rows = [(i, "row %d" % i) for i in range(50000)]
        await conn.copy_records_to_table(table, schema_name=trial.schema, records=rows)
        out = io.BytesIO()
        await conn.copy_from_query("select * from %s where id < $1" % trial.table(table), 10,
                                   output=out, format="csv")
        same(out.getvalue().decode().splitlines()[9], "9,row 9", "a line copied out")
        with raises("22P02", "bad row in COPY"):
            await conn.copy_to_table(table, schema_name=trial.schema, source=io.BytesIO(b"x\ty\n"))
        same(await conn.fetchval("select count(*) from %s" % trial.table(table)), 50000, "rows")


@trial.reads
async def large_result():
    async with connect() as conn:
        rows = await conn.fetch("select i, repeat('x', 200) from generate_series(1, $1::int) i",
                                50000)
        same(sum(row[0] for row in rows), 50000 * 50001 // 2, "sum of the rows")
        same(len(await conn.fetchval("select repeat($1, 30000000)", "y")), 30000000, "one value")


@trial.reads
async def portal_with_row_limit():
    """A cursor here is a portal, executed 50 rows at a time, with other clients in between."""
    async with connect() as conn, crowd() as shift, conn.transaction():
        total = 0
        async for row in conn.cursor("select i from generate_series(1, $1::int) i", 1000,
                                     prefetch=50):
            total += row[0]
            if row[0] % 50 == 0:
                await shift()
        same(total, 500500, "sum of the rows")


@trial.writes
async def listen_notify():
    async with connect() as listener, connect() as sender, crowd() as shift:
        queue = asyncio.Queue()
        await listener.add_listener(trial.schema, lambda _c, _p, _ch, text: queue.put_nowait(text))
        for i in range(5):
            await shift()
            await sender.execute("select pg_notify($1, $2)", trial.schema, str(i))
        got = [await asyncio.wait_for(queue.get(), 10) for _ in range(5)]
        same(got, list("01234"), "notifications")


@trial.reads
async def settings_are_each_clients_own():
    async with connect(server_settings={"application_name": "a", "search_path": "a"}) as a, \
            connect(server_settings={"application_name": "b", "search_path": "b"}) as b, \
            crowd() as shift:
        for conn, name in ((a, "a"), (b, "b")):
            await conn.execute("set statement_timeout = '%ds'" % (60 + ord(name)))
            await conn.execute("set time zone 'Etc/GMT-%d'" % (ord(name) - 96))
        for _ in range(40):
            await shift()
            for conn, name in trial.random.sample([(a, "a"), (b, "b")], 2):
                same(await conn.fetchval("show application_name"), name, "application_name")
                same(await conn.fetchval("show search_path"), name, "search_path")
                same(await conn.fetchval("show statement_timeout"), "%ds" % (60 + ord(name)), "")
                same(conn.get_settings().TimeZone, "Etc/GMT-%d" % (ord(name) - 96), "TimeZone")
                same(await conn.fetchval("show timezone"), conn.get_settings().TimeZone, "zone")


@trial.writes
async def temporary_tables():
    async with connect() as a, connect() as b, crowd() as shift:
        for conn, value in ((a, 1), (b, 2)):
            await conn.execute("create temporary table scratch as select %d as v" % value)
        for _ in range(20):
            await shift()
            for conn, value in ((a, 1), (b, 2)):
                same(await conn.fetchval("select v from scratch"), value, "own temporary table")


@trial.reads
async def advisory_locks():
    async with connect() as a, connect() as b, crowd() as shift:
        key = trial.random.randrange(2**60)
        await a.fetchval("select pg_advisory_lock($1)", key)
        for _ in range(10):
            await shift()
            same(await b.fetchval("select pg_try_advisory_lock($1)", key), False, "held")
        same(await a.fetchval("select pg_advisory_unlock($1)", key), True, "unlock by its owner")
        same(await b.fetchval("select pg_try_advisory_xact_lock($1)", key), True, "set free")


@trial.reads
async def cancel():
    """A timeout makes asyncpg send a CancelRequest and wait for the error it brings."""
    async with connect() as conn:
        for _ in range(3):
            try:
                await conn.fetchval("select pg_sleep(30)", timeout=0.5)
                raise AssertionError("no timeout")
            except asyncio.TimeoutError:
                same(await conn.fetchval("select $1::int", 1), 1, "after the timeout")
        task = asyncio.create_task(conn.fetchval("select pg_sleep(30)"))
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.wait([task])
        same(await conn.fetchval("select $1::int", 2), 2, "after the cancelled task")


@trial.writes
async def changed_result_type_heals():
    """asyncpg drops its statement and tries again by itself outside of transactions."""
    table = trial.table("changing")
    async with connect() as conn, connect() as ddl:
        await ddl.execute("create table %s as select 1 as a" % table)
        same(len((await conn.fetch("select * from %s" % table))[0]), 1, "columns before")
        await ddl.execute("alter table %s add b text" % table)
        same(len((await conn.fetch("select * from %s" % table))[0]), 2, "columns after")


@trial.reads
async def pool_resets_its_connections():
    async with asyncpg.create_pool(trial.url, min_size=2, max_size=4) as pool, crowd() as shift:
        default = await pool.fetchval("show statement_timeout")

        async def user(n):
            async with pool.acquire() as conn:
                same(await conn.fetchval("show statement_timeout"), default, "a used connection")
                await conn.execute("set statement_timeout = '%ds'" % (100 + n))
                async with conn.transaction():
                    same(await conn.fetchval("select $1::int", n), n, "in a transaction")
                same(await conn.fetchval("show statement_timeout"),
                     "%ds" % (100 + n) if (100 + n) % 60 else "%dmin" % ((100 + n) // 60), "own")

        for i in range(20):
            await shift()
            await asyncio.gather(*(user(n) for n in range(i, i + 8)))


@trial.reads
async def discard_all():
    async with connect(statement_cache_size=0) as conn, crowd() as shift:
        default = await conn.fetchval("show statement_timeout")
        await conn.execute("set statement_timeout = '91s'")
        await conn.execute("discard all")
        for i in range(10):
            await shift()
            same(await conn.fetchval("show statement_timeout"), default, "after DISCARD ALL")
            same(await conn.fetchval("select $1::int", i), i, "parameters")


@trial.reads
async def reconnects():
    for _ in range(30):
        async with connect() as conn:
            same(await conn.fetchval("select $1::int", 1), 1, "select 1")


@trial.reads
async def refused_logins():
    with raises("28P01", "wrong password"):
        await asyncpg.connect(trial.url_with(password="wrong"))
    with raises("3D000", "unknown database"):
        await asyncpg.connect(trial.url_with(database="no_such_database"))


@trial.replica_only
async def is_a_standby():
    async with connect() as conn:
        same(await conn.fetchval("select pg_is_in_recovery()"), True, "in recovery")
        with raises("25006", "write on a standby"):
            await conn.execute("create table never (id int)")


trial.run(before, after)
