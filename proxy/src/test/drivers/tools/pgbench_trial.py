"""pgbench: 64 clients in every query mode with no failed transaction.

In session mode a client keeps its server, so there only as many clients run as a pool of 16 can
serve at once.
"""

import os
import re
import tempfile

from tool import psql, run, version_of
from trial import Trial, same

trial = Trial("pgbench", version_of("pgbench")[1])
CLIENTS = 16 if trial.mode == "session" else 64
SECONDS = int(os.environ.get("PGBENCH_SECONDS", "2"))
SCALE = "4"


def bench(*options, seconds=SECONDS, clients=CLIENTS):
    shown = run("pgbench", "-n", "-c", str(clients), "-j", "2", "-T", str(seconds), *options, trial.url)
    failed = re.search(r"number of failed transactions: (\d+)", shown)
    same(failed.group(1) if failed else "0", "0", "failed transactions")
    done = re.search(r"number of transactions actually processed: (\d+)", shown)
    tps = re.search(r"tps = ([\d.]+)", shown)
    same(int(done.group(1)) > 0, True, "any transaction done")
    shown_options = " ".join(os.path.basename(option) for option in options)
    trial.note("pgbench", "%s: %.0f transactions a second" % (shown_options, float(tps.group(1))))


def before():
    psql(trial.url, "create schema " + trial.schema)


def after():
    psql(trial.url, "set client_min_messages = error; drop schema %s cascade;"
         " drop table pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers"
         % trial.schema)


@trial.writes
def initialize():
    run("pgbench", "-i", "-s", SCALE, "--foreign-keys", "-q", trial.url)
    same(psql(trial.url, "select count(*) from pgbench_accounts"), "400000", "accounts")


@trial.writes
def select_only_simple():
    bench("-S", "-M", "simple")


@trial.writes
def select_only_extended():
    bench("-S", "-M", "extended")


@trial.writes
def select_only_prepared():
    bench("-S", "-M", "prepared")


@trial.writes
def tpcb_simple():
    bench("-M", "simple")


@trial.writes
def tpcb_prepared():
    bench("-M", "prepared")
    same(psql(trial.url, "select (select sum(abalance) from pgbench_accounts) ="
                         " (select sum(bbalance) from pgbench_branches)"), "t", "books balance")


@trial.reads
def a_connection_for_each_transaction():
    with tempfile.TemporaryDirectory() as directory, open(directory + "/select.sql", "w") as script:
        script.write("select 1;\n")
        script.flush()
        bench("-C", "-f", script.name, seconds=2, clients=16)


@trial.reads
def pipelines_of_a_custom_script():
    with tempfile.TemporaryDirectory() as directory, open(directory + "/pipeline.sql", "w") as script:
        script.write("\\set x random(1, 1000)\n\\startpipeline\nselect :x::int + 1;\n"
                     "select :x::int + 2;\nselect :x::int + 3;\n\\endpipeline\n")
        script.flush()
        bench("-M", "extended", "-f", script.name)
        bench("-M", "prepared", "-f", script.name)


trial.run(before, after)
