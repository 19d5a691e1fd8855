# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts in docs/reliability.md are written by the command, between their marks and nowhere else."""

from __future__ import annotations

from pathlib import Path

from tests.tools import reliability

PAGE = "Words.\n<!-- begin counts -->\nold\n<!-- end counts -->\nMore words.\n"


def test_counts_replace_those_of_the_last_run() -> None:
    page = reliability.written(PAGE, {"fault matrix": {"cells": 1234, "requests": 5}, "any input": {"values": 7}})

    assert page == (
        "Words.\n<!-- begin counts -->\n"
        "\n| | in one run |\n| --- | --- |\n| fault matrix | 1,234 cells, 5 requests |\n| any input | 7 values |\n\n"
        "<!-- end counts -->\nMore words.\n"
    )
    assert reliability.written(page, {}) != page


def test_the_page_has_the_place_for_them() -> None:
    page = reliability.PAGE.read_text(encoding="utf-8")

    assert "| made up | 3 marks |" in reliability.written(page, {"made up": {"marks": 3}})


def test_a_run_that_was_not_counts_nothing(tmp_path: Path) -> None:
    assert reliability.read(tmp_path / "counts.json") == {}
