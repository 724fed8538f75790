"""Runs PostgreSQL's own client programs and speaks to an interactive one over a terminal."""

import os
import pty
import re
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from trial import Skip  # noqa: E402

# No pager, no start-up file, no line editing, English texts.
ENVIRONMENT = dict(os.environ, PSQLRC=os.devnull, PAGER="", TERM="dumb", LC_ALL="C")


def run(*command, stdin=None, expect=0, **variables):
    """The standard output of a program that has to end with this status."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=110,
                          env=dict(ENVIRONMENT, **variables))
    if done.returncode != expect:
        raise AssertionError("%s ended with %d instead of %d: %s" % (
            " ".join(command), done.returncode, expect, done.stderr.strip()))
    return done.stdout if expect == 0 else done.stderr


def version_of(program):
    """(15, "15.20") for `psql (PostgreSQL) 15.20 (Debian ...)`."""
    text = re.search(r"\) (\d+[.\w]*)", run(program, "--version")).group(1)
    return int(re.match(r"\d+", text).group()), text


def psql(url, sql, **variables):
    return run("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", url, stdin=sql, **variables).strip()


def needs_as_new_as_server(program, url):
    """Some programs refuse, or cannot describe, a server of a later major version than their own."""
    server = int(psql(url, "show server_version_num")) // 10000
    if version_of(program)[0] < server:
        raise Skip("%s %s cannot read from PostgreSQL %d" % (program, version_of(program)[1], server))


class Terminal:
    """A program on a terminal of its own, so that Ctrl-C is typed as a person types it."""

    def __init__(self, *command):
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, ENVIRONMENT)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def type(self, text):
        os.write(self.fd, text.encode())

    def expect(self, pattern, seconds=20):
        """Reads until the pattern has been shown and forgets everything up to its end."""
        deadline = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.shown, re.S)
            if found:
                self.shown = self.shown[found.end():]
                return found
            ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError("expected %r, the terminal shows %r" % (pattern, self.shown))
            self.shown += os.read(self.fd, 65536).decode(errors="replace").replace("\r", "")
