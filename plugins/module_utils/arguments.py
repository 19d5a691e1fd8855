# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of a task's arguments, looked at before anything else sees them.

Ansible's own type check would fail on `fields: "text {{ token }}"` before it knows which values are secret, and
print them. So names and shapes are checked here first, in messages that never repeat a value.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.kapso.whatsapp.plugins.module_utils.options import Spec

INTERNAL = "_"  # options that begin with it are not for users


class Refused(ValueError):
    """Arguments that are refused. The text is one sentence, without a value."""


def check_shape(args: Mapping[str, Any], spec: Spec) -> tuple[dict[str, Any], list[str]]:
    """The arguments without nulls and with numbers that stand for text as text, and warnings. Raises Refused.

    `args` holds plain Python values, as templating left them.
    """
    return _check("option", args, spec, "")


def _check(kind: str, values: Mapping[str, Any], spec: Spec, path: str) -> tuple[dict[str, Any], list[str]]:
    checked: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in values.items():
        if name not in spec or str(name).startswith(INTERNAL):
            raise Refused(_unknown(kind, str(name), spec))
        where = path + name
        rule = spec[name]
        if value is None:
            continue  # as if it were not there
        if "options" in rule:
            if not isinstance(value, dict):
                raise Refused(f"{where} must be a dictionary, and {_is(value)}")
            checked[name], below = _check(name.rstrip("s"), value, rule["options"], f"{where}.")
            warnings.extend(below)
        else:
            checked[name], warning = _scalar(where, value, rule)
            warnings.extend([warning] if warning else [])
    for name, rule in spec.items():
        if rule.get("required") and checked.get(name) is None:
            raise Refused(f"{path + name} is required")
    return checked, warnings


def _unknown(kind: str, name: str, spec: Spec) -> str:
    known = [option for option in spec if not option.startswith(INTERNAL)]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    shown = name if len(name) <= 60 and name.isprintable() else "with that name"
    return f"there is no {kind} {shown}; {advice}"


def _is(value: Any) -> str:
    kinds = {dict: "a dictionary", list: "a list", bool: "a boolean", int: "a number", float: "a number", str: "a text"}
    return f"is {kinds.get(type(value), 'a ' + type(value).__name__)}"


def _scalar(where: str, value: Any, rule: Mapping[str, Any]) -> tuple[Any, str | None]:
    kind = rule["type"]
    if isinstance(value, (dict, list, tuple, set)):
        raise Refused(f"{where} must be one value, and {_is(value)}")
    if kind == "bool":
        try:
            return boolean(value), None
        except (TypeError, ValueError):
            raise Refused(f"{where} must be true or false") from None
    if kind in ("int", "float"):
        return _number(where, value, kind), None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), f"{where} was given as a number; quote it, or YAML may change its digits"
    if not isinstance(value, str):
        raise Refused(f"{where} must be a text, and {_is(value)}: quote it")
    if value not in rule.get("choices", (value,)):
        raise Refused(f"{where} must be one of {', '.join(rule['choices'])}")
    return value, None


def _number(where: str, value: Any, kind: str) -> Any:
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf") or (kind == "int" and number != int(number)):
        raise Refused(f"{where} must be a {'whole ' if kind == 'int' else ''}number")
    return int(number) if kind == "int" else number
