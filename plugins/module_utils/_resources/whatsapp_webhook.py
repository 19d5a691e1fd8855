# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of webhooks of the platform API, and their rules. A webhook is of a phone number or of the project.

Source: docs.kapso.ai/api/platform/v1/webhooks/list-webhooks and the pages beside it. The list of the project also shows
the webhooks of all phone numbers. If two webhooks have the same URL, Kapso delivers each event twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .canonical import url as canonical_url
from .model import Field, Filter, Option, Parent, Resource, created_filters
from .rules import Entry, Match, Related, Row, Rules, Successor, Verdict, View

KAPSO, META = "kapso", "meta"
# Fields that a webhook of kind meta does not have.
NOT_FOR_META = (
    "events",
    "buffer_enabled",
    "buffer_window_seconds",
    "max_buffer_size",
    "buffer_events",
    "inactivity_minutes",
)
SCOPELESS = "Kapso does not show its phone number, so it cannot be replaced"
# Kapso does so if 85 % of at least 20 deliveries fail in 15 minutes: docs.kapso.ai/docs/platform/webhooks/advanced
PAUSED = "it is paused, perhaps by Kapso because most deliveries failed"


def _scope(row: Row) -> Any:
    return row.get("phone_number_id")


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the key of a webhook in its scope: kind and URL. A phone number has one of kind meta, with any URL."""
    kind, address = values.get("kind") or KAPSO, values.get("url")
    return (META,) if kind == META else (None if address is None else canonical_url(str(address)), kind)


def _by_age(row: Row) -> tuple[bool, str, str]:
    """Return a sort key that puts the webhook to keep first: an active one, then the oldest."""
    return (row.get("active") is False, str(row.get("created_at") or "~"), str(row["id"]))


def _unfit(entry: Entry) -> str:
    """Return a declared field that a webhook of kind meta does not have, "" if there is none."""
    return next((name for name in NOT_FOR_META if entry.desired.get(name)), "")


def duplicates(rows: Sequence[Row]) -> list[Row]:
    """Return the webhooks that share scope, kind and URL with another one."""
    keys = [(_scope(row), *_key(row)) for row in rows]
    times = Counter(keys)
    return [row for row, key in zip(rows, keys) if times[key] > 1]


def paused(rows: Sequence[Row]) -> list[Row]:
    """Return the webhooks that deliver nothing."""
    return [row for row in rows if row.get("active") is False]


class WebhookRules(Rules):
    """A webhook is found by its URL, active or not. Its kind and its scope never change."""

    views: ClassVar[Mapping[str, View]] = {
        "duplicates": View(duplicates, "those that share scope, kind and URL with another one"),
        "paused": View(paused, "those that deliver nothing"),
    }

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the kind for a webhook of kind meta, otherwise URL and kind."""
        return _key(values)

    def check(self, entry: Entry) -> str:
        """Return what is wrong with the options of an entry, "" if nothing is wrong."""
        pattern = entry.options.get("match_url")
        if pattern is not None:
            if entry.object_id is not None:
                return "give webhook_id or match_url, not both"
            if entry.state == "absent":
                return "match_url is for state present only: give the exact url to delete"
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError):
                return "match_url is not a regular expression"
        if entry.options.get("solo") and entry.object_id is not None:
            return "give solo or webhook_id, not both"
        if entry.desired.get("kind") == META and entry.options.get("scope") == "project":
            return "only a phone number can have a webhook of kind meta: give phone_number_id"
        unfit = _unfit(entry)
        if entry.desired.get("kind") == META and unfit:
            return f"fields.{unfit} is not for a webhook of kind meta: leave it out"
        return ""

    def found(self, entry: Entry, rows: Sequence[Row]) -> Sequence[Row] | None:
        """Return the rows with the declared URL and kind. If there are none, return those that `match_url` matches."""
        pattern = entry.options.get("match_url")
        exact = [row for row in rows if _key(row) == _key(entry.desired)]
        if pattern is None or exact:
            return exact
        matching = [row for row in rows if re.search(pattern, str(row.get("url")))]
        kind = entry.desired.get("kind")
        same = [row for row in matching if (row.get("kind") or KAPSO) == (kind or KAPSO)]
        return same or (matching if kind else [])

    def match(self, entry: Entry, rows: Sequence[Row]) -> Match | None:
        """Return the webhook to keep if `solo` or `state: absent` allows to delete the others. Otherwise None."""
        is_exact = all(_key(row) == _key(entry.desired) for row in rows)
        if not is_exact or not (entry.state == "absent" or entry.options.get("solo")):
            return None
        best, *others = sorted(rows, key=_by_age)
        return Match(best, tuple(others))

    def successor(self, entry: Entry, row: Row) -> Successor | None:
        """Return the webhook of another kind or scope that replaces `row`, if `replace` allows it."""
        if entry.state == "absent" or not entry.options.get("replace"):
            return None
        scope, to_project = entry.parent_id, entry.options.get("scope") == "project"
        there = row.get("phone_number_id", None if entry.object_id else scope)
        moves = (scope is not None and scope != there) or (to_project and there)
        kind = entry.desired.get("kind") or row.get("kind") or KAPSO
        is_other = kind != (row.get("kind") or KAPSO)
        if entry.object_id and "phone_number_id" not in row and (is_other or scope is not None or to_project):
            return Successor({}, {}, refusal=SCOPELESS, advice="replace it by hand, or leave `replace` out")
        if not moves and not is_other:
            return None
        carried = {field.name: row[field.name] for field in FIELDS if field.writable and row.get(field.name)}
        desired = {**carried, "active": row.get("active", True), **entry.desired, "kind": kind}
        if kind == META:
            desired = {name: value for name, value in desired.items() if name not in NOT_FOR_META}
        of_project = to_project or (scope is None and there is None)
        options = {"scope": "project" if of_project else None, "solo": entry.options.get("solo")}
        return Successor(desired, options, is_last=kind == META)

    def judge(self, entry: Entry, row: Row, related: Related) -> Verdict:
        """Warn if the webhook is paused and the entry does not say so. Refuse fields that its kind does not have."""
        del related
        if row.get("kind") == META and entry.state == "present" and _unfit(entry):
            return Verdict(f"it is of kind meta, which has no {_unfit(entry)}", f"leave out fields.{_unfit(entry)}")
        if row.get("active") is not False or entry.state == "absent" or entry.desired.get("active") is False:
            return Verdict()
        if entry.desired.get("active"):
            return Verdict(note=PAUSED, warning=PAUSED)
        return Verdict(note=PAUSED, warning=f"{PAUSED}; `active: true` in fields switches it on")


FIELDS = (
    Field(
        "url",
        format="url",
        compare="url",
        required="create",
        description="URL for the events. All output masks its user, password and query values.",
    ),
    Field(
        "kind",
        access="create",
        choices=(KAPSO, META),
        default=KAPSO,
        description="V(kapso) for Kapso's own events, V(meta) for Meta's events, unchanged. Set at creation.",
    ),
    Field(
        "events",
        "list",
        compare="set",
        required="create",
        unless=("kind", META),
        description="Names of the events, such as V(whatsapp.message.received), in any order. None for kind V(meta).",
    ),
    Field(
        "secret_key",
        format="passphrase",
        secret=True,
        readback="sometimes",
        required="create",
        unless=("scope", "project"),
        description="Your own text, the secret that signs the deliveries. The API returns it, so the task compares "
        "it. All output masks it. It cannot be cleared.",
    ),
    Field(
        "active",
        "bool",
        description="If V(true), events are delivered. Kapso sets it to V(false) if most deliveries fail.",
    ),
    Field(
        "headers",
        "dict",
        format="token",
        secret=True,
        compare="map",
        description="More HTTP headers of each delivery. The values are secret. An empty dictionary removes all.",
    ),
    Field("payload_version", choices=("v1", "v2"), description="Format of the deliveries."),
    Field("buffer_enabled", "bool", description="If V(true), events are collected and delivered together."),
    Field(
        "buffer_window_seconds",
        "int",
        nullable=True,
        default=5,
        description="Time to collect events, from 1 to 60 seconds. Kapso's default is 5; C(clear) restores it.",
    ),
    Field(
        "max_buffer_size",
        "int",
        nullable=True,
        default=50,
        description="Number of events to collect, from 1 to 100. Kapso's default is 50; C(clear) restores it.",
    ),
    Field(
        "buffer_events",
        "list",
        compare="set",
        description="Events to collect. Kapso accepts V(whatsapp.message.received) only.",
    ),
    Field(
        "inactivity_minutes",
        "int",
        nullable=True,
        default=60,
        description="Minutes without a message before C(whatsapp.conversation.inactive), by default 60.",
    ),
    Field("id", access="ro", description="ID of the webhook at Kapso."),
    Field(
        "phone_number_id", access="ro", description="Meta's ID of its phone number, null for a webhook of the project."
    ),
    Field("project_id", access="ro", description="ID of the Kapso project."),
    Field("created_at", access="ro", description="Time of creation."),
    Field("updated_at", access="ro", description="Time of the last modification."),
)

WHATSAPP_WEBHOOK = Resource(
    name="whatsapp_webhook",
    title="webhook",
    noun="webhook",
    plural="webhooks",
    may_prune=True,
    api="platform",
    envelope="whatsapp_webhook",
    id_option="webhook_id",
    path="/whatsapp/webhooks",
    key=("url", "kind"),
    key_as_option=True,
    key_moves=True,
    key_phrase="{url}",
    solo_option="solo",
    replace_option="replace",
    parent=Parent(
        "whatsapp_phone_number",
        "phone_number_id",
        "phone_number_id",
        "/whatsapp/phone_numbers/{parent}/webhooks",
        "/whatsapp/phone_numbers",
        id_format="meta_id",
        without=("scope", "project"),
        noun="number",
    ),
    rules=WebhookRules(),
    fields=FIELDS,
    options=(
        Option(
            "scope",
            "str",
            choices=("number", "project"),
            description="V(project) for a webhook of the project, which receives events of its numbers and "
            "workflows. Give it instead of O(phone_number_id).",
        ),
        Option(
            "match_url",
            "str",
            description="Regular expression to find the webhook if none has exactly O(url), for example after a "
            "tunnel got a new host. It can match anywhere in the URL. The webhook then gets O(url).",
        ),
        Option(
            "solo",
            default=False,
            description="If V(true), keep one webhook of this scope, URL and kind, and delete the others. The task "
            "keeps an active one, then the oldest. If V(false), the task fails and lists them.",
        ),
        Option(
            "replace",
            default=False,
            description="If V(true), create a new webhook and delete the old one if O(kind) or the scope differs. "
            "This applies to a webhook that O(webhook_id) or O(match_url) finds. Fields that you do not declare are "
            "copied. With O(webhook_id), you must also name the new one by its scope, O(url) and O(kind), so that the "
            "next run finds it.",
        ),
    ),
    filters=(
        Filter(
            "url_contains",
            "url",
            query="url_contains",
            match="part",
            description="Return only those whose URL contains this text, in upper or lower case.",
        ),
        Filter("kind", "kind", query="kind", description="Return only those of this kind, V(kapso) or V(meta)."),
        Filter(
            "active",
            "active",
            query="active",
            description="If V(true), return only those that deliver. If V(false), only the paused ones.",
            type="bool",
        ),
        *created_filters(),
    ),
    page="webhooks",
    documentation="https://docs.kapso.ai/api/platform/v1/webhooks/list-webhooks",
    notes={
        "webhook_id": "ID of the webhook at Kapso. With it, O(url) is the new URL of the webhook.",
        "phone_number_id": "Meta's ID of the phone number of this webhook, digits in quotes.",
        "url": (
            "URL for the events. With O(phone_number_id) or O(scope=project), it finds the webhook, active or not.",
            "Upper and lower case of scheme and host, a default port, and an empty path for C(/) are the same.",
        ),
        "kind": "V(kapso) for Kapso's own events, V(meta) for Meta's events. Kapso's default is V(kapso). A phone "
        "number has one webhook of kind V(meta), with any URL. It cannot be changed after creation; see O(replace).",
        "state": (
            "With V(present), the webhook is updated to match O(fields), and created if it does not exist.",
            "With V(absent), every webhook with this URL is deleted. If there is none, nothing changes.",
        ),
    },
)
