# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write plan files on the controller, always whole. A plan never replaces a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ...module_utils._module.arguments import InvalidArguments
from ...module_utils._reconcile.receipts import decode
from . import whole_files
from .paths import local_path

LARGEST = 64 * 1024 * 1024  # bytes
EXISTS = "plan_out: {} exists already: remove it, or name another file"


def take(args: dict[str, Any], check_mode: bool) -> tuple[str | None, Path | None]:
    """Remove `plan_in` and `plan_out` from the options.

    Return the text of the plan that the run must match, and the path for a new plan; each is None if not wanted.
    Raise InvalidArguments if both are set, the plan cannot be read, or the path cannot take a new file.
    """
    given, wanted = args.pop("plan_in", None), args.pop("plan_out", None)
    if given is not None and wanted is not None:
        raise InvalidArguments("give plan_in or plan_out, not both")
    if wanted is None:
        return None if given is None else _read(given), None
    if not check_mode:
        raise InvalidArguments("plan_out works in check mode only: run with --check")
    path = _path("plan_out", wanted)
    if os.path.lexists(path):
        raise InvalidArguments(EXISTS.format(path))
    if not os.access(path.parent, os.X_OK) or not path.parent.is_dir():
        raise InvalidArguments(f"plan_out: there is no directory {path.parent}: create it, or name another")
    return None, path


def _path(option: str, text: str) -> Path:
    try:
        return local_path(text)
    except ValueError as error:
        raise InvalidArguments(f"{option} {error}") from None


def _read(name: str) -> str:
    path = _path("plan_in", name)
    try:
        content = whole_files.read(path, LARGEST)
    except OSError as error:
        raise InvalidArguments(
            f"plan_in: {path} cannot be read ({error.strerror or error}): name the file that plan_out wrote"
        ) from None
    if content is None:
        raise InvalidArguments(f"plan_in: {path} is too large for a plan: name the file that plan_out wrote")
    return content.decode("utf-8", "replace")


def put(path: Path, wrapped: str) -> str | None:
    """Decode and write a plan. Return an error message, None if the file was written."""
    content = decode(wrapped).encode()
    if len(content) > LARGEST:
        return "plan_out: the plan is too large for plan_in: divide the lists"
    try:
        whole_files.write(path, content, over=False)
    except FileExistsError:
        return EXISTS.format(path)
    except OSError as error:
        return f"plan_out: {path} cannot be written ({error.strerror}): correct this, and plan again"
    return None
