# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the receipt store that the option `receipts` names: a directory, a Redis, or none.

To add a kind of store, add a class and a line in `open_store`.
"""

from __future__ import annotations

from collections.abc import Collection

from ...module_utils._api.transport import per_process
from .directory import DirectoryStore
from .redis import RedisStore
from .store import Store, StoreError

REDIS_SCHEMES = ("redis", "rediss", "unix")


class NoStore(Store):
    """Keep nothing: in each run, no write-only field has a known value."""

    keeps = False

    def get(self, address: str) -> str | None:
        """Return None."""

    def put(self, address: str, text: str) -> None:
        """Forget it."""

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Forget it."""

    def delete(self, address: str) -> None:
        """Do nothing."""

    def check(self, addresses: Collection[str]) -> None:
        """Do nothing."""

    def check_read_only(self, addresses: Collection[str]) -> None:
        """Do nothing."""


def open_store(location: str) -> Store:
    """Return the store that the option `receipts` names. Raise StoreError if it names none."""
    scheme, colon, rest = location.partition(":")
    if location == "none":
        return NoStore()
    if colon and scheme.lower() in REDIS_SCHEMES:  # also without slashes, so that a typo makes no directory
        store: Store = per_process(RedisStore, location)  # its connections serve all items of a loop
        return store
    if rest.startswith("//") or not location.strip() or "\0" in location:
        raise StoreError("receipts must be a directory, or a URL with redis://, rediss:// or unix://, or `none`")
    return DirectoryStore(location)
