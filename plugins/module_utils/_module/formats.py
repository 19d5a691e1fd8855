# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of secrets, IDs, URLs and other texts. Pure. No message repeats the text, or a part of it.

The `format` of a field in a table is one of these words:

- "token": a secret that somebody issued. Visible ASCII characters.
- "passphrase": a secret that the user made up. Visible characters of any script, and single blanks between them.
- "meta_id": an ID at Meta.
- "kapso_id": an ID at Kapso.
- "any_id": an ID at Meta or at Kapso.
- "own_id": the user's own ID of an object. Visible characters of any script, and single blanks between them.
- "url": an http or https URL.
- "time": a date and time.
- "phone_number": a phone number in the international form, with a plus sign.
- "text": any text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Callable

from .._api import urls
from .._api.ids import LONGEST, UUID, canonical_id
from .._reconcile.timestamps import parse

SANDBOX = "sandbox"  # stands for a Meta ID in Kapso's sandbox

NOT_RENDERED = "holds a template that was not rendered: check the variable, and whether it is marked `!unsafe`"
NOT_DECRYPTED = "is still encrypted: check how the value is marked, such as with `!vault`"
PLACEHOLDER = "is only a placeholder: give the real value"
MASKED = "holds `(sensitive)`, which output shows instead of a secret: give the secret itself"
WORD_IN_FRONT = "begins with a word such as `Bearer`, or with a name: remove that word"
WRITTEN_OUT = "ends with the characters `\\n` or `\\r`: remove them"
QUOTED = "begins and ends with quotes: remove them"
NOT_ASCII = "has a character that no key or token has, often one that looks like another: copy it again"
EXPONENT = "is a number that a spreadsheet has rounded: copy all digits from Meta, and quote them"
OTHER_BASE = "is a hexadecimal number or has underscores: write the decimal digits, and quote them"
PHONE_NUMBER = "is a phone number: give Meta's id of it, which has digits only"
IS_KAPSO_ID = "is Kapso's id: give Meta's id, which has digits only"
IS_META_ID = "is Meta's id: give Kapso's id, which the info module lists"
NOT_META_ID = "must have the digits 0 to 9 only, or be `sandbox`"
NOT_E164 = "must be a phone number in the international form with a plus sign, in quotes, such as `+15551234567`"
NOT_AN_ID = "must be an id, and `.` is not an id: correct it"
NOT_A_TIME = "must be a date and time such as 2026-01-31T00:00:00Z"
TOO_LONG = f"has more than {LONGEST} characters, and no id is that long: correct it"

_TEMPLATE = re.compile(r"\{\{.*\}\}|\{%.*%\}|\{#.*#\}|^\s*\{[{%]|__omit_place_holder__", re.DOTALL)
_ENCRYPTED = re.compile(r"\$ANSIBLE_VAULT;|^\s*!(vault|unsafe)\b|^\s*ENC\[")
# Placeholders of shells, Windows, pipelines, AWX and documentation, and masks of secrets in logs.
_PLACEHOLDERS = re.compile(
    r"\$\{.*\}|\$\(.*\)|\$[A-Z_][A-Z0-9_]*|%\w+%|%\(\w+\)s|#\{.*\}|@\w+@|<.*>|\{\w*\}|\[[A-Z_ -]*\]|\$encrypted\$|[*•]+"
    r"|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|None|null|undefined",
    re.DOTALL,
)
_MASKED = re.compile(r"(\(|%28)sensitive(, new value)?(\)|%29)")
_SCHEME = re.compile(
    r"(authorization:\s*)?(basic|bearer|digest|hmac|jwt|negotiate|oauth|token|api-?key)\s+\S+"
    r"|(authorization|x-api-key):\s*\S+",
    re.IGNORECASE,
)
_WORD_IN_FRONT = re.compile(r"[A-Za-z][A-Za-z-]*:? +\S+|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+=.+")
_MORE_QUOTES = "\"'`\u00b4\u201a\u201e\u2032\u2033\u300c\u300d\u300e\u300f\uff02\uff07"
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_WRITTEN_LINE_END = re.compile(r"\\[rn]\Z")
_NAMES = {" ": "", "\t": "tab", "\0": "null", "\x1b": "escape", "\ufeff": "byte order mark"}
_LOOKS_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"  # looks blank, but is printable
_EXPONENT = re.compile(r"\d+([.,]\d*)?E[+-]?\d+|\d+[.,]0*", re.IGNORECASE | re.ASCII)
_OTHER_BASE = re.compile(r"0[box][0-9a-f_]+|\d+(_\d+)+", re.IGNORECASE | re.ASCII)
_PHONE_NUMBER = re.compile(r"[+(]*\d([^\w,;]*\d){6,}", re.ASCII)  # with any separators between the digits
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_META_ID = re.compile(r"\d+", re.ASCII)
_LEAST_DIGITS = 10  # of a Meta ID in place of a Kapso ID; a shorter number may be a Kapso ID


def problem(form: str, text: str) -> str | None:
    """Return what is wrong with a text of this format, as the end of a sentence. None: nothing is wrong."""
    return MASKED if _MASKED.search(text) else _PROBLEMS[form](text)


def canonical(form: str, text: str) -> str:
    """Return the spelling in which two texts of this format are compared."""
    return canonical_id(text) if form in ("kapso_id", "any_id") else text


def _token(text: str) -> str | None:
    if _WORD_IN_FRONT.fullmatch(text):
        came_along: str | None = WORD_IN_FRONT
    else:
        came_along = WRITTEN_OUT if _WRITTEN_LINE_END.search(text) else _invisible_character(text)
    return _no_secret_or_id(text) or came_along or (None if text.isascii() else NOT_ASCII)


def _passphrase(text: str) -> str | None:
    return _no_secret_or_id(text) or _invisible_character(text, blanks=True)


def _no_secret_or_id(text: str) -> str | None:
    """Return what is wrong with a text that can be no secret and no ID. None: it can be one."""
    inner = text.strip()
    if _ENCRYPTED.search(text):
        return NOT_DECRYPTED
    if _TEMPLATE.search(text):
        return NOT_RENDERED
    if _PLACEHOLDERS.fullmatch(inner):
        return PLACEHOLDER
    if _SCHEME.fullmatch(inner):
        return WORD_IN_FRONT
    if len(inner) > 1 and _is_quote(inner[0]) and _is_quote(inner[-1]):
        return QUOTED
    return None


def _is_quote(one: str) -> bool:
    return one in _MORE_QUOTES or unicodedata.category(one) in ("Pi", "Pf")


def _invisible_character(text: str, blanks: bool = False) -> str | None:
    """Return a message about the first invisible character, or None. `blanks`: allow single blanks inside."""
    if text.isascii() and text.isprintable() and " " not in text:
        return None  # the usual case
    for place, one in enumerate(text):
        if one == " " and blanks and 0 < place < len(text) - 1 and text[place - 1] != " ":
            continue
        if _is_invisible(one):
            where = "begins with" if place == 0 else "ends with" if all(map(_is_invisible, text[place:])) else "holds"
            return f"{where} {_kind(one)}: remove it"
    return None


def _is_invisible(one: str) -> bool:
    return one == " " or not one.isprintable() or one in _LOOKS_BLANK


def _kind(one: str) -> str:
    """Return the kind of an invisible character, and where it often comes from."""
    if one in _LINE_ENDS:
        return "a line end, often from a YAML block, `echo` or a file"
    kind = "a control character" if unicodedata.category(one) == "Cc" else "an invisible character"
    kind = "white space" if one.isspace() else kind
    name = _NAMES.get(one, unicodedata.name(one, "").lower())
    return f"{kind}{f' ({name})' if name else ''}, often from copy and paste"


def _meta_id(text: str) -> str | None:
    if UUID.fullmatch(text.strip()):
        return IS_KAPSO_ID
    return _any_id(text) or (None if text == SANDBOX or _META_ID.fullmatch(text) else NOT_META_ID)


def _kapso_id(text: str) -> str | None:
    if _META_ID.fullmatch(text.strip()) and len(text) >= _LEAST_DIGITS:
        return IS_META_ID
    return _id(text)


def _any_id(text: str) -> str | None:
    return _mangled_digits(text.strip()) or _id(text)


def _own_id(text: str) -> str | None:
    if len(text) > LONGEST:
        return TOO_LONG
    return NOT_RENDERED if _TEMPLATE.search(text) else _invisible_character(text, blanks=True)


def _mangled_digits(text: str) -> str | None:
    """Return what is wrong with a damaged Meta ID, or with a phone number in its place. None: nothing is wrong."""
    if _META_ID.fullmatch(text) or UUID.fullmatch(text):
        return None
    if _EXPONENT.fullmatch(text):
        return EXPONENT
    if _OTHER_BASE.fullmatch(text):
        return OTHER_BASE
    return PHONE_NUMBER if _PHONE_NUMBER.fullmatch(text) else None


def _id(text: str) -> str | None:
    if text in (".", ".."):
        return NOT_AN_ID
    if len(text) > LONGEST:
        return TOO_LONG
    return _no_secret_or_id(text) or _invisible_character(text)


def _url(text: str) -> str | None:
    if _TEMPLATE.search(text):
        return NOT_RENDERED
    try:
        urls.check_http_url(text)
    except urls.BadUrl as error:
        return str(error)
    return None


def _time(text: str) -> str | None:
    return None if parse(text) is not None else NOT_A_TIME


def _phone_number(text: str) -> str | None:
    return None if _E164.fullmatch(text) else NOT_E164


def _anything(_text: str) -> None:
    return None


_PROBLEMS: dict[str, Callable[[str], str | None]] = {
    "token": _token,
    "passphrase": _passphrase,
    "meta_id": _meta_id,
    "kapso_id": _kapso_id,
    "any_id": _any_id,
    "own_id": _own_id,
    "url": _url,
    "time": _time,
    "phone_number": _phone_number,
    "text": _anything,
}
