# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the controller keeps receipts: a directory, a Redis, or nowhere.

A further kind is one more class, and a line in `open_store`.
"""

from __future__ import annotations

from collections.abc import Collection

from ...module_utils._api.transport import per_process
from .directory import DirectoryStore
from .redis import RedisStore
from .store import Store, StoreError

REDIS_SCHEMES = ("redis", "rediss", "unix")


class NoStore(Store):
    """Keeps nothing: every write-only field is unknown at every run."""

    keeps = False

    def get(self, address: str) -> str | None:
        """Nothing."""

    def put(self, address: str, text: str) -> None:
        """Forget it."""

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Forget it."""

    def delete(self, address: str) -> None:
        """Nothing is there."""

    def check(self, addresses: Collection[str]) -> None:
        """It cannot fail."""

    def check_read_only(self, addresses: Collection[str]) -> None:
        """It cannot fail."""


def open_store(location: str) -> Store:
    """The store that the option `receipts` describes. Raises StoreError."""
    scheme, colon, rest = location.partition(":")
    if location == "none":
        return NoStore()
    if colon and scheme.lower() in REDIS_SCHEMES:  # with or without its slashes: no directory is named like that
        store: Store = per_process(RedisStore, location)  # with its connections
        return store
    if rest.startswith("//") or not location.strip() or "\0" in location:
        raise StoreError("receipts must be a directory, or a URL with redis://, rediss:// or unix://, or `none`")
    return DirectoryStore(location)
