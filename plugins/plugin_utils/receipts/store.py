# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store of receipts does: it maps the address of an object to the text of its receipt."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable

from ...module_utils._api.ids import canonical_id


class StoreError(Exception):
    """A store that cannot be reached or written. The text is one sentence, without a password."""


def address(url: str, resource: str, object_id: str) -> str:
    """The name of an object's receipt, as 64 hex digits: a place to look, no more. What it is for is signed in it."""
    return hashlib.sha256(json.dumps([url, resource, canonical_id(object_id)]).encode()).hexdigest()


class Store(ABC):
    """Texts by address. Every method raises StoreError where the store does not do its part."""

    keeps = True  # whether what is put can be got again

    @abstractmethod
    def get(self, address: str) -> str | None:
        """The text kept there, or None."""

    def load(self, addresses: Iterable[str]) -> dict[str, str]:
        """The texts that are kept at any of these addresses."""
        found = ((address, self.get(address)) for address in addresses)
        return {address: text for address, text in found if text is not None}

    @abstractmethod
    def put(self, address: str, text: str) -> None:
        """Keep a text, whole or not at all."""

    @abstractmethod
    def replace(self, address: str, former: str | None, text: str) -> None:
        """Keep a text in the place of `former`, or keep none where something else is there by now.

        Two runs have then written to one object at once, and neither knows what the other sent after it had read.
        """

    @abstractmethod
    def delete(self, address: str) -> None:
        """Keep nothing there any more."""

    @abstractmethod
    def check(self, addresses: Collection[str]) -> None:
        """Make sure that texts can be kept there, the way that they will be, as far as that can be known."""

    @abstractmethod
    def check_read_only(self, addresses: Collection[str]) -> None:
        """Make sure of the same without a write, as far as that can be known."""
