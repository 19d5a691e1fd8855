# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task about many objects: as large as platforms take it, and all of it in a file.

The report reads the file, and a user may keep it. Nothing in it is secret: it holds what the result would hold.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants

from ..module_utils._module.arguments import InvalidArguments
from .files import whole_files
from .files.paths import local_path

LARGEST = 150_000  # characters of JSON, of the entries and of the diff; AWX drops what is larger than 700,000 in all
LONGEST_PATH = 200  # characters of a path that a message shows
UNDECLARED = 100  # objects that are named; the summary counts all
FAILED = 20  # entries that a failed task returns
SCREEN = 4_000  # characters of these, and of what is not declared: Ansible prints a failed task whole
DETAILS = ("data", "changes", "steps", "warnings")  # what an entry loses first

Result = dict[str, Any]


def take(args: Result, no_log: bool) -> Path | None:
    """Take `results_path` out of the options. Raises InvalidArguments, also under no_log."""
    given = args.pop("results_path", None)
    if given is None:
        return None
    if no_log:
        raise InvalidArguments("give results_path or no_log, not both: the file would show the results")
    try:
        path = local_path(given)
    except ValueError as error:
        raise InvalidArguments(f"results_path {error}") from None
    if not _may_be_file(path):
        shown = str(path) if len(str(path)) <= LONGEST_PATH else "a path so long"
        raise InvalidArguments(f"results_path: {shown} cannot be a file: give one in a directory that is there")
    return path


def _may_be_file(path: Path) -> bool:
    try:
        return path.parent.is_dir() and not path.is_dir()
    except OSError:  # of a name that is too long, or of a directory that may not be looked into
        return False


def finish(result: Result, args: Mapping[str, Any], path: Path | None, no_log: bool) -> None:
    """Write all results to a file, and leave in the result what a person or a platform can take."""
    if "summary" not in result:
        return
    if not no_log:
        _write(result, path)
    kept = _chosen(result, bool(args.get("return_unchanged")))
    if not args.get("return_data"):
        kept = _without(("data",), kept)
    whole = len(kept) if not result.get("failed") else _interesting(result["results"])
    result["results"], lost = _within(kept)
    left_out = _shorten_diff(result)
    undeclared = result.get("undeclared", [])[:UNDECLARED]
    result["undeclared"] = undeclared[: _fitting(undeclared, SCREEN // 4)] if result.get("failed") else undeclared
    if lost or left_out or len(result["results"]) < whole:
        result["truncated"] = True
        where = f"{path} has all" if path is not None else "`results_path` keeps all"
        _warn(result, f"the result shows {len(result['results'])} of {whole} objects, perhaps without detail; {where}")


def _without(names: Collection[str], entries: Iterable[Result]) -> list[Result]:
    """Return the entries without these parts of each."""
    return [{name: value for name, value in entry.items() if name not in names} for entry in entries]


def _warn(result: Result, text: str) -> None:
    result["warnings"] = [*result.get("warnings", ()), text]


def _interesting(entries: Iterable[Mapping[str, Any]]) -> int:
    return sum(_is_interesting(entry) for entry in entries)


def _is_interesting(entry: Mapping[str, Any]) -> bool:
    return bool(entry["changed"] or entry.get("failed") or entry.get("held_back") or entry.get("warnings"))


def _chosen(result: Result, unchanged: bool) -> list[Result]:
    """Return the entries to show: of a failed task a few, those that failed themselves first."""
    entries: list[Result] = result["results"]
    if not result.get("failed"):
        return [entry for entry in entries if unchanged or _is_interesting(entry)]
    failed = [entry for entry in entries if entry.get("failed")]
    not_attempted = [entry for entry in failed if _is_not_attempted(entry)]
    own = [entry for entry in failed if not _is_not_attempted(entry)]
    held_back = [entry for entry in entries if entry.get("held_back")]
    chosen = [*own, *not_attempted, *held_back][:FAILED]
    short = _without(DETAILS, chosen)
    return short[: max(_fitting(short, SCREEN), 1)]


def _is_not_attempted(entry: Mapping[str, Any]) -> bool:
    error = entry.get("error") or {}
    return error.get("outcome") == "not_sent" and error.get("attempts") == 0 and ": not tried, " in entry["msg"]


def _within(entries: Sequence[Result]) -> tuple[list[Result], bool]:
    """Return the entries as far as there is room, and whether they have lost anything. Detail goes first."""
    if _size(entries) <= LARGEST:
        return list(entries), False
    short = _without(DETAILS, entries)
    return short[: _fitting(short)], True


def _shorten_diff(result: Result) -> int:
    """Cut the diff, and say at its end how many objects were left out."""
    diff = result.get("diff")
    if not isinstance(diff, list) or _size(diff) <= LARGEST:
        return 0
    kept = _fitting(diff)
    left_out = len(diff) - kept
    result["diff"] = [*diff[:kept], {"prepared": f"and {left_out} more objects, which are left out here\n"}]
    return left_out


def _fitting(items: Sequence[Any], room: int = LARGEST) -> int:
    """Return how many of these, from the first on, there is room for."""
    for number, item in enumerate(items):
        room -= _size(item) + 2
        if room < 0:
            return number
    return len(items)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _write(result: Result, path: Path | None) -> None:
    """Write all results: where the user wants them, or for the report alone, until Ansible ends."""
    target = path or Path(constants.DEFAULT_LOCAL_TMP) / f"kapso-results-{uuid.uuid4().hex}.json"
    content = {"summary": result["summary"], "results": result["results"], "undeclared": result.get("undeclared")}
    try:
        text = json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")
        whole_files.write(target, text, durable=False)
    except OSError as error:
        _warn(result, f"{target} was not written ({error.strerror or error}), so that the report may not be complete")
        return
    result["results_file"] = str(target)


def read(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result with all of its entries, as far as they can be had."""
    try:
        text = Path(result["results_file"]).read_text(encoding="utf-8")
        return {**result, **json.loads(text)}
    except (KeyError, TypeError, OSError, ValueError):
        return result
