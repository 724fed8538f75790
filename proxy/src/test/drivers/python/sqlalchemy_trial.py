"""SQLAlchemy: ORM and core over psycopg2 and asyncpg, with its own connection pool in front.

It asks for `show standard_conforming_strings`, version and schema on the first connect, rolls back
every connection it gets back and tests it with a ping when `pool_pre_ping` is on.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import create_async_engine
from trial import Trial, raises, same

trial = Trial("sqlalchemy", "%s with psycopg2 %s" % (
    sa.__version__, psycopg2.__version__.split()[0]))
Base = orm.declarative_base(metadata=sa.MetaData(schema=trial.schema))


class Person(Base):
    __tablename__ = "person"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.Text, unique=True)
    tags = sa.Column(pg.ARRAY(sa.Text))
    doc = sa.Column(pg.JSONB)
    born = sa.Column(sa.DateTime(timezone=True), server_default=sa.func.now())
    orders = orm.relationship("Order", back_populates="person", cascade="all, delete-orphan")


class Order(Base):
    __tablename__ = "order"
    id = sa.Column(sa.Integer, primary_key=True)
    person_id = sa.Column(sa.ForeignKey(Person.id))
    amount = sa.Column(sa.Numeric(10, 2))
    person = orm.relationship(Person, back_populates="orders")


engine = sa.create_engine(trial.url, pool_pre_ping=True, future=True)


def before():
    with engine.begin() as conn:
        conn.execute(sa.schema.CreateSchema(trial.schema))
        Base.metadata.create_all(conn)


def after():
    with engine.begin() as conn:
        conn.execute(sa.text("drop schema %s cascade" % trial.schema))
    engine.dispose()


@trial.reads
def connects_and_reads():
    with engine.connect() as conn:
        same(conn.execute(sa.select(sa.literal(7) * 6)).scalar(), 42, "7 * 6")
        inspector = sa.inspect(conn)
        same("pg_catalog" in inspector.get_schema_names()
             or "information_schema" in inspector.get_schema_names(), True, "schemas")


@trial.writes
def orm_unit_of_work():
    with orm.Session(engine, future=True) as session:
        for i in range(200):
            session.add(Person(name="p%d" % i, tags=["a", str(i)], doc={"n": i},
                               orders=[Order(amount="1.50"), Order(amount="2.25")]))
        session.commit()
        total = session.execute(sa.select(sa.func.sum(Order.amount))).scalar()
        same(str(total), "750.00", "sum of the orders")
        found = session.execute(
            sa.select(Person).where(Person.doc["n"].as_integer() == 7)
            .options(orm.selectinload(Person.orders))).scalar_one()
        same((found.tags, len(found.orders), found.born.tzinfo is not None), (["a", "7"], 2, True),
             "a person")
        session.delete(found)
        session.commit()


@trial.writes
def errors_and_savepoints():
    with orm.Session(engine, future=True) as session:
        session.add(Person(name="first"))
        session.flush()
        with raises("23505", "duplicate key"), session.begin_nested():
            session.add(Person(name="first"))
            session.flush()
        session.add(Person(name="second"))
        session.commit()
        names = session.execute(
            sa.select(Person.name).where(Person.name.in_(["first", "second"]))).scalars().all()
        same(sorted(names), ["first", "second"], "names")


@trial.reads
def many_threads_over_its_pool():
    def work(n):
        with engine.begin() as conn:
            conn.execute(sa.text("set local statement_timeout = '%ds'" % (60 + n)))
            value = conn.execute(sa.text("select :n + 1"), {"n": n}).scalar()
            trial.saw_backend(conn.connection.dbapi_connection,
                              conn.execute(sa.text("select pg_backend_pid()")).scalar())
            shown = conn.execute(sa.text("show statement_timeout")).scalar()
        return value, shown

    with ThreadPoolExecutor(12) as threads:
        for n, (value, shown) in enumerate(threads.map(work, range(300))):
            same(value, n + 1, "value")
            same(shown in ("%ds" % (60 + n), "%dmin" % ((60 + n) // 60)), True, shown)


@trial.reads
def server_side_cursor():
    with engine.connect() as conn:
        rows = conn.execution_options(stream_results=True, max_row_buffer=100).execute(
            sa.text("select i from generate_series(1, 5000) i"))
        same(sum(row[0] for row in rows), 12502500, "sum of the rows")


@trial.reads
def isolation_levels():
    with engine.connect() as serial, engine.connect() as auto:
        serial = serial.execution_options(isolation_level="SERIALIZABLE"
                                          if trial.mode != "replica" else "REPEATABLE READ")
        auto = auto.execution_options(isolation_level="AUTOCOMMIT")
        expected = "serializable" if trial.mode != "replica" else "repeatable read"
        for _ in range(10):
            same(serial.execute(sa.text("show transaction_isolation")).scalar(), expected, "")
            serial.rollback()
            same(auto.execute(sa.text("show transaction_isolation")).scalar(), "read committed", "")


@trial.reads
def a_broken_connection_is_replaced():
    """pool_pre_ping notices the dead connection and opens another."""
    with engine.connect() as conn:
        conn.connection.dbapi_connection.close()
        conn.invalidate()
    with engine.connect() as conn:
        same(conn.execute(sa.text("select 1")).scalar(), 1, "select 1")


@trial.writes
def reflection():
    meta = sa.MetaData(schema=trial.schema)
    meta.reflect(engine)
    same(sorted(t.name for t in meta.tables.values()), ["order", "person"], "tables")
    same(len(list(meta.tables[trial.table("order")].foreign_keys)), 1, "foreign keys")


@trial.reads
async def async_engine():
    """Over asyncpg: named prepared statements, one cache for each pooled connection."""
    async_engine = create_async_engine(
        trial.url.replace("postgresql:", "postgresql+asyncpg:"), pool_size=4)

    async def work(n):
        async with async_engine.begin() as conn:
            return (await conn.execute(sa.text("select cast(:n as int) + 1"), {"n": n})).scalar()

    values = await asyncio.gather(*(work(n) for n in range(200)))
    same(values, [n + 1 for n in range(200)], "values")
    with raises("22012", "division by zero"):
        async with async_engine.begin() as conn:
            await conn.execute(sa.text("select 1 / cast(:n as int)"), {"n": 0})
    async with async_engine.connect() as conn:
        stream = await conn.stream(sa.text("select i from generate_series(1, 2000) i"))
        same(sum([row[0] async for row in stream]), 2001000, "sum of streamed rows")
    await async_engine.dispose()


trial.run(before, after)
