# SPDX-License-Identifier: GPL-3.0-or-later
"""List scenarios of one configuration, alone or in a project: the behavior of the server, and the tasks.

Secrets are in variables, so that no line of the playbook, which newer cores quote, has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Data, at_server, task
from tests.support.runner import PROJECT

VARIABLES = {
    "token": "canary-token",
    "rotated": "canary-rotated",
    "verify": 'canary-"verify"/& \u00fc',
    "wrong_key": "canary-wrong-key",
    "with_password": "https://me:canary-password@kapso.example/v1",
    "redis": "redis://:canary-redis@127.0.0.1:1/0",
}
NAME = {"name": "Front desk"}
URL = {"webhook_destination_url": "https://hooks.example.org/wa"}
TOKEN = {"access_token": "{{ token }}"}
ROTATED = {"access_token": "{{ rotated }}"}
VERIFY = {"webhook_verify_token": "{{ verify }}"}
NUMBERS = {"phone_number_id": "100000000000001", "business_account_id": "200000000000001"}
SIX = {**NAME, **NUMBERS, **TOKEN, **VERIFY, **URL}
CUSTOMER = "22222222-0000-4000-9000-000000000001"
OF_CUSTOMER = {"config_id": None, "customer_id": CUSTOMER}
NEW = {**SIX, "phone_number_id": "100000000000777"}
REFUSED_CREATION = ({"path": CUSTOMER, "method": "POST", "after": 1, "status": 422, "echo": True},)


@dataclass(frozen=True)
class Step:
    """Hold one task, and a command of the emulator that runs before it."""

    title: str
    options: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False
    first: Mapping[str, Any] | None = None


DRY, RUN, AGAIN = Step("dry run", check=True), Step("run"), Step("again")
USUAL = (DRY, RUN, AGAIN)
TWICE = (DRY, RUN)
ONCE = (RUN,)


def edit(title: str, **options: Any) -> tuple[Step, ...]:
    """Return the steps of a run, an edit by hand an hour later, and two more runs."""
    edited = {"command": "edit", "access_token": "canary-by-hand"}
    return (Step("before", options), Step(title, options, first=edited), Step("at last", options))


@dataclass(frozen=True)
class Scenario:
    """Hold one object and its steps. Faults apply to its path only, settings to the server during the scenario."""

    name: str
    fields: Any = field(default_factory=lambda: NAME)
    options: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ONCE
    faults: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    entries: Callable[[str], list[Data]] | None = None  # the entries of a project, from the ID of the object

    def prepare(self, kapso: Emulator, config_id: str) -> None:
        """Add the object and its faults to the emulator."""
        kapso.add(id=config_id, **{**NUMBERS, **self.before})
        for rule in self.faults:
            kapso.fault(**{"path": config_id, **rule})

    def tasks(self, kapso: Emulator, config_id: str, way: str) -> Iterator[Data]:
        """Yield the tasks of the play, with unique names."""
        for step in self.steps:
            if step.first is not None:
                yield at_server(kapso, "an hour passes", "advance", seconds=3600)
                yield at_server(kapso, "meanwhile", **{"object_id": config_id, **step.first})
            what = {"config_id": config_id, "fields": self.fields}
            if self.entries is not None:
                what = {"configs": self.entries(config_id), "concurrency": 1}
            options = {**what, "run_in_process": way, "retries": 0, **self.options, **step.options}
            keywords = {"ignore_errors": True, **({"check_mode": True} if step.check else {})}
            name = f"{self.name}: {step.title}"
            yield (
                task(name, keywords, **options)
                if self.entries is None
                else {"name": name, PROJECT: options, **keywords}
            )


def _get(name: str, **rule: Any) -> Scenario:
    return Scenario(f"GET {name}", faults=({"method": "GET", **rule},))


def _patch(name: str, *, fields: Any = None, options: Mapping[str, Any] | None = None, **rule: Any) -> Scenario:
    fields = {**NAME, **TOKEN} if fields is None else fields
    return Scenario(f"PATCH {name}", fields, options or {}, (RUN, AGAIN), ({"method": "PATCH", "count": 1, **rule},))


def _api_version(api_version: str, name: str, fields: Any, **settings: Any) -> Scenario:
    return Scenario(f"{api_version} {name}", fields, steps=USUAL, settings={"api_version": api_version, **settings})


USUALLY = [
    Scenario("nothing to do", NUMBERS, steps=USUAL),
    Scenario("one field", steps=TWICE),
    Scenario("nulls", {**NAME, **dict.fromkeys(TOKEN), **dict.fromkeys(URL)}),
    Scenario("booleans", {"calls_enabled": "yes", "inbound_processing_enabled": False}, steps=TWICE),
    Scenario("numbers", {"phone_number_id": 100000000000009}, steps=TWICE),
    _api_version("omits", "all six", SIX),
    _api_version("nulls", "all six", SIX),
    _api_version("echoes", "all six", SIX),
    _api_version("echoes", "unconfirmed", {**NAME, "calls_enabled": True}),
    _api_version("echoes", "masked", SIX, mask_secrets=True),
    _api_version("omits", "no instants", SIX, no_updated_at=True),
    _api_version("omits", "milliseconds", SIX, milliseconds="mixed"),
    _api_version("omits", "updated_at_unstable", SIX, updated_at_on_read=True),
    _api_version("omits", "trimmed", {"name": " Front desk "}, trim_values=True),
    _api_version("omits", "ignored", {**NAME, **TOKEN}, ignore_fields=["name"]),
    _api_version("omits", "demanding", {**SIX, "name": "Desk"}, demand_meta_fields=True),
    Scenario("rotation", {**NAME, **TOKEN}, steps=(RUN, Step("rotated", {"fields": {**NAME, **ROTATED}}), AGAIN)),
    Scenario("edit", {**NAME, **TOKEN}, steps=edit("when changed")),
    Scenario("edit by value", TOKEN, steps=edit("by value", send_write_only="when_value_changed")),
    Scenario("always", TOKEN, {"send_write_only": "always"}, USUAL),
    Scenario("never", {**NAME, **TOKEN}, {"send_write_only": "never"}, USUAL),
    Scenario("adopt", {**TOKEN, **URL}, steps=(Step("adopted", {"send_write_only": "adopt"}), *USUAL)),
    Scenario("no receipts", TOKEN, {"receipts": "none"}, USUAL),
    Scenario(
        "another key for receipts", TOKEN, {"receipts_key": "{{ rotated }}"}, (RUN, Step("x", {"receipts_key": "key"}))
    ),
    Scenario("absent", {}, {"state": "absent"}, USUAL),
    Scenario("absent, unknown", {}, {"state": "absent", "config_id": "unknown"}, TWICE),
    Scenario("created", NEW, OF_CUSTOMER, (*USUAL, Step("renamed", {"fields": {**NEW, "name": "Renamed"}}))),
    Scenario("created, refused", {**NEW, "phone_number_id": "100000000000778"}, OF_CUSTOMER, TWICE, REFUSED_CREATION),
]
REFUSED = [
    Scenario("no such field", {"acess_token": "{{ token }}"}),
    Scenario("list for fields", ["{{ token }}"]),
    Scenario("name with token for fields", "access_token: {{ token }}"),
    Scenario("dictionary for a secret", {"access_token": {"{{ token }}": "{{ verify }}"}}),
    Scenario("secret with a line end", {"access_token": "{{ token }}\n"}),
    Scenario("nothing declared", {"name": None}),
    Scenario("bad id", options={"config_id": ".."}),
    Scenario("list of keys", options={"api_key": ["{{ wrong_key }}"]}),
    Scenario("password in the URL", options={"api_url": "{{ with_password }}"}),
    Scenario("bad timeout", options={"timeout": -1}),
    Scenario("impossible receipts", TOKEN, {"receipts": "/proc/receipts"}),
    Scenario("unreachable receipts", TOKEN, {"receipts": "{{ redis }}"}),
    Scenario("foreign store", TOKEN, {"receipts": "{{ with_password }}"}),
]
FAILING = [
    Scenario("wrong key", {**NAME, **TOKEN}, {"api_key": "{{ wrong_key }}"}),
    Scenario("unknown id", {**NAME, **TOKEN}, {"config_id": "unknown"}),
    Scenario("no connection", options={"api_url": "{{ refused }}"}),
    Scenario("no certificate checks", options={"validate_certs": False}),
    *(_get(str(status), status=status) for status in (401, 500)),
    _get("429", status=429, headers={"Retry-After": "3600"}),
    _get("HTML", html=True, status=200),
    _get("nested", nesting=100_000, status=200),
    _get("field of another type", merge={"name": 7}),
    _get("keys of Ansible's own", merge={"__ansible_type": "x", "deep": [{"__ansible_vault": 1}]}),
    _get("redirect", redirect="https://elsewhere.example/?key=1"),
    _get("echo", echo=True),
    Scenario("GET too slow", options={"timeout": 3}, faults=({"method": "GET", "delay": 60},)),
    _patch("422", status=422, json={"error": "Name has already been taken"}),
    _patch("422, its text cut in the midst of a secret", status=422, json={"error": f"{'x' * 192}canary-token"}),
    _patch("422 by field", status=422, json={"errors": {"name": ["is too long"]}}),
    _patch("422 echo", fields=SIX, echo=True),
    _patch("500 echo", fields=SIX, echo=True, status=500),
    _patch("503, retried", status=503, options={"retries": 1}),
    _patch("lost, hidden", drop="after"),
    _patch("cut short", truncate=True),
    _patch("echo of the secrets", fields=SIX, merge={"access_token": "canary-token", "note": "canary-token"}),
]


def _project(name: str, *entries: Data, steps: tuple[Step, ...] = ONCE, **options: Any) -> Scenario:
    """Return the scenario of a project. Entries without an ID are about the scenario's object."""
    return Scenario(name, options=options, steps=steps, entries=lambda one: [{"config_id": one, **e} for e in entries])


def _new(number: int) -> Data:
    return {"config_id": None, "customer_id": CUSTOMER, "fields": {**NEW, "phone_number_id": f"{number}"}}


UNKNOWN: Data = {"config_id": "unknown", "fields": NAME}
RENAMED, SECRET, GONE = {"fields": NAME}, {"fields": TOKEN}, {"state": "absent"}
ALL_SHOWN = Step("all shown", {"return_unchanged": True})
PROJECTS = [
    _project(
        "fields and defaults",
        {"fields": {"name": "Own", **TOKEN}},
        steps=(*USUAL, ALL_SHOWN),
        defaults={"configs": ROTATED},
    ),
    _project(
        "only defaults", {"fields": None}, steps=USUAL, defaults={"configs": {**NAME, **TOKEN, "calls_enabled": True}}
    ),
    _project("null over a default", {"fields": {"access_token": None}}, defaults={"configs": {**NAME, **TOKEN}}),
    _project("create and change", _new(100000000000881), RENAMED, steps=USUAL),
    _project("delete", GONE, {**GONE, "config_id": "unknown"}, steps=USUAL),
    _project("some fail", RENAMED, UNKNOWN, steps=TWICE),
    _project("some fail, stop", RENAMED, UNKNOWN, on_error="stop"),
    _project("too many", RENAMED, max_changes=0),
    _project("only one", RENAMED, _new(100000000000882), only=["100000000000882"]),
    _project("adopt many", SECRET, steps=USUAL, send_write_only="adopt"),
    _project("always many", SECRET, steps=USUAL, send_write_only="always"),
    _project("wrong key for many", SECRET, api_key="{{ wrong_key }}"),
    _project("twice", RENAMED, RENAMED),
    _project("nothing declared for one", {"fields": {"name": None}}, defaults={"configs": NAME}),
    _project("mistyped", {"fields": {"acess_token": "{{ token }}"}}),
    _project("no store", SECRET, receipts="/dev/null/no"),
    replace(_project("many, echoed", SECRET), faults=({"method": "PATCH", "echo": True},)),
]
# One play for each group. The quick set on other cores runs the first group only.
GROUPS = {
    "usual": USUALLY,
    "refused before any request": REFUSED,
    "requests that fail": FAILING,
    "projects": PROJECTS,
}
