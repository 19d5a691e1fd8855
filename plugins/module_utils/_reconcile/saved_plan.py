# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan file: the planned writes as a signed text that a later run must follow.

Pure. The text holds IDs, fields, reasons, masked values and keyed digests, never a secret. The later run must send the
same writes: objects, actions, fields, and digests of the values. The rest of the text is for the reader.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Callable

from .._api.masking import Mask
from .._api.texts import escaped_lines
from .outcome import Outcome
from .plan import Change
from .receipts import ReceiptSigner
from .sensitive import shown_change, shown_key
from .target import alias

FORMAT = 3
WHOLE = "plan"  # stands for the ID in the signature of a whole file

SignerOf = Callable[[str], ReceiptSigner]
Objects = Mapping[str, Mapping[str, Any]]


class BadPlan(ValueError):
    """A plan file that cannot be used. The text gives the reason."""


def dump(outcomes: Iterable[Outcome], signer_of: SignerOf, mask: Mask) -> str:
    """Return the plans of the outcomes that change something, as the text of a plan file."""
    signer = signer_of(WHOLE)
    document = {"format": FORMAT, **signer.address, "objects": _objects(outcomes, signer_of, mask)}
    return _text({**document, "mac": _mac(document, signer)})


def load(text: str, signer_of: SignerOf) -> Objects:
    """Return the objects of a plan file by address. Raise BadPlan."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPlan("is damaged") from None
    if not isinstance(document, dict):
        raise BadPlan("is damaged")
    if document.get("format") != FORMAT:
        raise BadPlan("has a format that this version does not know")
    mac, signer = document.pop("mac", None), signer_of(WHOLE)
    if {key: document.get(key) for key in signer.address} != signer.address:
        raise BadPlan("was made for another API")
    if not isinstance(mac, str) or not hmac.compare_digest(_ascii(mac), _ascii(_mac(document, signer))):
        raise BadPlan("was changed after it was made, or made with another key")
    if _text({**document, "mac": mac}) != text:
        raise BadPlan("is damaged")
    objects: Objects = document["objects"]
    return objects


def differences(planned: Objects, outcomes: Sequence[Outcome], signer_of: SignerOf, mask: Mask) -> list[str]:
    """Return a line for each difference between the plan file and the present plan. Empty: there is none."""
    now = _objects(outcomes, signer_of, mask)
    unseen = {_address(outcome, signer_of): outcome.error.what for outcome in outcomes if outcome.error is not None}
    lines: list[str] = []
    for key in sorted({*planned, *now}):
        if key not in planned:
            lines.append(f"{now[key]['subject']}: would be {_actions(now[key])}, but is not in the plan")
        elif key not in now:
            cause = f", because {unseen[key]}" if key in unseen else ""
            lines.append(
                f"{planned[key]['subject']}: is {_actions(planned[key])} in the plan, but would not be now{cause}"
            )
        else:
            lines.extend(f"{now[key]['subject']}: {line}" for line in _object_differences(planned[key], now[key]))
    return lines


PAST = {"create": "created", "update": "updated", "delete": "deleted"}


def _object_differences(planned: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the differences between the planned and the present writes to one object."""
    if [step["action"] for step in planned["steps"]] != [step["action"] for step in now["steps"]]:
        return [f"is {_actions(planned)} in the plan, but would be {_actions(now)} now"]
    if planned["id"] != now["id"]:
        return [f"is {planned['id']} in the plan, but {now['id']} now"]
    then, here = (", ".join(_deleted(entry)) for entry in (planned, now))
    if then != here:
        return [f"deletes {then or 'no other'} in the plan, but would delete {here or 'no other'} now"]
    lines: list[str] = []
    for step, today in zip(planned["steps"], now["steps"]):
        lines.extend(_step_differences(step, today))
    return lines


def _deleted(entry: Mapping[str, Any]) -> list[str]:
    return [step["id"] for step in entry["steps"] if step["action"] == "delete"]


def _step_differences(planned: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield the differences between the planned and the present fields of one write."""
    then = {change["field"]: change["after_digest"] for change in planned["changes"]}
    here = {change["field"]: change["after_digest"] for change in now["changes"]}
    for name in dict.fromkeys((*then, *here)):
        if name not in then:
            yield f"{name} would be sent, but is not in the plan"
        elif name not in here:
            yield f"{name} is in the plan, but would not be sent"
        elif then[name] != here[name]:
            yield f"{name} would be sent with another value"


def _actions(entry: Mapping[str, Any]) -> str:
    return " and ".join(PAST[step["action"]] for step in entry["steps"])


def _objects(outcomes: Iterable[Outcome], signer_of: SignerOf, mask: Mask) -> dict[str, dict[str, Any]]:
    changing = ((_address(outcome, signer_of), outcome) for outcome in outcomes if outcome.changed)
    return {address: _object(outcome, signer_of(address), mask) for address, outcome in changing}


def _address(outcome: Outcome, signer_of: SignerOf) -> str:
    """Return the address of an object: the same before and after its creation. It holds no secret of a key."""
    target = outcome.target
    key = shown_key(target.resource, target.key)
    address = target.alias or target.address
    if target.alias is not None and key != target.key:
        own = signer_of(WHOLE).digest("planned key", list(target.resource.key_of(target.given)))
        address = alias(target.parent_id, *key, own)
    return f"{target.resource.name} {address}"


def _object(outcome: Outcome, signer: ReceiptSigner, mask: Mask) -> dict[str, Any]:
    """Return the part of a plan file about one object."""
    return {
        "subject": mask.text(outcome.planned_as),
        "resource": outcome.target.resource.name,
        "id": outcome.target.object_id,
        "key": mask.value(outcome.key),
        "parent": outcome.parent,
        "updated_at": mask.value(outcome.before.get("updated_at")),
        "steps": [
            {
                "action": step.action,
                "id": step.object_id,
                "note": mask.text(step.note),
                "changes": [_change(change, signer, mask) for change in step.changes],
            }
            for step in outcome.steps
        ],
    }


def _change(change: Change, signer: ReceiptSigner, mask: Mask) -> dict[str, Any]:
    """Return the part of a plan file about one field."""
    sides: Sequence[tuple[str, Any]] = (("before", change.before), ("after", change.after))
    before, after = shown_change(change.field, change.before, change.after)
    return {
        "field": change.field.name,
        "action": change.action,
        "reason": change.reason,
        "before": mask.value(before),
        "after": mask.value(after),
        **{
            f"{side}_digest": signer.digest(f"planned {change.field.name}", change.field.canonical(value))
            for side, value in sides
        },
    }


def _mac(document: Mapping[str, Any], signer: ReceiptSigner) -> str:
    try:
        return signer.mac({WHOLE: document})  # wrapped: a receipt has the same signing key
    except RecursionError:  # json.loads reads deeper nesting than the encoder writes
        raise BadPlan("is damaged") from None


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "backslashreplace")


def _text(document: Mapping[str, Any]) -> str:
    return escaped_lines(json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False)) + "\n"
