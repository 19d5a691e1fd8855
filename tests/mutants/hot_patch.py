# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace the code of a module in the running process, in which other modules already hold its classes and functions.

A reload would make new classes and functions, which the other modules do not use. This module changes the existing
ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.abc import InspectLoader
from importlib.util import module_from_spec, spec_from_loader
from types import FunctionType, ModuleType
from typing import Any

Put = Callable[[str, Any], None]


def hot_patch(module: ModuleType, text: str) -> None:
    """Give the module the code in this text. Raise the exception that the text raises when it runs."""
    loader = _Text(text)
    spec = spec_from_loader(module.__name__, loader)
    assert spec is not None
    new = module_from_spec(spec)
    loader.exec_module(new)
    _take_over(vars(module), vars(new), partial(_put_everywhere, module))
    for cached in tuple(vars(module).values()):
        getattr(cached, "cache_clear", lambda: None)()  # the old code computed the cached values


class _Text(InspectLoader):
    """Load a module from a text in memory."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_source(self, _fullname: str) -> str:
        """Return the text."""
        return self._text


def _put_everywhere(module: ModuleType, name: str, value: Any) -> None:
    """Set a constant in the module, and in each module that imported it by that name."""
    old = getattr(module, name, None)
    for holder in tuple(sys.modules.values()):
        if holder is module or (old is not None and getattr(holder, "__dict__", {}).get(name) is old):
            setattr(holder, name, value)


def _take_over(old: Mapping[str, Any], new: Mapping[str, Any], put: Put) -> None:
    for name, value in tuple(new.items()):
        before = old.get(name)
        functions = _inside(before), _inside(value)
        if value is before:
            continue
        if isinstance(functions[0], FunctionType) and isinstance(functions[1], FunctionType):
            if _is_made_up(functions[1]):
                put(name, value)
            else:
                _renew(*functions)
        elif isinstance(before, type) and isinstance(value, type):
            _take_over(vars(before), vars(value), partial(setattr, before))
        elif not name.startswith("__"):
            put(name, value)


def _inside(thing: Any) -> Any:
    """Return the function inside a property, a class method or a cache."""
    for name in ("fget", "__func__", "__wrapped__"):
        thing = getattr(thing, name, None) or thing
    return thing


def _is_made_up(function: FunctionType) -> bool:
    """Return whether a dataclass generated the function. Its closure holds a part of it, and only the class uses it."""
    return bool(set(function.__code__.co_freevars) - {"__class__"})


def _renew(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
