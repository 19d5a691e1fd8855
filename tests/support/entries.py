# SPDX-License-Identifier: GPL-3.0-or-later
"""Make entries of a run in the state after their objects are read, for tests without a server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

from tests.support.simulation import signer

EMPTY = Receipt(signer())
OTHER = "1b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
NUMBER, SECOND = "100000000000001", "100000000000002"
URL = "https://hooks.example.org/wa"


def begun(target: Target, receipt: Receipt = EMPTY) -> Outcome:
    """Return the outcome of an entry before its object is read."""
    return Outcome.begin(target, lambda _object_id: receipt)


def told(error: ApiError | None) -> tuple[str, str, int]:
    """Return the parts of an error."""
    assert error is not None
    return error.what, error.advice, error.facts.attempts


def failure(outcome: Outcome) -> tuple[str, str, str, int]:
    """Return the parts of the error of an entry, with its effect."""
    assert outcome.error is not None
    what, advice, attempts = told(outcome.error)
    return what, advice, outcome.error.outcome, attempts


def entry(resource: Resource, object_id: str | None, desired: Any = (), **more: Any) -> Outcome:
    """Return the outcome of one entry. `more` has fields of its target and of its outcome."""
    about = {name: more.pop(name) for name in tuple(more) if name in Target.__dataclass_fields__}
    target = Target(resource, object_id, dict(desired), **about)
    return replace(begun(target), **more)
