# SPDX-License-Identifier: GPL-3.0-or-later
"""Send answers, correct or faulty, and drop connections below the HTTP server."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.emulator.answers import Answer, Headers
from tests.emulator.faults import Fault
from tests.emulator.journal import Record
from tests.emulator.world import World

Send = Callable[[dict[str, Any]], Awaitable[None]]
_PIECE = 64 * 1024
_LINGER_NOT = struct.pack("ii", 1, 0)


class Way(H11Protocol):
    """Hold one TCP connection. Requests find it in ``scope["state"]["way"]``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app_state = {**self.app_state, "way": self}
        self._epoch = -1
        self._gone = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake tasks that wait for the end of the connection, then do the work of uvicorn."""
        self._gone.set()
        super().connection_lost(exc)

    @property
    def port(self) -> int | None:
        """Return the port of the server that the client connected to."""
        return self.server[1] if self.server else None

    @property
    def gone(self) -> bool:
        """Return whether the connection is closed."""
        return self._gone.is_set()

    async def gone_before(self, other: Coroutine[Any, Any, None]) -> bool:
        """Wait until a coroutine or the connection ends; return whether the connection is closed."""
        tasks = [asyncio.create_task(self._gone.wait()), asyncio.create_task(other)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        return self.gone

    async def gone_within(self, seconds: float) -> bool:
        """Wait for some seconds, or until the connection ends; return whether it is closed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), seconds)
        return self.gone

    def count(self, world: World) -> None:
        """Count this connection, once after each reset."""
        if self._epoch != world.epoch:
            self._epoch = world.epoch
            world.connections += 1

    def drop(self, *, rst: bool = False, flush: bool = False) -> None:
        """Close the connection at any point of an answer, with a TCP reset (``rst``) or an end of file."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        if rst:
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        if flush:
            self.transport.close()
        else:
            self.transport.abort()

    def write_past(self, data: bytes) -> None:
        """Write bytes to the connection without the HTTP server, and close it."""
        self.transport.write(data)
        self.drop(flush=True)


async def send_answer(send: Send, record: Record, answer: Answer) -> None:
    """Send a correct answer."""
    # Update the journal before sending: a client may read the journal as soon as it has the answer.
    _note(record, answer.status)
    await send(_start(answer.status, _sized(answer)))
    await send({"type": "http.response.body", "body": answer.body})


async def send_faulty(send: Send, record: Record, way: Way, rule: Fault, answer: Answer) -> None:
    """Send an answer as a fault rule requires."""
    _note(record, answer.status)
    if rule.http10:
        way.write_past(_http10(answer))
    elif rule.drop == "during":
        await send(_start(answer.status, _sized(answer)))
        await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
        way.drop(rst=rule.rst, flush=not rule.rst)
    elif rule.endless is not None:
        await send(_start(answer.status, answer.headers))
        await _send_endless(send, way, answer.body, rule.endless)
    else:
        await send(_start(answer.status, answer.headers if rule.chunked else _sized(answer)))
        size, interval = (rule.slow_body.bytes, rule.slow_body.interval) if rule.slow_body else (_PIECE, 0)
        await _send_pieces(send, way, answer.body, size, interval)
    record.ms = _ms_since(record)


async def _send_pieces(send: Send, way: Way, body: bytes, size: int, interval: float) -> None:
    for start in range(0, len(body), size):
        await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
        if way.gone or (interval and await way.gone_within(interval)):
            return
    await send({"type": "http.response.body", "body": b""})


async def _send_endless(send: Send, way: Way, body: bytes, interval: float) -> None:
    piece = body
    while not way.gone:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        piece = b"x" * (1 if interval else _PIECE)
        # Without an interval, still yield to the event loop, so that the end of the connection is noticed.
        await way.gone_within(interval) if interval else await asyncio.sleep(0)


def _note(record: Record, status: int) -> None:
    record.status = status
    record.ms = _ms_since(record)


def _ms_since(record: Record) -> float:
    return round((time.monotonic() - record.at) * 1000, 3)


def _start(status: int, headers: Headers) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _sized(answer: Answer) -> Headers:
    if answer.status == 204:
        return answer.headers
    return [*answer.headers, (b"content-length", str(len(answer.body)).encode())]


def _http10(answer: Answer) -> bytes:
    lines = [f"HTTP/1.0 {answer.status} Emulated".encode(), *(name + b": " + value for name, value in answer.headers)]
    return b"\r\n".join([*lines, b"Connection: close", b"", answer.body])
