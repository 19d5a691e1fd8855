# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep receipts in a Redis that several controllers can share."""

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
BAD_URL = "the URL in receipts is not a Redis URL: write it like redis://:password@host:6379/0"


class RedisStore(Store):
    """Keep one key for each object, under PREFIX and without expiry."""

    def __init__(self, url: str) -> None:
        try:
            redis = importlib.import_module("redis")
        except ImportError:
            raise StoreError(
                f"receipts in Redis need a Python package on the controller: run {sys.executable} -m pip install redis"
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
        except (ValueError, TypeError):  # redis-py checks options of the URL at the first command
            raise StoreError(BAD_URL) from None
        except self._errors as error:
            advice = f": it must let this user do {NEEDS}" if type(error) in self._refusals else ""
            raise StoreError(
                f"the Redis for receipts at {self._place} cannot be used ({type(error).__name__}){advice}"
            ) from None

    def get(self, address: str) -> str | None:
        """Return the text kept there, or None."""
        return self.load([address]).get(address)

    def load(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return the texts kept there by address, with one MGET."""
        wanted = list(addresses)
        found = zip(wanted, self._do("mget", [PREFIX + address for address in wanted]) if wanted else [])
        return {address: _decoded(text) for address, text in found if text is not None}

    def put(self, address: str, text: str) -> None:
        """Keep a text with one SET."""
        self._do("set", PREFIX + address, text)

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Compare and write in a transaction, which starts again if another client writes in between."""
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
        """Remove the text with one DEL."""
        self._do("delete", PREFIX + address)

    def check(self, addresses: Collection[str]) -> None:
        """Set, replace and delete a test key that expires after a second.

        A replica, a full Redis, and a Redis that denies this user a command refuse that.
        """
        for key in (f"{PREFIX}check:{address}" for address in [*addresses][:1]):
            self._do("set", key, "", px=CHECK_LASTS)
            self._replace(key, "", "", px=CHECK_LASTS)
            self._do("delete", key)

    def check_read_only(self, addresses: Collection[str]) -> None:
        """Do nothing: loading the receipts has shown that the Redis answers, and only a write would show more."""


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")
