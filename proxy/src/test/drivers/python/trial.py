"""What every Python driver's trial shares: the arguments, the list of checks, the report.

A trial is run as `python3 X_trial.py URL MODE`, MODE being session, transaction or replica. It prints
one line per fact: `driver NAME VERSION`, `run CHECK`, then `ok CHECK`, `fail CHECK: REASON` or `skip
CHECK: REASON`, and
`note KEY VALUE` for what is worth knowing but not wrong. `note servers N` is the most PostgreSQL
backends that any one client's statements ran on: 1 where a client keeps its server, more where a
pool deals them out. The exit status is 0 only if no check failed.
"""

import asyncio
import faulthandler
import inspect
import random
import sys
import traceback
import uuid
from urllib.parse import urlsplit

CHECK_SECONDS = 120
READS = ("session", "transaction", "replica")
WRITES = ("session", "transaction")


class Trial:
    def __init__(self, driver, version):
        if len(sys.argv) != 3 or sys.argv[2] not in READS:
            sys.exit("usage: %s postgresql://USER:PASSWORD@HOST:PORT/DATABASE %s"
                     % (sys.argv[0], "|".join(READS)))
        self.driver = driver
        self.url = sys.argv[1]
        self.mode = sys.argv[2]
        parts = urlsplit(self.url)
        self.user, self.password = parts.username, parts.password
        self.host, self.port = parts.hostname, parts.port
        self.database = parts.path.lstrip("/")
        self.schema = "t_%s_%s" % (driver.replace("-", "_"), uuid.uuid4().hex[:8])
        self.random = random.Random(42)
        self.backends = {}
        self.checks = []
        print("driver %s %s" % (driver, version), flush=True)

    def reads(self, check):
        """A check that only reads, and so runs on a replica too."""
        self.checks.append((check, READS))
        return check

    def writes(self, check):
        self.checks.append((check, WRITES))
        return check

    def replica_only(self, check):
        self.checks.append((check, ("replica",)))
        return check

    def table(self, name):
        return "%s.%s" % (self.schema, name)

    def url_with(self, password=None, database=None):
        return "postgresql://%s:%s@%s:%d/%s" % (
            self.user, password or self.password, self.host, self.port, database or self.database)

    def saw_backend(self, client, pid):
        """Notes that a client, any object that stays the same for it, ran on this backend."""
        self.backends.setdefault(client, set()).add(pid)

    def note(self, key, value):
        print("note %s %s" % (key, value), flush=True)

    def run(self, before=None, after=None):
        """Runs the checks in order, each for itself: one that fails does not stop the others."""
        asyncio.run(self._run(before, after))

    async def _run(self, before, after):
        failed = 0
        if self.mode != "replica" and before is not None:
            await _call(before)
        for check, modes in self.checks:
            if self.mode in modes:
                failed += await self._one(check)
        if self.mode != "replica" and after is not None:
            await _call(after)
        if self.backends:
            self.note("servers", max(map(len, self.backends.values())))
        sys.exit(1 if failed else 0)

    async def _one(self, check):
        name = check.__name__
        # A check that hangs shows where on standard error and ends the trial.
        faulthandler.dump_traceback_later(CHECK_SECONDS, exit=True)
        print("run %s" % name, flush=True)
        try:
            await _call(check)
        except Skip as e:
            print("skip %s: %s" % (name, e), flush=True)
            return 0
        except Exception as e:
            traceback.print_exc()
            print("fail %s: %s: %s" % (name, type(e).__name__, " ".join(str(e).split())),
                  flush=True)
            return 1
        finally:
            faulthandler.cancel_dump_traceback_later()
        print("ok %s" % name, flush=True)
        return 0


class Skip(Exception):
    """Raised by a check that cannot be made here, such as a tool older than the server."""


async def _call(function):
    result = function()
    if inspect.isawaitable(result):
        await result


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError("%s: expected %r, got %r" % (what, expected, actual))


def true(condition, what):
    if not condition:
        raise AssertionError(what)


class raises:
    """`with raises("23505", "a duplicate key"):` wants exactly this SQLSTATE from the block."""

    def __init__(self, sqlstate, what):
        self.sqlstate = sqlstate
        self.what = what

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            raise AssertionError("%s: expected SQLSTATE %s, got no error"
                                 % (self.what, self.sqlstate))
        actual = sqlstate_of(error)
        if actual is None and not hasattr(error, "args"):
            return False
        if actual != self.sqlstate:
            raise AssertionError("%s: expected SQLSTATE %s, got %s (%s: %s)" % (
                self.what, self.sqlstate, actual, type(error).__name__, error)) from error
        return True


def sqlstate_of(error):
    """The SQLSTATE where each driver keeps it; SQLAlchemy wraps the driver's error in `orig`."""
    error = getattr(error, "orig", None) or error
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
