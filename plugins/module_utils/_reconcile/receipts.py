# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: keyed digests and times of the values last sent to one object. A receipt holds no value.

Pure: a receipt comes in as text and goes out as text. The controller stores it (plugin_utils/receipts).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Callable

from .._api.ids import canonical_id
from .timestamps import differs, parse

FORMAT = 1
_DOMAIN = b"kapso.whatsapp receipt"
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"))  # created once: a project has thousands of digests


def _canonical(value: Any) -> bytes:
    return _JSON.encode(value).encode()


_canonical_name = lru_cache(maxsize=256)(_canonical)  # there are few names of fields


@lru_cache(maxsize=8)  # a project has one key and thousands of objects
def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), _DOMAIN, "sha256")


def _as_it_is(_name: str, value: Any) -> Any:
    return value


class ReceiptSigner:
    """Computes the keyed digests of one object.

    The key is derived from `secret`. Each digest depends on the base URL, the resource, the ID and the field. So
    neither a digest nor a whole receipt is valid at another place. `canonical(name, value)` returns the form of a value
    that is compared.
    """

    def __init__(
        self,
        secret: str,
        url: str,
        resource: str,
        object_id: str,
        canonical: Callable[[str, Any], Any] = _as_it_is,
    ) -> None:
        self._key = _derived(secret)
        self._canonical_value = canonical
        self.address = {"url": url, "resource": resource, "id": canonical_id(object_id)}

    @cached_property
    def _address(self) -> bytes:
        return _canonical(self.address)

    def _sign(self, purpose: bytes, content: bytes) -> str:
        """Return the digest of purpose, address and content as one JSON list. Each part is encoded once."""
        return hmac.digest(self._key, b'["%b",%b,%b]' % (purpose, self._address, content), "sha256").hex()

    def digest(self, name: str, value: Any) -> str:
        """Return the digest of one field's value, as 64 hex digits."""
        content = b"[%b,%b]" % (_canonical_name(name), _canonical(self._canonical_value(name, value)))
        return self._sign(b"field", content)

    def mac(self, document: Mapping[str, Any]) -> str:
        """Return the signature of a whole receipt, as 64 hex digits."""
        return self.mac_of(_canonical(document))

    def mac_of(self, content: bytes) -> str:
        """Return the signature of a receipt that is encoded already."""
        return self._sign(b"document", content)


@dataclass(frozen=True)
class Entry:
    """The entry of one field in a receipt."""

    digest: str  # of the sent value
    updated_at: str | None = None  # of the object, when this entry was last known to be valid
    shown: str | None = None  # digest of the value that Kapso shows instead, if that is another one


@dataclass(frozen=True)
class Receipt:
    """The receipt of one object. Without entries, no sent value is known."""

    signer: ReceiptSigner
    entries: Mapping[str, Entry] = field(default_factory=dict)
    updated_at: str | None = None  # of the object, after the last write
    required_by_server: bool = False  # this API version requires some fields with every write
    last_write_was_resend: bool = False  # the last write was sent for modified_at_server alone
    updated_at_unstable: str | None = None  # the object's updated_at when it last changed by itself
    lasts: bool = True  # whether the receipt is stored for the next run

    def remembers(self, name: str, value: Any) -> bool:
        """Return whether `value` is the last sent value."""
        entry = self.entries.get(name)
        return entry is not None and hmac.compare_digest(entry.digest, self.signer.digest(name, value))

    def shows(self, name: str, value: Any) -> bool:
        """Return whether Kapso showed `value` in place of the last sent value."""
        shown = self.entries[name].shown if name in self.entries else None
        return shown is not None and hmac.compare_digest(shown, self.signer.digest(name, value))

    def is_latest(self, name: str) -> bool:
        """Return whether the entry of that field was valid at the last write."""
        return name in self.entries and self.entries[name].updated_at == self.updated_at

    def rebase(self, updated_at: str | None) -> Receipt:
        """Return the receipt for an `updated_at` that Kapso changed by itself: valid entries stay valid."""
        entries = {
            name: replace(entry, updated_at=updated_at) if self.is_latest(name) else entry
            for name, entry in self.entries.items()
        }
        return replace(
            self, entries=entries, updated_at=updated_at, last_write_was_resend=False, updated_at_unstable=None
        )

    def recorded(
        self,
        values: Mapping[str, Any],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        last_write_was_resend: bool = False,
    ) -> Receipt:
        """Return the receipt for `values` that Kapso now holds, after a write or by adoption.

        `before` and `after` are the object before and after that. The other entries get the new time only if they were
        valid for `before`: a receipt never confirms a value that was not sent. An entry that was out of date keeps its
        old time, so it stays out of date.
        """
        stamp = _instant(after)
        entries = {
            name: replace(entry, updated_at=stamp) if self._good(name, before) else entry
            for name, entry in self.entries.items()
        }
        for name, value in values.items():
            sent = self.signer.digest(name, value)
            shown = self.signer.digest(name, after[name]) if name in after and after[name] != value else sent
            entries[name] = Entry(sent, stamp, None if shown == sent else shown)
        updated_at_unstable = None if self.updated_at_unstable is None else stamp
        return replace(
            self,
            entries=entries,
            updated_at=stamp,
            last_write_was_resend=last_write_was_resend,
            updated_at_unstable=updated_at_unstable,
        )

    def confirmed(self, values: Mapping[str, Any], current: Mapping[str, Any]) -> Receipt:
        """Return the receipt with readable fields that Kapso shows as declared. Only unknown values are added."""
        news = {name: value for name, value in values.items() if not self.remembers(name, value)}
        if not news:
            return self
        stamp = _instant(current)
        confirmed = {name: Entry(self.signer.digest(name, value), stamp) for name, value in news.items()}
        return replace(self, entries={**self.entries, **confirmed})

    def _good(self, name: str, before: Mapping[str, Any]) -> bool:
        known, now = self.entries[name].updated_at, before.get("updated_at")
        # If only one of the two is a time, it is unknown whether the object was edited.
        still = not differs(known, now) and (parse(known) is None) == (parse(now) is None)
        return still or (self.updated_at_unstable is not None and self.is_latest(name))

    def without(self, names: Iterable[str]) -> Receipt:
        """Return the receipt without those fields, since their values at Kapso are not known."""
        forgotten = frozenset(names)
        entries = {name: entry for name, entry in self.entries.items() if name not in forgotten}
        return replace(self, entries=entries, last_write_was_resend=False)

    def dump(self) -> str:
        """Return the receipt as it is stored: JSON, always the same text for the same receipt.

        Do not rename its keys: later versions must be able to load the receipts of earlier ones.
        """
        document = {
            "format": FORMAT,
            **self.signer.address,
            "updated_at": self.updated_at,
            "fields": {name: vars(entry) for name, entry in self.entries.items()},
            "required_by_server": self.required_by_server,
            "resent": self.last_write_was_resend,
            "restless": self.updated_at_unstable,
        }
        return _text(_canonical({**document, "mac": self.signer.mac(document)}))


def _instant(data: Mapping[str, Any]) -> str | None:
    """Return the object's `updated_at`, or None if it is no time. Then it proves nothing and may be any text."""
    updated_at: str | None = data.get("updated_at")
    return None if parse(updated_at) is None else updated_at


_BRAILLE = 0x2800  # the first of 256 characters that no secret contains


def encode(text: str) -> str:
    """Return a receipt encoded for results: Ansible's masking would damage a text that contains a secret.

    Each byte becomes a character that no secret contains, so not even a secret of one letter is found in it.
    """
    return "".join(chr(_BRAILLE + byte) for byte in text.encode())


def decode(wrapped: str) -> str:
    """Return the text that was encoded."""
    return bytes(ord(character) - _BRAILLE for character in wrapped).decode()


def _text(encoded: bytes) -> str:
    return encoded.decode() + "\n"


def load(text: str | None, signer: ReceiptSigner, lasts: bool = True) -> tuple[Receipt, str | None]:
    """Return the receipt in `text` and its fault: None, "damaged", "of an unknown format" or "foreign" (another key).

    A receipt with a fault is empty. One changed byte is a fault: the text must be exactly the output of `dump`. `lasts`
    is set in the receipt.
    """
    empty = Receipt(signer, lasts=lasts)
    if text is None:
        return empty, None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return empty, "damaged"
    if not isinstance(document, dict):
        return empty, "damaged"
    if document.get("format") != FORMAT:
        return empty, "of an unknown format"
    encoded = _verified(document, signer)
    if encoded is None:
        return empty, "foreign"
    if _text(encoded) != text:
        return empty, "damaged"
    entries = {name: Entry(**entry) for name, entry in document["fields"].items()}
    return Receipt(
        signer,
        entries,
        document["updated_at"],
        document["required_by_server"],
        document["resent"],
        document["restless"],
        lasts,
    ), None


def _verified(document: Mapping[str, Any], signer: ReceiptSigner) -> bytes | None:
    """Return an encoded document, None if its signature does not fit the rest. `mac` is never its last key."""
    mac = document.get("mac")
    if not isinstance(mac, str):
        return None
    try:
        encoded = _canonical(document)
    except RecursionError:  # json.loads reads deeper nesting than the encoder writes
        return None
    rest = encoded.replace(b'"mac":%b,' % _canonical(mac), b"")
    fits = hmac.compare_digest(mac.encode("utf-8", "surrogatepass"), signer.mac_of(rest).encode())
    return encoded if fits else None
