# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply the journal, the rate limit and the faults to each request before the API handles it."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from typing import Any

from tests.emulator.answers import RATE_LIMITED, Answer, encode, reply
from tests.emulator.app import CALL, DESCRIPTIONS
from tests.emulator.call import Call, answer
from tests.emulator.faults import Fault
from tests.emulator.journal import Record
from tests.emulator.play import Way, send_answer, send_faulty
from tests.emulator.store import Store
from tests.emulator.world import World

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

ADMIN = "/_emulator/"


class Gate:
    """Record each API request and apply fault rules, as an ASGI application in front of the API."""

    def __init__(self, world: World, api: App, admin: App) -> None:
        self._world = world
        self._api = api
        self._admin = admin

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        # Routes match the path as it was sent, so that an encoded slash does not split an ID.
        path = scope["path"] = scope["raw_path"].decode("ascii")
        if path.startswith(ADMIN):
            await self._admin(scope, receive, send)
        elif path in DESCRIPTIONS:
            await self._api(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        world = self._world
        query = scope["query_string"].decode("latin-1")
        send = self._dated(send)
        record = Record(scope["method"], scope["path"], query, scope["headers"], time.monotonic())
        world.journal.append(record)
        way: Way = scope["state"]["way"]
        way.count(world)
        body = await _read(receive)
        if body is None:
            return
        record.body = body
        try:
            rule = world.faults.pick(record.method, record.path, record.query)
            if not await self._still_wanted(way, world.settings.latency):
                return
            if rule is None:
                await send_answer(send, record, await self._answer(scope, record, world.store))
            else:
                record.fault = rule.name
                await self._misbehave(rule, scope, record, way, send)
        except Exception:
            # An error in the emulator itself. crashes() returns it, standard error shows it, and uvicorn answers 500.
            world.crashes.append(traceback.format_exc())
            print(world.crashes[-1], file=sys.stderr, flush=True)
            raise

    def _dated(self, send: Send) -> Send:
        """Return `send` with a Date header, by the server's clock, in each answer that has none."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start" and b"date" not in dict(message["headers"]):
                date = format_datetime(self._world.clock.now(), usegmt=True)
                message = {**message, "headers": [(b"date", date.encode()), *message["headers"]]}
            await send(message)

        return dated

    async def _still_wanted(self, way: Way, wait: float) -> bool:
        """Wait by the server's clock; return whether the client is still connected and no reset has happened."""
        if not wait:
            return True
        epoch = self._world.epoch
        if await way.gone_before(self._world.clock.sleep(wait)):
            return False
        if self._world.epoch != epoch:
            # Requests from before the reset must not write to the new state.
            way.drop()
            return False
        return True

    async def _answer(self, scope: MutableMapping[str, Any], record: Record, store: Store) -> Answer:
        """Return the correct answer, and apply the request to ``store``."""
        world = self._world
        key = dict(record.headers).get(b"x-api-key", b"").decode("latin-1")
        passes, limits = world.limiter.count(key, world.settings)
        if not passes:
            return Answer(429, encode(RATE_LIMITED), [*answer(429, None).headers, *limits])
        call = Call(record, world.settings, store, key, world.health_limiter, scope["scheme"])
        scope[CALL] = call
        result = await _captured(self._api, scope)
        record.applied = call.applied and store is world.store
        result.headers += limits
        return result

    async def _misbehave(
        self, rule: Fault, scope: MutableMapping[str, Any], record: Record, way: Way, send: Send
    ) -> None:
        world = self._world
        proper = await self._answer(scope, record, world.store) if rule.applies else None
        if not await self._still_wanted(way, rule.delay):
            return
        if rule.drop in ("before", "after"):
            way.drop(rst=rule.rst)
            return
        if proper is None and not rule.replaces:
            # A delayed request takes effect now. A changed answer reports a success that does not take effect.
            store = world.store if rule.only_delays else world.store.copy()
            proper = await self._answer(scope, record, store)
        await send_faulty(send, record, way, rule, reply(rule, proper, record))


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request, None if the client disconnects before the end of the body."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


async def _captured(app: App, scope: MutableMapping[str, Any]) -> Answer:
    """Run an application for a request whose body is already read; return its answer instead of sending it."""
    result = Answer(500)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            result.status = message["status"]
            result.headers = [item for item in message["headers"] if item[0] != b"content-length"]
        else:
            result.body += message.get("body", b"")

    await app(scope, _nothing, send)
    return result


async def _nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("never reached")
