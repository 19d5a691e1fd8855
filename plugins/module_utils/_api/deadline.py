# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP connections with one deadline for the whole request. Only transport.py uses them.

The timeout of `requests` limits each wait for the next bytes, but not their sum. A server that sends its headers byte
by byte, or one `100 Continue` after another, would hold the request forever.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import Response
    from requests import Session as AnySession
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection
else:
    try:
        from requests import Session as AnySession
        from requests.adapters import HTTPAdapter
        from urllib3.connection import HTTPConnection
    except ImportError:  # transport.py reports it and does not use this file
        AnySession = HTTPAdapter = HTTPConnection = object

CONTINUE, SWITCHING = 100, 101

_READ_STATUS: Any = vars(http.client.HTTPResponse)["_read_status"]  # there is no public name for it

_request = threading.local()  # the deadline of the current request of this thread


def begin(seconds: float) -> None:
    """Set the deadline of this thread: its reads must end within that many seconds."""
    _request.deadline = time.monotonic() + seconds


def _seconds_left() -> float:
    """Return the seconds that remain. Raise socket.timeout if there are none."""
    seconds: float = _request.deadline - time.monotonic()
    if seconds <= 0:
        raise socket.timeout("timed out")
    return seconds


class _Reader(io.RawIOBase):
    """A raw stream that reads from a socket until the deadline."""

    def __init__(self, raw: Any, sock: Any) -> None:
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(_seconds_left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response whose head and body end by the deadline. It skips interim responses (1xx), except for 101."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        unbound: Any = self.fp
        self.fp = io.BufferedReader(_Reader(unbound.detach(), sock))

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = _READ_STATUS(self)
            if not CONTINUE <= status < 200 or status == SWITCHING:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Connection(HTTPConnection):
    """A base class that adds the deadline to a connection class of urllib3."""

    response_class = _Response

    def _new_conn(self) -> Any:
        self.timeout = _seconds_left()
        sock = super()._new_conn()
        sock.settimeout(_seconds_left())
        return sock


class Session(AnySession):
    """A session that follows no redirect and does not parse the target of one, which may be no URL."""

    def get_redirect_target(self, resp: Response) -> None:
        """Return None: there is no redirect to follow."""


class Adapter(HTTPAdapter):
    """An adapter of `requests` whose connections keep the deadline, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the pool manager of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _bind(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool manager of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        _bind(manager)
        return manager


def _bind(manager: Any) -> None:
    pools = manager.pool_classes_by_scheme.items()
    manager.pool_classes_by_scheme = {scheme: _bound(pool) for scheme, pool in pools}


def _bound(pool: Any) -> Any:
    if issubclass(pool.ConnectionCls, _Connection):
        return pool
    connection = type(pool.ConnectionCls.__name__, (_Connection, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})
