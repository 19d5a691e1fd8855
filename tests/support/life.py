# SPDX-License-Identifier: GPL-3.0-or-later
"""The owner of a number, from before it is at Kapso until it is gone again."""

from __future__ import annotations

from typing import Any

from tests.support.examples import DECLARED
from tests.support.runner import Data, Runner


class Owner(Runner):
    """Runs the same task for one number of one customer."""

    @property
    def customer_id(self) -> str:
        """The customer whose number it is."""
        return str(self.options["customer_id"])

    def add(self, **fields: Any) -> str:
        """Let the object be there already, as declared but for these fields."""
        return self.kapso.add(**{**DECLARED, "customer_id": self.customer_id, **fields})

    def objects(self) -> list[Data]:
        """What the customer has at the server, hidden values in clear."""
        return [config for config in self.kapso.configs() if config["customer_id"] == self.customer_id]
