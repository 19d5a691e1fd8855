# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the names and shapes of a task's arguments, before Ansible checks their types.

Ansible's own check would fail on `fields: "text {{ token }}"` before it knows which values are secret, and print them.
The messages here never repeat a value.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from .._api import urls
from .._api.masking import MASKED
from .._api.texts import as_text, escaped
from . import formats
from .argument_spec import Spec

Checked = tuple[dict[str, Any], list[str]]

INTERNAL = "_"  # prefix of options that are not for users
LONGEST_NAME = 100  # characters of a value that names an entry in a message
DIGITS = 40  # more than any ID has; Python refuses to convert numbers of some thousand digits
LARGEST = 10**DIGITS
COUNTS = ("max_changes", "max_deletions")  # options for a text that accept a number without a warning
EMPTY = "is empty: give it a value, or leave it out with `default(omit)`"


class InvalidArguments(ValueError):
    """Arguments that the task refuses. The text is one sentence, without a value."""


def check_shape(args: Mapping[str, Any], spec: Spec) -> Checked:
    """Return the checked arguments, and warnings. Raise InvalidArguments.

    Nulls and empty texts that mean "not given" become None, or are left out if the option has a default. A number for a
    text becomes a text, and JSON is parsed. Each text has the format of its option. `args` holds plain Python values,
    as templating left them.
    """
    checked, warnings = _check("option", args, spec, "")
    return checked, list(dict.fromkeys(re.sub(r"\[\d+\]|item \d+ of ", _each, warning) for warning in warnings))


def _each(place: re.Match[str]) -> str:
    """Return how a warning names the same place in all entries of a list."""
    return "[]" if place[0].startswith("[") else "items of "


def checked_text(name: str, text: str, form: str) -> str:
    """Return the text in the spelling of its format. Raise InvalidArguments if it does not have that format."""
    problem = formats.problem(form, text)
    if problem:
        raise InvalidArguments(f"{name} {problem}")
    return formats.canonical(form, text)


def _check(kind: str, given: Mapping[str, Any], spec: Spec, path: str) -> Checked:
    """Return the checked options of one dictionary, and warnings. Raise InvalidArguments."""
    checked: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in given.items():
        if name not in spec or str(name).startswith(INTERNAL):
            raise InvalidArguments(_unknown(kind, name, spec, path))
        rule = spec[name]
        if _is_given(path + name, value, rule, kind):
            checked[name], below = _value(path + name, value, rule)
            warnings.extend(below)
        elif "default" not in rule:
            checked[name] = None
    for name, rule in spec.items():
        if rule.get("required") and checked.get(name) is None:
            raise InvalidArguments(f"{path + name} is required")
    _check_identity(given, checked, spec, path)
    return checked, warnings


def _is_given(where: str, value: Any, rule: Mapping[str, Any], kind: str = "option") -> bool:
    """Return whether this is a value. Raise InvalidArguments for an empty text that must not mean "not given"."""
    if not isinstance(value, str) or value.strip():
        return value is not None
    unmeant = kind == "field" or rule.get("empty") == "refused"
    # Masking a blank secret would mask every blank in the messages about it.
    if unmeant or (value and (rule.get("no_log") or "empty" in rule)):
        raise InvalidArguments(f"{where} {EMPTY}")
    return value != ""


def _check_identity(given: Mapping[str, Any], checked: Mapping[str, Any], spec: Spec, path: str) -> None:
    """Raise InvalidArguments for an empty ID if no other option identifies the object."""
    if "" not in given.values():
        return
    ids = [name for name, rule in spec.items() if rule.get("empty") == "identifies"]
    empty = [name for name in ids if given.get(name) == ""]
    if empty and all(checked.get(name) is None for name in ids):
        raise InvalidArguments(f"{path + empty[0]} {EMPTY}")


def _value(where: str, value: Any, rule: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Return the checked value of one option, and warnings. Raise InvalidArguments."""
    if rule["type"] == "list":
        return _list(where, _from_json(where, value, "["), rule)
    if rule["type"] != "dict":
        return _scalar(where, value, rule)
    value = _from_json(where, value, "{")
    if not isinstance(value, dict):
        raise InvalidArguments(f"{where} must be a dictionary, but {_type_phrase(value)}")
    if "options" not in rule:
        return _map(where, value, rule)
    return _check(_kind(where), value, rule["options"], f"{where}.")


def _map(where: str, value: Mapping[str, Any], rule: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a dictionary whose names the user chooses and whose values are texts. Raise InvalidArguments."""
    element = {**rule, "type": "str"}
    if not all(isinstance(name, str) for name in value):
        raise InvalidArguments(f"{where} has a name that is not a string: quote it")
    if not all(name.strip() for name in value):
        raise InvalidArguments(f"{where} has an empty name: correct it")
    checked = {name: _element(escaped(f"{where}.{name}"), item, element) for name, item in value.items()}
    warnings = [warning for _item, more in checked.values() for warning in more]
    return {name: item for name, (item, _more) in checked.items()}, warnings


def _from_json(where: str, value: Any, begins: str) -> Any:
    """Return the value, parsed if it is JSON, as from command lines, surveys and `to_json`. Raise InvalidArguments."""
    if not isinstance(value, str) or not value.lstrip().startswith(begins):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise InvalidArguments(f"{where} begins with `{begins}` but is not JSON: correct it") from None


def _list(where: str, value: Any, rule: Mapping[str, Any]) -> tuple[list[Any], list[str]]:
    """Return the checked list, and warnings. A text is split at commas. Raise InvalidArguments."""
    element = {**rule, "type": rule["elements"]}
    if element["type"] == "str" and isinstance(value, (str, int)) and not isinstance(value, bool):
        value = [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]
    if not isinstance(value, list):
        raise InvalidArguments(f"{where} must be a list, but {_type_phrase(value)}")
    if not value and rule.get("empty") == "refused":
        raise InvalidArguments(f"{where} {EMPTY}")
    checked = []
    for number, item in enumerate(value):
        place = f"{where}[{number}]" if "options" in element else f"item {number + 1} of {where}"
        try:
            checked.append(_element(place, item, element))
        except InvalidArguments as refusal:
            if "options" not in element:
                raise
            named = f"{where}[{entry_name(value, number, element['options'])}]"
            raise InvalidArguments(str(refusal).replace(place, named, 1)) from None
    return [item for item, _warnings in checked], [warning for _item, warnings in checked for warning in warnings]


def entry_name(entries: Sequence[Any], number: int, spec: Spec) -> str:
    """Return the name of a list entry for messages: its identifying options, and its number if these do not suffice."""
    names = [_identity(entry, spec) for entry in entries]
    own = names[number]
    tells = own and names.count(own) == 1 and all(_is_good(*given) for given in _ids(entries[number], spec))
    return own if tells else ", ".join(filter(None, (own, f"entry {number + 1}")))


def _identity(entry: Any, spec: Spec) -> str:
    """Return the valid identifying options of an entry as one text. A secret in a URL is masked."""
    good = [(form, text) for form, text in _ids(entry, spec) if _is_good(form, text)]
    return escaped(" ".join(urls.without_secrets(text, MASKED) if form == "url" else text for form, text in good))


def _ids(entry: Any, spec: Spec) -> list[tuple[str, Any]]:
    """Return format and value of each identifying option that has a value."""
    if not isinstance(entry, Mapping):
        return []
    forms = {name: rule["format"] for name, rule in spec.items() if rule.get("empty") == "identifies"}
    return [(form, entry[name]) for name, form in forms.items() if entry.get(name) is not None]


def _is_good(form: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return bool(value.strip()) and len(value) <= LONGEST_NAME and not formats.problem(form, value)


def _element(where: str, value: Any, rule: Mapping[str, Any]) -> tuple[Any, list[str]]:
    if isinstance(value, str):
        _is_given(where, value, {**rule, "empty": "refused"})
    return _value(where, value, rule)


def _kind(where: str) -> str:
    return "field" if where.rsplit(".", 1)[-1] == "fields" or where.startswith("defaults.") else "option"


def _unknown(kind: str, key: Any, spec: Spec, path: str) -> str:
    """Return the message about an unknown option, with the most similar name or all names."""
    known = [option for option in spec if not option.startswith(INTERNAL)]
    name = as_text(key)
    near = nearest(name, known)
    advice = f" (did you mean {near}?)" if near else f"; the {kind}s are {', '.join(sorted(known))}"
    # A secret becomes a name in `{token=...}` and `{token:...}`, and in a template with `{token: ...}` if `token` is a
    # variable.
    shown = name if near or re.fullmatch(r"[A-Za-z_]{1,24}|\d{1,3}", name) else "with that name"
    place = f" in {path[:-1]}" if path else ""
    return f"there is no {kind} {shown}{place}{advice}"


def nearest(name: Any, known: Iterable[str]) -> str:
    """Return the known name that is most similar to this one, "" if none is similar."""
    found = difflib.get_close_matches(str(name).lower(), list(known), n=1)
    return found[0] if found else ""


def _type_phrase(value: Any) -> str:
    if value is None:
        return "is null"
    kinds = {
        dict: "a dictionary",
        list: "a list",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
    }
    return f"is {kinds.get(type(value), 'a ' + type(value).__name__)}"


def _scalar(where: str, value: Any, rule: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Return the checked single value, and warnings. Raise InvalidArguments."""
    kind = rule["type"]
    if isinstance(value, (dict, list, tuple, set)):
        raise InvalidArguments(f"{where} must be one value, but {_type_phrase(value)}")
    if kind == "bool":
        try:
            return boolean(value), []
        except (TypeError, ValueError):
            raise InvalidArguments(f"{where} must be true or false") from None
    if kind in ("int", "float"):
        return _number(where, value, kind), []
    warnings = []
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= LARGEST:
            raise InvalidArguments(f"{where} must be a string, but is a number of more than {DIGITS} digits")
        if where not in COUNTS:
            warnings = [f"{where} was given as a number; quote it, or YAML may change its digits"]
        value = str(value)
    if not isinstance(value, str):
        raise InvalidArguments(f"{where} must be a string, but {_type_phrase(value)}: quote it")
    if value not in rule.get("choices", (value,)):
        # As with a name: a secret may stand there by mistake.
        shown = f", not {value}" if re.fullmatch(r"[A-Za-z_]{1,24}", value) else ""
        raise InvalidArguments(f"{where} must be one of {', '.join(rule['choices'])}{shown}")
    return checked_text(where, value, rule.get("format", "text")), warnings


def _number(where: str, value: Any, kind: str) -> Any:
    """Return the value as a finite number. Raise InvalidArguments."""
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not math.isfinite(number) or (kind == "int" and number != int(number)):
        raise InvalidArguments(f"{where} must be a {'whole ' if kind == 'int' else ''}number")
    if kind == "int":
        return value if isinstance(value, int) else int(number)  # a float would lose the last digits of a large number
    return number
