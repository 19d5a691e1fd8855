# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definition of one module, for the module process and for the controller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from .._api.errors import CHECK_AND_REPORT, OUTCOMES, Faults
from .._resources.model import Resource
from .argument_spec import Spec
from .result import no_request
from .session import Params, RunContext


def _as_given(params: Params) -> Params:
    return params


def _none(_params: Params) -> list[tuple[Resource, Params]]:
    return []


@dataclass(frozen=True)
class ModuleDefinition:
    """One module: its options, its function, and the objects whose receipts it uses."""

    module: str  # fully qualified
    resources: tuple[Resource, ...]
    spec: Spec
    run: Callable[[Params, RunContext], dict[str, Any]]
    objects: Callable[[Params], list[tuple[Resource, Params]]] = _none  # for each managed object
    prepare: Callable[[Params], Params] = _as_given  # runs on the controller before the module

    @property
    def keeps_receipts(self) -> bool:
        """Return whether the module uses receipts: only if one of its resources has write-only fields."""
        write_only = any(resource.write_only for resource in self.resources)
        return write_only and "receipts_key" in self.spec and "default" in self.spec["receipts"]

    def do(self, params: Params, context: RunContext) -> dict[str, Any]:
        """Run the module and return its result. Raise nothing: a fault of the code becomes a failed result.

        If a write was sent before the fault, its effect is unknown, and `changed` is true.
        """
        with Faults() as faults:
            return self.run(params, context)
        outcome = "unknown" if context.wrote.is_set() else "not_sent"
        what = str(faults)
        msg = f"{what}; {OUTCOMES[outcome]}; {CHECK_AND_REPORT}."
        return {"failed": True, "changed": context.wrote.is_set(), "msg": msg, "error": no_request(what, outcome)}
