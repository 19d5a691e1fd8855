# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, list, check and describe the resources of the platform API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import PLATFORM_BASE, Call, Errors, Problem, enveloped
from tests.emulator.lists import Keep, listed
from tests.emulator.platform_fields import Fields, enclosed
from tests.emulator.routes import Handler, Route
from tests.emulator.store import Stored, stamped
from tests.emulator.view import Occasion, dressed, masked

DATES = ("created_after", "created_before")
Show = Callable[[Call, Stored], dict[str, Any]]


@dataclass(frozen=True)
class Resource:
    """Describe a resource: its key in a body, its name in a text, its fields, and the form of an answer.

    add: adds an object like an existing one, for a list that grows between two requests.
    """

    envelope: str
    thing: str
    fields: Fields
    show: Show
    shown: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    bodies: Mapping[str, Any] = field(default_factory=dict)
    add: Callable[[Call, Stored], Stored] | None = None

    def view(self, call: Call, item: Stored, occasion: Occasion) -> dict[str, Any]:
        """Return an object in the form of an answer."""
        shown = self.show(call, item)
        if call.settings.mask_secrets:
            shown |= {name: masked(shown[name]) for name in self.secrets}
        if call.settings.reverse_sets:
            shown |= {name: shown[name][::-1] for name in self.sets}
        return dressed(shown, call.settings, occasion)

    def one(self, call: Call, item: Stored, status: int = 200) -> Answer:
        """Return the answer about one object."""
        if call.record.method == "GET":
            call.look_at(item)
        return enveloped(call, status, self.envelope, self.view(call, item, "write" if call.applied else "read"))

    def list(self, call: Call, rows: list[Stored], *filters: Keep | None) -> Answer:
        """Return the requested page of rows, which are sorted oldest first. A filter of None keeps all rows."""
        kept = [keep for keep in filters if keep]
        add = partial(self.add, call) if self.add else None
        return listed(call, rows, kept, lambda item: self.view(call, item, "row"), add)

    def given(self, call: Call, item: Stored | None) -> tuple[dict[str, Any], Errors]:
        """Return the writable values of the body, and their errors. Raise Problem if the body has no usable object."""
        content = call.enclosed(self.envelope)
        known = {name: each for name, each in self.fields.items() if (each.update if item else each.create)}
        unknown = content.keys() - known.keys()
        if unknown and not call.settings.drop_unknown_keys:
            raise Problem(422, f"found unpermitted parameters: {', '.join(sorted(unknown))}")
        values = {name: call.normalised(name, content[name]) for name in known if name in content}
        if not item:
            values = {**{name: None for name in known if known[name].required}, **values}
        if not call.settings.null_clears:
            values = {name: value for name, value in values.items() if value is not None or not known[name].null}
        errors = {name: [text] for name in values if (text := known[name].wrong(values[name], new=item is None))}
        kept = {name: value for name, value in values.items() if not item or name not in call.settings.ignore_fields}
        if errors:
            return kept, errors
        if item and call.settings.merge_maps:
            maps = [name for name in kept if known[name].type == "map" and kept[name]]
            kept |= {name: {**(item.values[name] or {}), **kept[name]} for name in maps}
        return stamped(kept), errors

    def route(
        self,
        method: str,
        path: str,
        handler: Handler,
        refusals: tuple[int, ...] = (),
        query: tuple[str, ...] | None = None,
    ) -> Route:
        """Return a route for the table.

        ``query`` has the filters of a list, ``refusals`` the status codes of errors. Code 400 means a body that is not
        valid JSON.
        """
        status = {"POST": 201, "DELETE": 204}.get(method, 200)
        body = {"POST": True, "PATCH": False}.get(method)
        return Route(
            method,
            f"{PLATFORM_BASE}{path}",
            handler,
            status,
            None,
            refusals,
            query=() if query is None else ("page", "per_page", *query),
            body=None if body is None else self.body(new=body),
            shows=None if status == 204 else self._answer(many=query is not None),
        )

    def body(self, *, new: bool) -> dict[str, Any]:
        """Return the schema of the body of a creation, or of a change."""
        return (
            self.bodies["new" if new else "changed"] if self.bodies else enclosed(self.envelope, self.fields, new=new)
        )

    def _answer(self, *, many: bool) -> dict[str, Any]:
        known = {name: self.fields[name].schema() if name in self.fields else {} for name in self.shown}
        item = {"type": "object", "required": ["id"], "properties": known}
        if not many:
            return {"type": "object", "required": ["data"], "properties": {"data": item}}
        meta = {"type": "object", "required": ["page", "per_page", "total_pages", "total_count"]}
        rows = {"type": "array", "items": item}
        return {"type": "object", "required": ["data", "meta"], "properties": {"data": rows, "meta": meta}}


def plain(*names: str) -> Show:
    """Return a function that shows an object with these of its values."""
    return lambda _call, item: {name: item.values[name] for name in names}


def equals(call: Call, parameter: str, value: str = "") -> Keep | None:
    """Return a filter for an equal value, None if the query has no such parameter."""
    wanted = call.params.get(parameter)
    return (lambda item: str(item.values[value or parameter]) == wanted) if wanted else None


def contains(call: Call, parameter: str, value: str) -> Keep | None:
    """Return a filter for a part of a text, without regard to case; None if the query has no such parameter."""
    part = call.params.get(parameter, "").lower()
    return (lambda item: part in str(item.values[value]).lower()) if part else None


def flag(call: Call, parameter: str, value: Callable[[Stored], bool]) -> Keep | None:
    """Return a filter for a flag, None if the parameter is neither true nor false."""
    wanted = {"true": True, "1": True, "false": False, "0": False}.get(call.params.get(parameter, ""))
    return None if wanted is None else (lambda item: value(item) is wanted)


def dates(call: Call) -> list[Keep | None]:
    """Return the filters for the time of creation. It is a guess that they include the given time."""
    since, until = (call.moment(name) for name in DATES)
    return [
        (lambda item: item.values["created_at"] >= since) if since else None,
        (lambda item: item.values["created_at"] <= until) if until else None,
    ]
