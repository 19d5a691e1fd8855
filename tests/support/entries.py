# SPDX-License-Identifier: GPL-3.0-or-later
"""Make entries of a run in the state after their objects are read, for tests without a server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

from tests.support.simulation import signer

EMPTY = Receipt(signer())


def entry(resource: Resource, object_id: str | None, desired: Any = (), **more: Any) -> Outcome:
    """Return the outcome of one entry. `more` has fields of its target and of its outcome."""
    about = {name: more.pop(name) for name in tuple(more) if name in Target.__dataclass_fields__}
    target = Target(resource, object_id, dict(desired), **about)
    return replace(Outcome.begin(target, lambda _object_id: EMPTY), **more)
