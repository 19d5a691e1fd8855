# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Update one object: send the planned fields, verify the response, record it in the receipt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.ids import same_id
from .._resources.model import Field
from .outcome import Outcome
from .plan import HOLD_BACK, Plan, WrongType, with_required_fields
from .read import other_object, read, wrong_type
from .receipts import Receipt
from .sensitive import shown
from .target import Target
from .timestamps import parse
from .verify import Verdict, verify


def update(client: Client, outcome: Outcome) -> Outcome:
    """Send the planned fields. Return the outcome after that."""
    written, first = _write(client, outcome, None)
    if first is None:
        return written
    wider = _with_required_fields(outcome, first)
    if wider is None:
        return _failed(written, first, outcome.receipt)
    if outcome.target.strict_plan:
        names = ", ".join(outcome.target.resource.required_on_write)
        error = first.but(advice=f"plan again: this server requires {names} with every change")
        # The next plan then holds these fields.
        return _failed(written, error, replace(outcome.receipt, required_by_server=True))
    # If an earlier attempt was lost, this one continues it: whether that attempt took effect stays unknown.
    written, second = _write(client, replace(outcome, plan=wider), first if first.outcome == "unknown" else None)
    if second is None:
        return written
    if second.outcome == "not_sent":
        second = second.but(outcome="rejected")  # like the first write
    return _failed(written, second, outcome.receipt)


def _failed(outcome: Outcome, error: ApiError, learned: Receipt) -> Outcome:
    """Return the outcome of a write that failed, with the receipt `learned`.

    If the write may have changed something, the receipt forgets the sent fields instead.
    """
    changed, plan = error.may_have_changed, outcome.plan
    receipt = plan.receipt.without(plan.values) if changed else learned
    return replace(outcome, changed=changed, new_receipt=receipt).failed(error)


def record_accepted(client: Client, outcome: Outcome, verdict: Verdict, method: str, path: str) -> Outcome:
    """Return the outcome of an accepted write, with its receipt and warnings.

    It has an error if Kapso ignored a field, or stored another text of it that no receipt will remember.
    """
    plan, ignored = outcome.plan, {field.name for field in verdict.ignored}
    accepted = {name: value for name, value in plan.values.items() if name not in ignored}
    receipt = plan.receipt.recorded(accepted, outcome.before, outcome.after, plan.last_write_was_resend)
    outcome = replace(outcome, new_receipt=receipt, warnings=(*outcome.warnings, *verdict.warnings))
    if not (*verdict.ignored, *verdict.altered):
        return outcome
    now = _current_values(verdict.ignored or verdict.altered, outcome)
    if ignored:
        what = f"Kapso accepted the write, but did not change every field: {now}"
        advice = "correct the playbook, or ask Kapso why"
    else:
        what = f"Kapso stored other values than the declared ones: {now}"
        remember = "" if plan.receipt.lasts else ", or give `receipts` a store that remembers them"
        advice = f"declare these values{remember}"
    return outcome.failed(client.wrong_answer(what, method, path, "applied", advice, message=now))


def _write(client: Client, outcome: Outcome, after: ApiError | None) -> tuple[Outcome, ApiError | None]:
    """Send the PATCH. If its effect is unknown, read the object. Return the outcome, and the error if it failed.

    If the error requires a wider plan, do not read: that plan is sent next. `after` is as in `Client.write`.
    """
    target, plan, before = outcome.target, outcome.plan, outcome.before
    body = {target.resource.envelope: dict(plan.values)}
    error, now = after, before
    while True:
        try:
            answer = client.write("PATCH", target.path, body, after=error)
            if not same_id(answer.get("id", target.object_id), target.object_id):
                raise other_object(client, "PATCH", target.path, "unknown")
            now = _refetch_if_partial(client, target, plan, before, answer)
            verdict = verify(plan, before, now)
            break
        except WrongType as wrong:
            error = wrong_type(client, wrong, "PATCH", target.path, "unknown")
        except ApiError as failed:
            error = failed
        if error.outcome != "unknown" or (not target.strict_plan and _with_required_fields(outcome, error)):
            return replace(outcome, after=now), error
        try:
            now = read(client, target)
        except ApiError as failed:
            return replace(outcome, after=now), error.also("reading the object again failed", failed)
        if all(change.is_at(now.get(change.field.name)) for change in plan.changes):
            lost = f"the answer to the write was lost ({error.what})"
            verdict = Verdict((), (f"{lost}, but the object has the sent values",), ())
            break
        if not error.facts.repeatable:
            return replace(outcome, after=now), error
    return record_accepted(client, replace(outcome, after=now), verdict, "PATCH", target.path), None


def _refetch_if_partial(client: Client, target: Target, plan: Plan, before: Object, answer: Object) -> Object:
    """Return the response to a write, or read the object if the response lacks fields that a read shows.

    Without `updated_at`, a receipt could not detect edits. Raise ApiError.
    """
    told = parse(answer.get("updated_at")) or not parse(before.get("updated_at"))
    if told and all(name in answer for name in ("id", *plan.values) if name in before):
        return answer
    try:
        return read(client, target)
    except ApiError as error:
        raise error.but(outcome="applied") from None


def _with_required_fields(outcome: Outcome, error: ApiError) -> Plan | None:
    """Return the plan with all fields that this API version requires, if its 422 is about them; otherwise None.

    One version of the API requires some fields with every write of a production object
    (docs.kapso.ai/api-reference/whatsapp-configs/update-whatsapp-config).
    """
    target, plan = outcome.target, outcome.plan
    if error.status != 422 or target.send_write_only in HOLD_BACK:
        return None
    required = target.resource.required_on_write
    left_out = [name for name in target.desired if name in required and name not in plan.values]
    if not any(_names_field(error.facts.answer, name) for name in left_out):
        return None
    requiring = replace(plan, receipt=replace(plan.receipt, required_by_server=True))
    return with_required_fields(target.resource, requiring, target.desired, outcome.before, target.send_write_only)


def _names_field(text: str, name: str) -> bool:
    """Return whether an error text names that field, as "Some id can't be blank" names `some_id`."""
    words = "[ _]".join(name.split("_")).replace("[ _]id", "(?:[ _]id)?")
    return re.search(rf"(?<![a-z_]){words}(?![a-z_])", text, re.IGNORECASE) is not None


def _current_values(fields: Iterable[Field], outcome: Outcome) -> str:
    """Return a clause with the current values of these fields at Kapso."""
    return ", ".join(_current_value(field, outcome.before, outcome.after.get(field.name)) for field in fields)


def _current_value(field: Field, before: Object, value: Any) -> str:
    still = "still " if field.name in before and field.same(value, before[field.name]) else ""
    return f"{field.name} is {still}{'not the declared one' if field.secret else repr(shown(field, value))}"
