# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the objects of a resource in this process, and return them as hosts of an inventory."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..module_utils._api.transport import close_connections
from ..module_utils._module.arguments import InvalidArguments, check_shape
from ..module_utils._module.definition import ModuleDefinition
from ..module_utils._module.result import failure
from ..module_utils._module.session import RunContext
from ..module_utils._resources.model import Resource
from . import in_process
from .action import to_builtin, without_nulls

PREFIX = "kapso_"
_NOT_IN_NAMES = re.compile(r"""[\s,:\[\](){}'"*?!&~@]+""")  # characters with a meaning in host patterns
# Options of a module that have no meaning for an inventory.
_NOT_OPTIONS = ("api_url", "run_in_process", "receipts", "receipts_key", "send_write_only")

Row = Mapping[str, Any]


class Host(NamedTuple):
    """Hold the name and the variables of a host."""

    name: str
    variables: dict[str, Any]


def options(definition: ModuleDefinition) -> list[str]:
    """Return the names of the options of the info module that an inventory has, too."""
    return [name for name in definition.spec if name not in _NOT_OPTIONS]


def fingerprint(args: Mapping[str, Any]) -> str:
    """Return a digest of the options, 16 hex digits, so that each API key, URL and filter has its own cache."""
    return hashlib.sha256(json.dumps(args, sort_keys=True, default=str).encode()).hexdigest()[:16]


def read(definition: ModuleDefinition, args: Mapping[str, Any]) -> dict[str, Any]:
    """Run the info module and return its result. Close all connections, since Ansible forks its workers later."""
    try:
        checked, warnings = check_shape(to_builtin(args), definition.spec)
        result = in_process.run(definition, without_nulls(checked), RunContext())
    except InvalidArguments as refusal:
        return failure(f"{refusal}; nothing was sent")
    finally:
        close_connections()
    return {**result, "warnings": [*result.get("warnings", ()), *warnings]}


def hosts(resource: Resource, rows: Sequence[Row], hostnames: Sequence[str]) -> list[Host]:
    """Return a host for each row, in the order of the rows. Hosts with equal names get their ID as a suffix."""
    names = [_name(row, hostnames) for row in rows]
    count = Counter(names)
    unique = [name if count[name] == 1 else f"{name}-{row['id']}" for name, row in zip(names, rows)]
    return [Host(name, _variables(resource, row)) for name, row in zip(unique, rows)]


def _name(row: Row, hostnames: Sequence[str]) -> str:
    for field in hostnames:
        name = _NOT_IN_NAMES.sub("-", str(row.get(field) or "")).strip("-")
        if name:
            return name
    return str(row["id"])


def _variables(resource: Resource, row: Row) -> dict[str, Any]:
    fields = [field.name for field in resource.fields if field.returned and not field.secret]
    shown = [*fields, *(extra.option for extra in resource.extras)]
    return {f"{PREFIX}{name}": row[name] for name in shown if name in row}
