# SPDX-License-Identifier: GPL-3.0-or-later
"""Report files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.report_files import write_whole


def test_a_file_is_written_and_replaced_with_nothing_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    for text in ("first", "zweite \u2713 \udcff"):
        write_whole(str(target), text)
    assert target.read_text(encoding="utf-8") == "zweite \u2713 \\udcff"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_one_and_the_file_behind_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "there" / "plan.json")
    write_whole(str(link), "text")
    assert link.is_symlink()
    assert (tmp_path / "there" / "plan.json").read_text(encoding="utf-8") == "text"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is not a file"),
        ("missing/plan.json", "No such file"),
        ("file/plan.json", "Not a directory"),
        ("/dev/null", "is not a file"),
    ],
)
def test_what_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(OSError, match=why):
        write_whole(str(tmp_path / name), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
    assert not Path("/dev/null").is_file()


def test_a_write_that_breaks_off_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.json"
    write_whole(str(target), "former")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(str(target), "new")
    assert target.read_text(encoding="utf-8") == "former"
    assert list(tmp_path.iterdir()) == [target]
