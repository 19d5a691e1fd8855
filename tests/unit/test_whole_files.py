# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the promises of writing files whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.files import whole_files
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.files.report_files import write_whole


@pytest.mark.parametrize(
    ("mode", "umask", "kept"), [(0o600, 0o022, 0o600), (0o666, 0o022, 0o644), (0o666, 0o077, 0o600)]
)
def test_a_file_has_the_permissions_that_were_asked_for(tmp_path: Path, mode: int, umask: int, kept: int) -> None:
    target = tmp_path / "file"
    former = os.umask(umask)
    try:
        whole_files.write(target, b"text", mode=mode)
    finally:
        os.umask(former)
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"text", kept)
    assert list(tmp_path.iterdir()) == [target]


def test_an_existing_file_is_replaced_only_with_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    monkeypatch.delattr(os, "link")  # like a file system without hard links
    whole_files.write(target, b"first", over=False)
    whole_files.write(target, b"second")
    with pytest.raises(FileExistsError):
        whole_files.write(target, b"third", over=False)
    assert target.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("durable", [True, False])
def test_a_durable_file_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    target, there_when_synced = tmp_path / "file", []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: there_when_synced.append(target.exists()))
    whole_files.write(target, b"text", durable=durable)
    assert there_when_synced == ([False] if durable else [])


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "file"
    whole_files.write(target, b"former")

    def full(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    with pytest.raises(OSError, match="No space"):
        whole_files.write(target, b"new")
    assert target.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [target]


# Report files, at a path of the user.


def test_a_report_replaces_the_former_one_also_behind_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "there" / "plan.json", tmp_path / "link"
    target.parent.mkdir()
    link.symlink_to(target)
    for text in ("first", "zweite \u2713 \udcff"):
        write_whole(str(link), text)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "zweite \u2713 \\udcff"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is not a file"),
        ("missing/plan.json", "No such file"),
        ("file/plan.json", "Not a directory"),
        ("/dev/null", "is not a file"),
    ],
)
def test_a_report_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(OSError, match=why):
        write_whole(str(tmp_path / name), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
    assert not Path("/dev/null").is_file()
