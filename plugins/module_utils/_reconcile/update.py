# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Converge one object: read, plan, apply, verify."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.ids import same_id
from .._api.responses import CHECK_URL
from .._resources.whatsapp_config import Field
from .outcome import Outcome, Target
from .plan import HOLD_BACK, Change, Plan, Verdict, WrongType, demand, make_plan, verify
from .sensitive import shown
from .timestamps import parse


def read(client: Client, target: Target) -> Object:
    """Return the object. Raises ApiError, also if the answer is about another one.

    An answer that names no object can be compared. What is to be deleted has to be named.
    """
    found = client.get(target.path)
    unnamed = None if target.state == "absent" else target.object_id
    if not same_id(found.get("id", unnamed), target.object_id):
        raise other_object("GET", client.url(target.path), "not_sent")
    return found


def other_object(method: str, url: str, outcome: str) -> ApiError:
    """Return the error for an answer about another object than the request was."""
    what = "the answer is not about the object that was asked for"
    return ApiError(what, CHECK_URL, method=method, url=url, status=200, outcome=outcome)


def plan_update(client: Client, outcome: Outcome, current: Object | None = None) -> None:
    """Plan with the object as it was read, or read it first. Raises ApiError."""
    target = outcome.target

    def planned(again: Object | None = None) -> Plan:
        return make_plan(
            target.resource, target.desired, outcome.before, outcome.receipt, target.send_write_only, again
        )

    try:
        outcome.before = outcome.after = read(client, target) if current is None else current
        plan = planned()
        if plan.look_again:
            plan = planned(read(client, target))
    except WrongType as error:
        raise wrong_type(error, "GET", client.url(target.path), "not_sent") from None
    if plan.immutable_changes:
        raise _immutable(plan.immutable_changes)  # before anything is planned: nothing of it will be sent
    outcome.adopt_plan(plan)
    updates = {change.field.name: change.after for change in plan.changes if change.action == "update"}
    outcome.after = {**outcome.before, **updates}


def update(client: Client, outcome: Outcome) -> None:
    """Send what was planned, and leave in `outcome` what is true afterwards. Raises ApiError."""
    plan = planned = outcome.plan
    learned = outcome.receipt  # from a write that was refused
    outcome.after, outcome.write_attempted = outcome.before, True
    try:
        try:
            verdict = _write(client, outcome, plan)
        except ApiError as error:
            wider = _with_required_fields(outcome.target, plan, outcome.before, error)
            if wider is None:
                raise
            if outcome.target.strict_plan:
                learned = replace(learned, required_by_server=True)  # so that the next plan holds them
                error.advice = "plan again: this server wants the Meta ids and the access token with every change"
                raise
            plan = outcome.plan = wider
            # After an attempt that was lost this is one more of the same change: it stays open whether that was enough.
            verdict = _write(client, outcome, plan, after=error if error.outcome == "unknown" else None)
    except ApiError as error:
        if plan is not planned and error.outcome == "not_sent":
            error.outcome = "rejected"  # as the first write was
        outcome.changed = error.may_have_changed
        # A write that failed teaches nothing, except that nothing is known any more of what it may have changed.
        outcome.new_receipt = plan.receipt.without(plan.values) if outcome.changed else learned
        raise
    record_accepted(outcome, plan, verdict, "PATCH", client.url(outcome.target.path))


def record_accepted(outcome: Outcome, plan: Plan, verdict: Verdict, method: str, url: str) -> None:
    """Take over what the answer to a write says.

    Raises ApiError where the server left a part of it undone, or made another text of it that nothing will remember.
    """
    outcome.warnings.extend(verdict.warnings)
    ignored = {field.name for field in verdict.ignored}
    accepted = {name: value for name, value in plan.values.items() if name not in ignored}
    outcome.new_receipt = plan.receipt.recorded(accepted, outcome.before, outcome.after, plan.last_write_was_resend)
    if ignored:
        raise _undone(verdict.ignored, outcome, method, url)
    if verdict.altered:
        raise _altered(verdict.altered, outcome, method, url)


def _write(client: Client, outcome: Outcome, plan: Plan, after: ApiError | None = None) -> Verdict:
    """PATCH, and look whenever it is not known whether that took effect. Raises ApiError.

    What is wider than this plan is not looked for: it will be sent. `after` is as for `Client.write`.
    """
    target = outcome.target
    body = {target.resource.envelope: dict(plan.values)}
    error = after
    while True:
        try:
            answer = client.write("PATCH", target.path, body, after=error)
            if not same_id(answer.get("id", target.object_id), target.object_id):
                raise other_object("PATCH", client.url(target.path), "unknown")
            outcome.after = _refetch_if_partial(client, target, plan, outcome.before, answer)
            return verify(plan, outcome.before, outcome.after)
        except WrongType as wrong:
            error = wrong_type(wrong, "PATCH", client.url(target.path), "unknown")
        except ApiError as failed:
            error = failed
        if error.outcome != "unknown" or (
            not target.strict_plan and _with_required_fields(target, plan, outcome.before, error)
        ):
            raise error
        try:
            outcome.after = read(client, target)
        except ApiError as failed:
            error.what = f"{error.what}, and reading the object again failed: {failed.what}"
            error.stops_run = error.stops_run or failed.stops_run
            raise error from None
        if all(change.field.same(outcome.after.get(change.field.name), change.after) for change in plan.changes):
            note = (
                f"the answer to the write could not be had ({error.what}); read again, the object holds what was sent"
            )
            return Verdict((), (note,))
        if not error.repeatable:
            raise error


def _refetch_if_partial(client: Client, target: Target, plan: Plan, before: Object, answer: Object) -> Object:
    """The answer to a write, or the object read again where that leaves out what a read shows and the write concerns.

    Without `updated_at`, above all, a receipt would be blind to edits at a server that has one. Raises ApiError.
    """
    told = parse(answer.get("updated_at")) or not parse(before.get("updated_at"))
    if told and all(name in answer for name in ("id", *plan.values) if name in before):
        return answer
    try:
        return read(client, target)
    except ApiError as error:
        error.outcome = "applied"
        raise


def _with_required_fields(target: Target, plan: Plan, current: Object, error: ApiError) -> Plan | None:
    """The plan with all that this server demands, if that is what its 422 is about; else None.

    One API version wants the Meta ids and the token with every write of a production object
    (docs.kapso.ai/api-reference/whatsapp-configs/update-whatsapp-config).
    """
    if error.status != 422 or target.send_write_only in HOLD_BACK:
        return None
    left_out = [field.name for field, _value in target.resource.declared(target.desired) if field.required_on_write]
    if not any(_names(error.answer, name) for name in left_out if name not in plan.values):
        return None
    demanding = replace(plan, receipt=replace(plan.receipt, required_by_server=True))
    return demand(target.resource, demanding, target.desired, current, target.send_write_only)


def _names(text: str, name: str) -> bool:
    """Whether a server's text speaks of that field, as `phone_number_id` or as "Phone number can't be blank"."""
    words = "[ _]".join(name.split("_")).replace("[ _]id", "(?:[ _]id)?")
    return re.search(rf"(?<![a-z_]){words}(?![a-z_])", text, re.IGNORECASE) is not None


def wrong_type(error: WrongType, method: str, url: str, outcome: str) -> ApiError:
    """An answer whose fields are not of their types, as an ApiError."""
    return ApiError(
        f"the answer to {method} cannot be right: {error}",
        CHECK_URL,
        method=method,
        url=url,
        status=200,
        message=str(error),
        outcome=outcome,
    )


def _immutable(changes: Iterable[Change]) -> ApiError:
    what = ", ".join(
        f"{change.field.name} is {shown(change.field, change.before)} and cannot become "
        f"{shown(change.field, change.after)}"
        for change in changes
    )
    return ApiError(
        f"{what}: it is settled when a configuration is created",
        "correct the playbook, or delete the configuration and create it anew",
    )


def _undone(fields: Iterable[Field], outcome: Outcome, method: str, url: str) -> ApiError:
    now = _now(fields, outcome)
    what = f"Kapso accepted the write and left a part of it undone: {now}"
    advice = (
        "perhaps this API does not change it, or makes this of the value declared: correct the playbook or ask Kapso"
    )
    return ApiError(what, advice, method=method, url=url, status=200, message=now, outcome="applied")


def _altered(fields: Iterable[Field], outcome: Outcome, method: str, url: str) -> ApiError:
    now = _now(fields, outcome)
    what = f"Kapso made other values of the declared ones: {now}"
    advice = "declare these values, or give `receipts` a store that remembers them"
    return ApiError(what, advice, method=method, url=url, status=200, message=now, outcome="applied")


def _now(fields: Iterable[Field], outcome: Outcome) -> str:
    """What these fields are at the server now."""
    return ", ".join(_what_is(field, outcome.before, outcome.after.get(field.name)) for field in fields)


def _what_is(field: Field, before: Object, value: Any) -> str:
    still = "still " if field.name in before and field.same(value, before[field.name]) else ""
    return f"{field.name} is {still}{'not the declared one' if field.secret else repr(shown(field, value))}"
