# SPDX-License-Identifier: GPL-3.0-or-later
"""Define fault rules: which requests fail, and how. The first rule that fires for a request applies."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PrivateAttr, model_validator

from tests.emulator.settings import HeaderText

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SlowBody(_Strict):
    """Send an answer in pieces of ``bytes`` bytes, ``interval`` seconds apart."""

    bytes: int = Field(default=1, ge=1)
    interval: float = Field(default=0.1, ge=0)


class Fault(_Strict):
    """Hold one rule. tests/emulator/README.md explains each key."""

    # Which requests
    name: str = ""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    path: str | None = Field(default=None, description="text that the raw path contains")
    path_regex: re.Pattern[str] | None = Field(default=None, description="pattern searched for in the raw path")
    query: str | None = Field(default=None, description="text that the raw query contains")
    after: int = Field(default=0, ge=0)
    count: int | None = Field(default=None, ge=1)

    # Whether the request takes effect although its answer is wrong
    apply: bool | None = None

    # An answer that replaces the correct one
    status: int | None = Field(default=None, ge=200, le=599)
    headers: dict[HeaderName, HeaderText] = Field(default_factory=dict)
    content_type: HeaderText | None = None
    body: str | None = None
    json_: JsonValue = Field(default=None, alias="json")
    html: bool = False
    empty: bool = False
    invalid_utf8: bool = False
    nesting: int | None = Field(default=None, ge=1, description="levels of arrays")
    big: float | None = Field(default=None, gt=0, description="megabytes")
    endless: float | None = Field(default=None, ge=0, description="seconds between two pieces")
    redirect: HeaderText | None = None
    echo: bool = Field(default=False, description="an error that quotes the request, its key and its body")

    # Changes to the correct answer
    merge: dict[str, JsonValue] = Field(default_factory=dict)
    omit: list[str] = Field(default_factory=list)
    meta: dict[str, JsonValue] = Field(default_factory=dict, description="for the meta block of a list")
    truncate: int | bool = False
    answer_status: int | None = Field(default=None, ge=200, le=299, description="in place of that of a success")

    # How the answer is sent
    delay: float = Field(default=0, ge=0)
    slow_body: SlowBody | None = None
    chunked: bool = False
    gzip: bool = False
    close: bool = False
    http10: bool = False
    drop: Literal["before", "after", "during"] | None = None
    rst: bool = False

    _seen: int = PrivateAttr(default=0)
    _fired: int = PrivateAttr(default=0)

    @model_validator(mode="after")
    def _consistent(self) -> Fault:
        if self.drop in ("before", "after") and (self.apply is not None or self.replaces):
            raise ValueError(f"drop: {self.drop} says all: there is no answer, and apply has no say")
        if self.model_fields_set <= {"name", "method", "path", "path_regex", "query", "after", "count", "apply"}:
            raise ValueError("the rule does nothing: it names no status, body, delay, drop, ...")
        return self

    @property
    def fired(self) -> int:
        """Return the number of times the rule has fired."""
        return self._fired

    @property
    def has_json(self) -> bool:
        """Return whether a JSON literal is given, which may be null."""
        return "json_" in self.model_fields_set

    @property
    def replaces(self) -> bool:
        """Return whether the rule replaces the correct answer."""
        own = (self.status, self.body, self.nesting, self.big, self.endless, self.redirect)
        given = any(value is not None for value in own)
        return given or self.has_json or self.html or self.empty or self.invalid_utf8 or self.echo

    @property
    def spoils(self) -> bool:
        """Return whether the rule changes the correct answer."""
        return bool(self.merge or self.omit or self.meta or self.truncate or self.answer_status)

    @property
    def applies(self) -> bool:
        """Return whether the request takes effect before the rule fires."""
        if self.drop == "before":
            return False
        if self.apply is None:
            return not self.replaces
        return self.apply

    @property
    def only_delays(self) -> bool:
        """Return whether the rule only delays the correct answer."""
        return self.delay > 0 and not (self.replaces or self.spoils or self.drop)

    def fires(self, method: str, path: str, query: str) -> bool:
        """Return whether the rule fires for this request, and count the request."""
        if not self._matches(method, path, query) or (self.count is not None and self._fired >= self.count):
            return False
        self._seen += 1
        if self._seen <= self.after:
            return False
        self._fired += 1
        return True

    def _matches(self, method: str, path: str, query: str) -> bool:
        return (
            self.method in (None, method)
            and (self.path is None or self.path in path)
            and (self.query is None or self.query in query)
            and (self.path_regex is None or self.path_regex.search(path) is not None)
        )


class Faults:
    """Hold the active rules, in order."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, rule: Fault) -> str:
        """Add a rule as the last one and return its name."""
        rule.name = rule.name or f"fault-{len(self._rules) + 1}"
        self._rules.append(rule)
        return rule.name

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def pick(self, method: str, path: str, query: str) -> Fault | None:
        """Return the first rule that fires for this request."""
        return next((rule for rule in self._rules if rule.fires(method, path, query)), None)

    def describe(self) -> list[dict[str, Any]]:
        """Return the rules as JSON, each with the number of times it has fired."""
        return [
            {**rule.model_dump(mode="json", by_alias=True, exclude_unset=True), "name": rule.name, "fired": rule.fired}
            for rule in self._rules
        ]
