# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts in a Redis that several controllers share."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection, Iterable
from typing import Any

from .store import Store, StoreError

PREFIX = "kapso.whatsapp:receipt:"
TIMEOUT = 10  # seconds
CHECK_LASTS = 1000  # milliseconds
NEEDS = "GET, MGET, SET, DEL, WATCH, MULTI and EXEC"
BAD_URL = "the URL of the Redis for receipts is not one that Redis understands"


class RedisStore(Store):
    """One key for each object under a prefix of our own, without expiry."""

    def __init__(self, url: str) -> None:
        try:
            redis = importlib.import_module("redis")
        except ImportError:
            raise StoreError(
                f"receipts in Redis need a Python package on the controller: {sys.executable} -m pip install redis"
            ) from None
        self._errors = (redis.RedisError, OSError)
        self._refusals = (redis.ResponseError, redis.exceptions.NoPermissionError, redis.exceptions.ExecAbortError)
        try:
            self._redis: Any = redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        except (ValueError, TypeError):
            raise StoreError(BAD_URL) from None
        parts = self._redis.connection_pool.connection_kwargs
        self._place = parts.get("path") or f"{parts.get('host', 'localhost')}:{parts.get('port', 6379)}"

    def _do(self, command: str, *words: Any, **options: Any) -> Any:
        try:
            return getattr(self._redis, command)(*words, **options)
        except (ValueError, TypeError):  # options in the URL are looked at no sooner
            raise StoreError(BAD_URL) from None
        except self._errors as error:
            advice = f": it must let this user do {NEEDS}" if type(error) in self._refusals else ""
            raise StoreError(
                f"the Redis for receipts at {self._place} cannot be used ({type(error).__name__}){advice}"
            ) from None

    def get(self, address: str) -> str | None:
        """The text kept there."""
        return self.load([address]).get(address)

    def load(self, addresses: Iterable[str]) -> dict[str, str]:
        """The texts kept there, in one MGET."""
        wanted = list(addresses)
        found = zip(wanted, self._do("mget", [PREFIX + address for address in wanted]) if wanted else [])
        return {address: _decoded(text) for address, text in found if text is not None}

    def put(self, address: str, text: str) -> None:
        """One SET."""
        self._do("set", PREFIX + address, text)

    def replace(self, address: str, former: str | None, text: str) -> None:
        """A transaction, begun anew when somebody else writes meanwhile."""
        self._replace(PREFIX + address, former, text)

    def _replace(self, key: str, former: str | None, text: str, **expiry: int) -> None:
        def look_and_write(pipe: Any) -> None:
            found = pipe.get(key)
            pipe.multi()
            if (None if found is None else _decoded(found)) in (former, text):
                pipe.set(key, text, **expiry)
            else:
                pipe.delete(key)

        self._do("transaction", look_and_write, key)

    def delete(self, address: str) -> None:
        """One DEL."""
        self._do("delete", PREFIX + address)

    def check(self, addresses: Collection[str]) -> None:
        """Keep, replace and delete what would be gone again in a second.

        A replica, a Redis that is full, or one that does not let this user do all of it, refuses that.
        """
        for key in (f"{PREFIX}check:{address}" for address in [*addresses][:1]):
            self._do("set", key, "", px=CHECK_LASTS)
            self._replace(key, "", "", px=CHECK_LASTS)
            self._do("delete", key)

    def check_read_only(self, addresses: Collection[str]) -> None:
        """Nothing: that it is there was seen when the receipts were loaded, and the rest shows in a write only."""


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")
