# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limit the size of a result about many objects, and write the whole result to a file.

The report reads the file, and `results_path` keeps it for the user. Secrets in it are masked as in the result.
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

LARGEST = 150_000  # characters of JSON, for the entries and for the diff; AWX drops events above 700,000 in all
LONGEST_PATH = 200  # characters of a path that a message shows
UNDECLARED = 100  # undeclared objects in the result; the summary counts all
FAILED = 20  # entries that a failed task returns
SCREEN = 4_000  # characters of the entries of a failed task: Ansible prints the whole result of one
DETAILS = ("data", "changes", "steps", "warnings")  # removed from entries before entries are cut

Result = dict[str, Any]


def take(args: Result, no_log: bool) -> Path | None:
    """Remove `results_path` from the options and return it, None if it is not set.

    Raise InvalidArguments if the path cannot be a file, or if the task has no_log.
    """
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
        raise InvalidArguments(f"results_path: {shown} cannot be a file: give a file in an existing directory")
    return path


def _may_be_file(path: Path) -> bool:
    try:
        return path.parent.is_dir() and not path.is_dir()
    except OSError:  # the name is too long, or this user may not search the directory
        return False


def finish(result: Result, args: Mapping[str, Any], path: Path | None, no_log: bool) -> None:
    """Write all results to a file, and cut the result to the limits of this module.

    Do nothing if the result has no summary, that is, if it is about one object. Under no_log write no file.
    """
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
        where = f"{path} has all" if path is not None else "`results_path` writes all to a file"
        _warn(result, f"the result of this task is cut to {len(result['results'])} of {whole} objects; {where}")


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
    """Return the entries to show. For a failed task: FAILED at most, entries with an error of their own first."""
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
    """Return the entries that fit in LARGEST, and whether anything was cut: first details, then whole entries."""
    if _size(entries) <= LARGEST:
        return list(entries), False
    short = _without(DETAILS, entries)
    return short[: _fitting(short)], True


def _shorten_diff(result: Result) -> int:
    """Cut the diff to LARGEST, add the number of objects left out at its end, and return that number."""
    diff = result.get("diff")
    if not isinstance(diff, list) or _size(diff) <= LARGEST:
        return 0
    kept = _fitting(diff)
    left_out = len(diff) - kept
    result["diff"] = [*diff[:kept], {"prepared": f"and {left_out} more objects, which are left out here\n"}]
    return left_out


def _fitting(items: Sequence[Any], room: int = LARGEST) -> int:
    """Return how many items, from the first on, fit in `room` characters of JSON."""
    for number, item in enumerate(items):
        room -= _size(item) + 2
        if room < 0:
            return number
    return len(items)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _write(result: Result, path: Path | None) -> None:
    """Write all results to `path`, or to Ansible's local temporary directory, which lasts until Ansible ends.

    Put the path in `results_file`, for the report. If the file cannot be written, add a warning.
    """
    target = path or Path(constants.DEFAULT_LOCAL_TMP) / f"kapso-results-{uuid.uuid4().hex}.json"
    content = {"summary": result["summary"], "results": result["results"], "undeclared": result.get("undeclared")}
    try:
        text = json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")
        whole_files.write(target, text, durable=False)
    except OSError as error:
        _warn(result, f"{target} was not written ({error.strerror or error}), so the report may be incomplete")
        return
    result["results_file"] = str(target)


def read(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result with all entries from its results file, or the result itself if there is no readable file."""
    try:
        text = Path(result["results_file"]).read_text(encoding="utf-8")
        return {**result, **json.loads(text)}
    except (KeyError, TypeError, OSError, ValueError):
        return result
