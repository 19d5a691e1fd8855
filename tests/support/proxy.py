# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a real proxy on loopback, for plain requests and tunnels. It sends requests for any host to this machine."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

HOST = "kapso.example"  # a host name that only works through the proxy
HERE = "127.0.0.1"
WAIT = 10.0  # seconds for each operation
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Asked:
    """Hold one request to the proxy. Names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]


class Proxy:
    """Listen as a proxy while the `with` block runs.

    With `login` (`user:password`) it answers 407 to other clients. If the server does not answer, the proxy does not
    answer either.
    """

    def __init__(self, login: str | None = None) -> None:
        self.asked: list[Asked] = []
        self.wanted = None if login is None else "Basic " + base64.b64encode(login.encode()).decode()
        self._server = ThreadingHTTPServer((HERE, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.place = f"{HERE}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(WAIT)
        self._server.server_close()

    def _handler(self) -> type[_Handler]:
        return type("Handler", (_Handler,), {"proxy": self})


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    timeout = WAIT

    def do_CONNECT(self) -> None:
        if not self._welcome():
            return
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection((HERE, port), WAIT) as server:
            self.send_response(200)
            self.end_headers()
            _relay(self.connection, server)
        self.close_connection = True

    def do_GET(self) -> None:
        self._hand_on()

    def do_PATCH(self) -> None:
        self._hand_on()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""

    def _hand_on(self) -> None:
        if not self._welcome():
            return
        target = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        self.close_connection = True
        try:
            with contextlib.closing(HTTPConnection(HERE, target.port, timeout=WAIT)) as server:
                server.request(self.command, target.path, body or None, headers | {"Connection": "close"})
                answer = server.getresponse()
                content = answer.read()
        except HTTPException:
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _welcome(self) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.proxy.asked.append(Asked(self.command, self.path, headers))
        if self.proxy.wanted in (None, headers.get("proxy-authorization")):
            return True
        self.close_connection = True
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="example"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Copy bytes in both directions until one side closes."""
    ends = {one: other, other: one}
    while True:
        ready, _writable, _broken = select.select(list(ends), [], [], WAIT)
        for source in ready:
            data = b""
            with contextlib.suppress(ConnectionError):
                data = source.recv(_PIECE)
                ends[source].sendall(data)
            if not data:
                return
        if not ready:
            return
