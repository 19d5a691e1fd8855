# SPDX-License-Identifier: GPL-3.0-or-later
"""Put any value in any option: the values, the places for them, and the checks of each answer.

The places come from the argument specs, so that new options are covered without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import category

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import OUTCOMES
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.argument_spec import connection_spec, receipt_spec
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.runner import act

Data = dict[str, Any]
COMMON = {**connection_spec(), **receipt_spec()}  # the options of every module
Place = tuple[str | int, ...]  # keys of the arguments and indexes of lists, outermost first

LONGEST_MESSAGE = 2000  # characters: one sentence, which can list all options and quote a path

# Values that YAML or a template can produce. No text among them is the path of an existing file.
VALUES: tuple[Any, ...] = (
    *(None, True, False, "yes", "off", "null", "~"),
    *(0, -1, 5, 0.5, -1.5, 5.0, 10**30, 16**5000, -(16**5000), 1e300, float("nan"), float("inf"), float("-inf")),
    *("5", "1e9", "0x10", "-0", "\uff19", "1_000", "nan", "10%", "none"),
    *("", " ", "\n\t", "\r\n", "\u00a0", "\u200b", "\ufeff"),
    *("text", "\u00fc\u4e2d", "\u202eabc", "\U0001f600", "e\u0301", "x" * 300, "x" * 200_000, "two\nlines"),
    *("a\0b", "\x1b[31mred", "\x7f", "\x85", "\ud800", "a\udcffb"),
    *("{{ 1 / 0 }}", "{% raw", "{# #}", "$HOME/x", "%s%n", "'; --", "\\", "&lt;"),
    *(
        ".",
        "..",
        "a/b",
        "a/../b",
        "~nobody.here/x",
        "/dev/null/x",
        "a//b",
        "%2e%2e",
        "?x=y",
        "#x",
        "a" * 99 + "/" * 999,
    ),
    *("redis://[", "redis://h:99999999", "unix://", "https://x y", "http://[::1", "http://127.0.0.1:65536", "ftp://h"),
    *([], [[]], [None], [1], ["x"], [{"a": 1}], [[["x"]]], (1, 2)),
    *({}, {"a": 1}, {None: 1}, {1: 2}, {1.5: 2}, {16**5000: 2}, {("a", "b"): 1}, {"": ""}, {"name": {"a": []}}),
    *(date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), b"binary", b"\xff", {"a"}, set(), {1, None}, frozenset()),
)


def places(spec: Mapping[str, Any], inside: Place = ()) -> Iterator[Place]:
    """Yield the place of each option and sub-option, and of an element of each list."""
    for name, rule in spec.items():
        if name.startswith("_"):
            continue
        place: Place = (*inside, name)
        yield place
        if rule["type"] == "list":
            place = (*place, 0)
            yield place
        yield from places(rule.get("options", {}), place)


def put(args: Data, place: Place, value: Any) -> None:
    """Set `value` at the place. Create the dictionaries and lists on the way to it."""
    *way, last = place
    here: Any = args
    for key, following in zip(way, place[1:], strict=True):
        if isinstance(here, dict) and not isinstance(here.get(key), dict | list):
            here[key] = [{}] if isinstance(following, int) else {}
        here = here[key]
    here[last] = value


def said(place: Place) -> str:
    """Return the name of the option that a message about that place must contain."""
    return str([key for key in place if isinstance(key, str)][-1])


@dataclass(frozen=True)
class Answered:
    """Hold the result of a task and its requests."""

    result: Data
    journal: list[Entry]

    @property
    def sent(self) -> bool:
        """Return whether a request was sent.

        The HTTP server may reject one, as for a long header, before the journal.
        """
        return bool(self.journal) or (self.result.get("error") or {}).get("status") is not None

    @property
    def refused(self) -> bool:
        """Return whether the task failed without a request."""
        return bool(self.result.get("failed")) and not self.sent

    def hold(self) -> Answered:
        """Assert what must be true of every answer, and return self."""
        json.dumps(self.result)
        applied = [entry for entry in self.journal if entry.method != "GET" and entry.applied]
        assert self.result["changed"] or not applied, self.result
        if self.result.get("failed"):
            message = self.result["msg"]
            assert isinstance(message, str)
            assert not {"Cc", "Cs", "Zl", "Zp"}.intersection(map(category, message)), ascii(message)
            assert len(message) <= LONGEST_MESSAGE, message
            assert "Traceback" not in message
            assert self.result["error"]["outcome"] in OUTCOMES
        return self


def answer(kapso: Emulator, job: ModuleDefinition, args: Mapping[str, Any], *, check: bool = False) -> Answered:
    """Run a task, and return its answer after the checks of `Answered.hold`."""
    kapso.clear_journal()
    result = act(job, args, check=check)
    return Answered(result, kapso.journal()).hold()
