# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the controller keeps receipts: a directory, a Redis, or nowhere.

A store maps the address of an object to the text of its receipt. A third kind is one more class, and a line in
`open_store`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import json
import os
import stat
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.ids import canonical_id
from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import kept
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import whole_files
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.paths import local_path

LARGEST = 1024 * 1024  # bytes that a receipt may have; ours have a few thousand
PREFIX = "kapso.whatsapp:receipt:"
REDIS_TIMEOUT = 10  # seconds
REDIS_SCHEMES = ("redis", "rediss", "unix")
BAD_REDIS_URL = "the URL of the Redis for receipts is not one that Redis understands"


class StoreError(Exception):
    """A store that cannot be reached or written. The text is one sentence, without a password."""


def address(url: str, resource: str, object_id: str) -> str:
    """The name of an object's receipt, as 64 hex digits: a place to look, no more. What it is for is sealed in it."""
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
    def check(self, address: str) -> None:
        """Make sure that `put` there will work, as far as that can be known."""


class NoStore(Store):
    """Keeps nothing: every hidden field is unknown at every run."""

    keeps = False

    def get(self, address: str) -> str | None:
        """Nothing."""

    def put(self, address: str, text: str) -> None:
        """Forget it."""

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Forget it."""

    def delete(self, address: str) -> None:
        """Nothing is there."""

    def check(self, address: str) -> None:
        """It cannot fail."""


class DirectoryStore(Store):
    """One file for each object, readable by its owner only. Made when first written to."""

    def __init__(self, path: str) -> None:
        try:
            self._directory = local_path(path)
        except ValueError as error:
            raise StoreError(f"the receipts directory {error}") from None

    def _file(self, address: str) -> Path:
        return self._directory / f"{address}.json"

    def get(self, address: str) -> str | None:
        """The text kept there. What is there and cannot be read comes back as an empty text, which no receipt is."""
        try:
            # A pipe would be waited for until somebody writes to it.
            with os.fdopen(os.open(self._file(address), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return ""
                return file.read(LARGEST).decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return ""

    def put(self, address: str, text: str) -> None:
        """Write beside the file, then rename: a reader sees the old text or the new one."""
        try:
            self._write(text, self._file(address))
        except OSError as error:
            raise self._failure(error) from None

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Look and write under a lock of the directory."""
        try:
            with self._alone():
                if self.get(address) in (former, text):
                    self._write(text, self._file(address))
                else:
                    self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def delete(self, address: str) -> None:
        """Remove the file."""
        try:
            self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def check(self, address: str) -> None:
        """Make the directory, and write a file in it that goes away again."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._file(address).is_dir():
                raise IsADirectoryError(f"{address}.json in it is a directory")
            with tempfile.TemporaryFile(dir=self._directory) as file:
                file.write(b" " * 4096)
                file.flush()
        except OSError as error:
            raise self._failure(error) from None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            # Some network file systems have no locks. Only the moment between the look and the write is then open.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, text: str, target: Path) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole_files.write(target, text.encode())

    def _failure(self, error: OSError) -> StoreError:
        return StoreError(f"the receipts directory {self._directory} cannot be used ({error.strerror or error})")


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
        try:
            self._redis: Any = redis.Redis.from_url(
                url, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT
            )
        except (ValueError, TypeError):
            raise StoreError(BAD_REDIS_URL) from None
        parts = self._redis.connection_pool.connection_kwargs
        self._place = parts.get("path") or f"{parts.get('host', 'localhost')}:{parts.get('port', 6379)}"

    def _do(self, command: str, *words: Any, **options: Any) -> Any:
        try:
            return getattr(self._redis, command)(*words, **options)
        except (ValueError, TypeError):  # options in the URL are looked at no sooner
            raise StoreError(BAD_REDIS_URL) from None
        except self._errors as error:
            raise StoreError(
                f"the Redis for receipts at {self._place} cannot be used ({type(error).__name__})"
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
        key = PREFIX + address

        def look_and_write(pipe: Any) -> None:
            found = pipe.get(key)
            pipe.multi()
            if (None if found is None else _decoded(found)) in (former, text):
                pipe.set(key, text)
            else:
                pipe.delete(key)

        self._do("transaction", look_and_write, key)

    def delete(self, address: str) -> None:
        """One DEL."""
        self._do("delete", PREFIX + address)

    def check(self, address: str) -> None:
        """A write that is gone again in a second: a replica, or a Redis that is full, refuses it."""
        self._do("set", f"{PREFIX}check:{address}", "", px=1000)


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def open_store(location: str) -> Store:
    """The store that the option `receipts` describes. Raises StoreError."""
    scheme, colon, rest = location.partition(":")
    if location == "none":
        return NoStore()
    if colon and scheme.lower() in REDIS_SCHEMES:  # with or without its slashes: no directory is named like that
        store: Store = kept(RedisStore, location)  # with its connections
        return store
    if rest.startswith("//") or not location.strip() or "\0" in location:
        raise StoreError("receipts must be a directory, or a URL with redis://, rediss:// or unix://, or `none`")
    return DirectoryStore(location)
