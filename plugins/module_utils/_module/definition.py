# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A definition: what one module of this collection does, for both sides, the module's and the controller's."""

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
    """One module: its options, what it does with them, and whose receipts that takes."""

    module: str  # fully qualified
    resources: tuple[Resource, ...]
    spec: Spec
    run: Callable[[Params, RunContext], dict[str, Any]]
    objects: Callable[[Params], list[tuple[Resource, Params]]] = _none  # the options of each object that is managed
    prepare: Callable[[Params], Params] = _as_given  # the controller's part before the module runs

    @property
    def keeps_receipts(self) -> bool:
        """Whether the module remembers values: only if it manages a resource with write-only fields."""
        write_only = any(resource.write_only for resource in self.resources)
        return write_only and "receipts_key" in self.spec and "default" in self.spec["receipts"]

    def do(self, params: Params, context: RunContext) -> dict[str, Any]:
        """Return the module's result. Raises nothing: if the code itself fails, the result says so.

        What was written before that is then not known, and is never told as unchanged.
        """
        with Faults() as faults:
            return self.run(params, context)
        outcome = "unknown" if context.wrote.is_set() else "not_sent"
        what = str(faults)
        msg = f"{what}; {OUTCOMES[outcome]}; {CHECK_AND_REPORT}."
        return {"failed": True, "changed": context.wrote.is_set(), "msg": msg, "error": no_request(what, outcome)}
