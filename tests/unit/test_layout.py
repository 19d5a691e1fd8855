# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the layout: imports go one way, and the engine does not name a resource."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES

from tests.collection import ROOT

PLUGINS = ROOT / "plugins"
# The packages that each package may import, besides itself.
ROOMS = {
    "module_utils/_resources": set[str](),
    "module_utils/_api": set[str](),
    "module_utils/_reconcile": {"module_utils/_api", "module_utils/_resources"},
    "module_utils/_module": {"module_utils/_reconcile", "module_utils/_api", "module_utils/_resources"},
}
ENGINE = [*ROOMS][1:]
# Words of HTTP, and names of fields that every object has.
FREE = {"created_at", "updated_at", "number"}


def _files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((PLUGINS / room).rglob("*.py"))


def _imports(path: Path) -> Iterator[Path]:
    """Yield the files of the collection that a file imports, also for type checks only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        for name in node.names:
            for found in (base / f"{name.name}.py", base.with_suffix(".py"), base / "__init__.py"):
                if found.exists():
                    yield found
                    break


def _room(path: Path) -> str:
    return next((room for room in ROOMS if (PLUGINS / room) in path.parents), str(path.parent.relative_to(PLUGINS)))


def test_imports_go_one_way() -> None:
    wrong = [
        f"{path.relative_to(PLUGINS)} imports {other.relative_to(PLUGINS)}"
        for path in _files(*ROOMS)
        for other in _imports(path)
        if _room(other) not in {_room(path), *ROOMS[_room(path)]}
    ]

    assert wrong == []


def test_imports_have_no_cycle() -> None:
    arrows = {path: set(_imports(path)) - {path} for path in PLUGINS.rglob("*.py")}
    while free := [path for path, others in arrows.items() if not others & arrows.keys()]:
        for path in free:
            del arrows[path]

    assert sorted(str(path.relative_to(PLUGINS)) for path in arrows) == []


def words() -> set[str]:
    """Return the names of resources, options and fields, as code would write them."""
    found: set[str] = set()
    for resource in RESOURCES.values():
        names = {field.name for field in resource.fields} | {option.name for option in resource.options}
        found |= {name for name in names | {*resource.identifying} if "_" in name}
        found |= {resource.name, resource.noun, resource.plural}
    return found - FREE


def test_the_engine_names_no_resource_and_none_of_its_fields() -> None:
    known = re.compile(rf"(?<![a-z])({'|'.join(sorted(words(), key=len, reverse=True))})s?(?![a-z])", re.IGNORECASE)
    named = [
        f"{path.relative_to(PLUGINS)}:{number}: {match[0]}"
        for path in _files(*ENGINE, "plugin_utils")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in known.finditer(re.sub(r"docs\.kapso\.ai\S*", "", line))
    ]

    assert named == []


def test_files_and_functions_are_short() -> None:
    long = []
    for path in _files(*ROOMS, "plugin_utils", "action", "callback"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if len(path.read_text(encoding="utf-8").splitlines()) > 330:
            long.append(path.name)
        long += [
            f"{path.name}: {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
        ]

    assert long == []
