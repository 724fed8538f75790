"""pg_dump and pg_restore into another database, and the small programs around them."""

import tempfile

from tool import needs_as_new_as_server, psql, run, version_of
from trial import Trial, same, true

trial = Trial("pg_dump", version_of("pg_dump")[1])
copy = trial.database + "_copy"
copy_url = trial.url_with(database=copy)
maintenance = "--maintenance-db=" + trial.url

SCHEMA = """
create schema {0};
set search_path = {0};
create table person (id int generated always as identity primary key, name text not null unique,
  tags text[] default '{{}}', doc jsonb, born timestamptz default '2024-02-29 12:00+00');
create table visit (person int references person on delete cascade, at date, note bytea)
  partition by range (at);
create table visit_2023 partition of visit for values from ('2023-01-01') to ('2024-01-01');
create table visit_rest partition of visit default;
create index on visit using brin (at);
create view visitor as select p.name, count(*) from person p join visit v on v.person = p.id group by 1;
create materialized view visits_a_day as select at, count(*) from visit group by at;
create type mood as enum ('good', 'bad');
create function twice(int) returns int language sql immutable as 'select 2 * $1';
create function stamp() returns trigger language plpgsql as
  $$ begin new.note := coalesce(new.note, '\\x00'); return new; end $$;
create trigger stamp before insert on visit_rest for each row execute function stamp();
create sequence counter start 42;
insert into person (name, doc) select 'p' || i, jsonb_build_object('i', i)
  from generate_series(1, 5000) i;
insert into visit select i, date '2023-06-01' + (i % 400), repeat('x', i % 50)::bytea
  from generate_series(1, 5000) i;
refresh materialized view visits_a_day;
comment on table person is 'who''s who';
"""


def dump_text(url):
    """The plain dump without the lines that differ in every dump (\\restrict has a random key)."""
    text = run("pg_dump", "-n", trial.schema, "-d", url)
    return [line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def before():
    psql(trial.url, SCHEMA.format(trial.schema))


def after():
    psql(trial.url, "set client_min_messages = error; drop schema %s cascade" % trial.schema)


def with_copy(restore):
    run("createdb", maintenance, copy)
    try:
        restore()
        same(dump_text(copy_url), dump_text(trial.url), "the dump of the restored database")
    finally:
        # A pooler may still hold idle connections to it: --force ends them.
        run("dropdb", maintenance, "--force", copy)


@trial.writes
def dump_and_restore():
    needs_as_new_as_server("pg_dump", trial.url)

    def restore():
        with tempfile.NamedTemporaryFile() as file:
            run("pg_dump", "-Fc", "-n", trial.schema, "-f", file.name, "-d", trial.url)
            run("pg_restore", "-e", "-d", copy_url, file.name)

    with_copy(restore)


@trial.writes
def dump_and_restore_in_parallel():
    needs_as_new_as_server("pg_dump", trial.url)

    def restore():
        with tempfile.TemporaryDirectory() as directory:
            run("pg_dump", "-Fd", "-j", "3", "-n", trial.schema, "-f", directory + "/d",
                "-d", trial.url)
            run("pg_restore", "-e", "-j", "3", "-d", copy_url, directory + "/d")

    with_copy(restore)


@trial.writes
def dump_piped_into_psql():
    needs_as_new_as_server("pg_dump", trial.url)
    with_copy(lambda: psql(copy_url, run("pg_dump", "--inserts", "-n", trial.schema,
                                         "-d", trial.url)))


@trial.reads
def dump_of_a_standby():
    needs_as_new_as_server("pg_dump", trial.url)
    true("PostgreSQL database dump complete" in run("pg_dump", "-s", "-d", trial.url), "schema dump")


@trial.writes
def vacuum_analyze_reindex():
    run("vacuumdb", "-z", "-t", trial.table("person"), "-d", trial.url)
    run("vacuumdb", "-j", "2", "-t", trial.table("person"), "-t", trial.table("visit_2023"),
        "-d", trial.url)
    run("reindexdb", "-t", trial.table("person"), "-d", trial.url)
    run("clusterdb", "-d", trial.url)


@trial.reads
def is_ready():
    true("accepting connections" in run("pg_isready", "-d", trial.url), "pg_isready")


trial.run(before, after)
