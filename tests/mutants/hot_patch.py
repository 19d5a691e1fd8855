# SPDX-License-Identifier: GPL-3.0-or-later
"""Put another text of a module into the running process, where others hold its classes and functions already.

A reload would make new ones, which nobody else has. Here the old ones stay and get new insides.
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
    """From now on, the module is as this text says. Raises whatever the text raises when it is run."""
    loader = _Text(text)
    spec = spec_from_loader(module.__name__, loader)
    assert spec is not None
    new = module_from_spec(spec)
    loader.exec_module(new)
    _take_over(vars(module), vars(new), partial(_put_everywhere, module))
    for cached in tuple(vars(module).values()):
        getattr(cached, "cache_clear", lambda: None)()  # what was worked out before was worked out otherwise


class _Text(InspectLoader):
    """A module whose text is at hand."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_source(self, _fullname: str) -> str:
        """Return the text."""
        return self._text


def _put_everywhere(module: ModuleType, name: str, value: Any) -> None:
    """Set a constant in the module and wherever it was imported to by that name."""
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
    """The function in a property, a class method or a cache."""
    for name in ("fget", "__func__", "__wrapped__"):
        thing = getattr(thing, name, None) or thing
    return thing


def _is_made_up(function: FunctionType) -> bool:
    """Whether a dataclass wrote it: what it does is then in its closure, too, and nobody but the class holds it."""
    return bool(set(function.__code__.co_freevars) - {"__class__"})


def _renew(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
