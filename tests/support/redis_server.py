# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a Redis for tests in a separate process: redis-server if it is installed, otherwise the one of fakeredis.

As a program with a port as its argument, this module serves fakeredis.
"""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import fakeredis
import redis

from tests.collection import ROOT

PROGRAM = shutil.which("redis-server")
READY_WITHIN = 60.0  # seconds
NULL = "_\r\n"
ATTEMPTS = 3  # another process may take the free port first


def which() -> str:
    """Return a description of the server."""
    if PROGRAM is None:
        return f"the TCP server of fakeredis {fakeredis.__version__}, as redis-server is not installed"
    return f"{PROGRAM}, a process of the tests' own"


class RedisServer:
    """Run a server on loopback, empty at first. Use it as a context manager."""

    def __init__(self) -> None:
        self._refuser: _Refuser | None = None
        for _attempt in range(ATTEMPTS):
            self.port = _free_port()
            self._process = subprocess.Popen(
                _command(self.port), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
            if self._ready():
                return
            self.stop()
        raise RuntimeError(f"{which()} did not come up")

    @property
    def url(self) -> str:
        """Return the URL for the option `receipts`."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """Return a client for the test, which must close it."""
        return redis.Redis(host="127.0.0.1", port=self.port, socket_timeout=5, decode_responses=True)

    def contents(self) -> dict[str, str]:
        """Return all texts by key."""
        with self.client() as client:
            return {key: str(client.get(key)) for key in client.scan_iter()}

    def tell(self, *words: str) -> None:
        """Send a command to the server."""
        with self.client() as client:
            client.execute_command(*words)

    def stop(self) -> None:
        """End the server at once, as a crash does."""
        self._process.kill()
        self._process.wait()
        if self._refuser is not None:
            self._refuser.shutdown()
            self._refuser.server_close()
            self._refuser = None

    def refuse_writes(self) -> None:
        """Become a read-only replica."""
        if PROGRAM is not None:
            self.tell("REPLICAOF", "127.0.0.1", "1")
        else:
            self._refuse({"SET": "READONLY You can't write against a read only replica."})

    def forbid(self, command: str) -> None:
        """Deny this command to all users from now on."""
        if PROGRAM is not None:
            self.tell("ACL", "SETUSER", "default", f"-{command.lower()}")
        else:
            # Without the command, a transaction cannot end.
            self._refuse(dict.fromkeys((command, "EXEC"), "NOPERM this user has no permissions to run the command"))

    def demand(self, password: str) -> None:
        """Require this password from now on."""
        if PROGRAM is not None:
            self.tell("CONFIG", "SET", "requirepass", password)
        else:
            self._refuse({"AUTH": "WRONGPASS invalid username-password pair", "HELLO": "WRONGPASS invalid"})

    def _refuse(self, refusals: Mapping[str, str]) -> None:
        # fakeredis supports none of these. A minimal server that refuses commands takes its place.
        self.stop()
        self._refuser = _Refuser(self.port, refusals)
        threading.Thread(target=self._refuser.serve_forever, daemon=True).start()

    def _ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                with self.client() as client:
                    return bool(client.ping())
            except redis.ConnectionError:
                time.sleep(0.02)
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Refuser(socketserver.ThreadingTCPServer):
    """Answer the given commands with the given errors. Keep no data."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, refusals: Mapping[str, str]) -> None:
        self.refusals = refusals
        super().__init__(("127.0.0.1", port), _RefuserHandler)


class _RefuserHandler(socketserver.StreamRequestHandler):
    server: _Refuser

    def handle(self) -> None:
        """Speak RESP3 (redis.io/docs/latest/develop/reference/protocol-spec) until the client leaves."""
        while header := self.rfile.readline():
            words = []
            for _word in range(int(header[1:])):
                size = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(size + 2)[:-2].decode())
            self.wfile.write(self._answer(words[0].upper(), len(words) - 1).encode())

    def _answer(self, command: str, arguments: int) -> str:
        if command in self.server.refusals:
            return f"-{self.server.refusals[command]}\r\n"
        if command == "HELLO":
            return "%1\r\n$5\r\nproto\r\n:3\r\n"
        return f"*{arguments}\r\n{NULL * arguments}" if command == "MGET" else "+OK\r\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(port: int) -> list[str]:
    if PROGRAM is None:
        return [sys.executable, "-m", "tests.support.redis_server", str(port)]
    # Without a file on the disk, and without a configuration file.
    return [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


if __name__ == "__main__":
    fakeredis.TcpFakeServer(("127.0.0.1", int(sys.argv[1]))).serve_forever()
