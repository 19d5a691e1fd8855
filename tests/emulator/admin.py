# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve the commands of tests: ``POST /_emulator/<command>`` with a JSON object of arguments. Kapso has no such API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from tests.emulator.answers import encode
from tests.emulator.configs_view import meta_id
from tests.emulator.journal import as_json
from tests.emulator.store import Stored, iso, stamped
from tests.emulator.world import World


class NoSuchCommand(LookupError):
    """Say that there is no command of that name."""


class Switchboard:
    """Hold the addresses and functions of the server that commands need. The server sets them when it listens."""

    def __init__(self) -> None:
        self.url = ""
        self.control = ""
        self.down: Callable[[], Awaitable[None]]
        self.up: Callable[[], Awaitable[None]]
        self.hang_up: Callable[[], Awaitable[None]]


class Admin:
    """Run commands. Public methods are commands, with the arguments of the Python handle."""

    def __init__(self, world: World, switchboard: Switchboard) -> None:
        self._world = world
        self._switchboard = switchboard

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one command as an ASGI application."""
        request = Request(scope, receive)
        status: int
        content: Any
        try:
            command = self._command(scope["path"].rpartition("/")[2])
            arguments = json.loads(await request.body() or b"{}")
            status, content = 200, await command(**arguments)
        except NoSuchCommand as problem:
            status, content = 404, {"error": str(problem)}
        except (TypeError, ValueError, LookupError) as problem:
            status, content = 400, {"error": str(problem)}
        await Response(encode(content), status, media_type="application/json")(scope, receive, send)

    def _command(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return the command of that name. Raise NoSuchCommand if there is none."""
        command = getattr(self, name, None) if name.isidentifier() and not name.startswith("_") else None
        if command is None:
            raise NoSuchCommand(f"no such command: {name}")
        return cast(Callable[..., Awaitable[Any]], command)

    async def batch(self, commands: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        """Run several commands in order, each with its arguments; return the list of their results."""
        return [await self._command(name)(**arguments) for name, arguments in commands]

    async def info(self) -> dict[str, Any]:
        """Return the API's URL, the private URL for commands, and an API key."""
        return {
            "url": self._switchboard.url,
            "control": self._switchboard.control,
            "key": next(iter(self._world.settings.keys)),
        }

    async def reset(self, **settings: Any) -> None:
        """Remove all state; return to the settings of the start, with these changes."""
        self._world.reset(settings)

    async def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings; return all of them."""
        self._world.set(changes)
        return self._world.settings.model_dump(mode="json")

    async def add(self, project: str | None = None, **fields: Any) -> str:
        """Add a configuration; return its ID."""
        item = self._world.store.add_config(project or self._world.settings.default_project, stamped(fields))
        return str(item.values["id"])

    async def add_many(self, n: int, project: str | None = None, **fields: Any) -> list[str]:
        """Add n configurations; return their IDs. In a text, ``{n}`` is the number of the object, from 1."""
        return [await self.add(project, **_numbered(fields, number)) for number in range(1, n + 1)]

    async def add_customer(self, project: str | None = None, **fields: Any) -> str:
        """Add a customer; return its ID."""
        item = self._world.store.add_customer(project or self._world.settings.default_project, stamped(fields))
        return str(item.values["id"])

    async def add_webhook(self, project: str | None = None, phone_number_id: str | None = None, **fields: Any) -> str:
        """Add a webhook to a phone number or to the project; return its ID."""
        world = self._world
        project = project or world.settings.default_project
        if phone_number_id is not None:
            owner = next((item for item in world.store.configs.values() if meta_id(item) == phone_number_id), None)
            if owner is None:
                raise LookupError(f"no such number: {phone_number_id}")
            fields["config_id"], project = owner.values["id"], owner.project
        return str(world.store.add_webhook(project, fields).values["id"])

    async def add_setup_link(self, customer_id: str, **fields: Any) -> str:
        """Add a setup link of a customer; return its ID."""
        project = self._find(customer_id).project
        return str(
            self._world.store.add_setup_link(project, {**stamped(fields), "customer_id": customer_id}).values["id"]
        )

    async def pause(self, webhook_id: str) -> None:
        """Pause a webhook as Kapso does after failed deliveries. It is a guess that this moves ``updated_at``."""
        await self.edit(webhook_id, active=False)

    async def edit(self, object_id: str, touch: bool = True, **fields: Any) -> None:
        """Change an object as a person in Kapso's web app does. Without ``touch``, ``updated_at`` does not move."""
        item = self._find(object_id)
        unknown = set(fields) - set(item.values)
        if unknown:
            raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
        if touch:
            item.touch(self._world.clock.now())
        item.values.update(stamped(fields))

    async def remove(self, object_id: str) -> None:
        """Remove an object as a person in Kapso's web app does."""
        self._find(object_id)
        self._world.store.remove(object_id)

    async def get(self, object_id: str) -> dict[str, Any] | None:
        """Return the state of an object with write-only fields, or null."""
        item = self._world.store.find(object_id)
        return _plain(item) if item else None

    async def configs(self) -> list[dict[str, Any]]:
        """Return all configurations with their write-only fields, oldest first."""
        return [_plain(item) for item in self._world.store.configs.values()]

    async def customers(self) -> list[dict[str, Any]]:
        """Return all customers, oldest first."""
        return [_plain(item) for item in self._world.store.customers.values()]

    async def webhooks(self) -> list[dict[str, Any]]:
        """Return all webhooks with their secrets, oldest first."""
        return [_plain(item) for item in self._world.store.webhooks.values()]

    async def setup_links(self) -> list[dict[str, Any]]:
        """Return all setup links with their tokens, oldest first."""
        return [_plain(item) for item in self._world.store.setup_links.values()]

    async def fault(self, **rule: Any) -> str:
        """Add a fault rule; return its name."""
        return self._world.add_fault(rule)

    async def faults(self) -> list[dict[str, Any]]:
        """Return the fault rules, each with the number of times it has fired."""
        return self._world.faults.describe()

    async def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._world.faults.clear()

    async def journal(self) -> list[dict[str, Any]]:
        """Return the journal."""
        return as_json(self._world.journal)

    async def clear_journal(self) -> None:
        """Empty the journal."""
        self._world.journal.clear()

    async def advance(self, seconds: float) -> None:
        """Move the server's clock forward."""
        self._world.clock.advance(seconds)

    async def connections(self) -> int:
        """Return the number of TCP connections that have carried API requests since the reset."""
        return self._world.connections

    async def crashes(self) -> list[str]:
        """Return the tracebacks of errors in the emulator itself since the reset."""
        return self._world.crashes

    async def down(self) -> None:
        """Refuse connections at the API's port, and drop open ones."""
        await self._switchboard.down()

    async def up(self) -> None:
        """Listen at the API's port again."""
        await self._switchboard.up()

    async def hang_up(self) -> None:
        """Drop open connections, as servers do with connections that are idle for too long."""
        await self._switchboard.hang_up()

    def _find(self, key: str) -> Stored:
        item = self._world.store.find(key)
        if item is None:
            raise LookupError(f"no such object: {key}")
        return item


def _plain(item: Stored) -> dict[str, Any]:
    values = {name: iso(value, 3) if isinstance(value, datetime) else value for name, value in item.values.items()}
    return {**values, "project": item.project}


def _numbered(fields: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        name: value.replace("{n}", str(number)) if isinstance(value, str) else value for name, value in fields.items()
    }
