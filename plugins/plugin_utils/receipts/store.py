# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Define the interface of a receipt store: a map from the address of an object to the text of its receipt."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from functools import lru_cache

from ...module_utils._api.ids import canonical_id


class StoreError(Exception):
    """Say that a store cannot be reached, read or written. The text is one sentence without a password."""


@lru_cache(maxsize=2**16)  # each is needed to load, to check and to save
def address(url: str, resource: str, object_id: str) -> str:
    """Return the name of an object's receipt, 64 hex digits.

    The name only locates the receipt. The receipt holds the object that it is for, under its signature.
    """
    return hashlib.sha256(json.dumps([url, resource, canonical_id(object_id)]).encode()).hexdigest()


class Store(ABC):
    """Keep texts by address. Every method raises StoreError if the store cannot do its work."""

    keeps = True  # whether `get` returns a text that `put` has kept

    @abstractmethod
    def get(self, address: str) -> str | None:
        """Return the text kept there, or None."""

    def load(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return the texts kept at these addresses, by address."""
        found = ((address, self.get(address)) for address in addresses)
        return {address: text for address, text in found if text is not None}

    @abstractmethod
    def put(self, address: str, text: str) -> None:
        """Keep a text whole, or not at all."""

    @abstractmethod
    def replace(self, address: str, former: str | None, text: str) -> None:
        """Keep a text in place of `former`. If the store holds another text by now, keep none.

        In that case two runs have written to one object at the same time, and neither receipt is reliable.
        """

    @abstractmethod
    def delete(self, address: str) -> None:
        """Remove the text kept there."""

    @abstractmethod
    def check(self, addresses: Collection[str]) -> None:
        """Check, with a test write, that texts can be kept at these addresses."""

    @abstractmethod
    def check_read_only(self, addresses: Collection[str]) -> None:
        """Check the same without a write, as far as that is possible."""
