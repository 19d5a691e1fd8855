# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the leak hunt itself: it finds a canary in each spelling, whole or cut, in each place, and nothing else."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.proof.leaks import scenes
from tests.support.leaks import Hunt, canary

SECRET = canary("token", "ä/\"&'+\n%")


def in_base64(before: int, after: int) -> Callable[[str], str]:
    return lambda text: base64.b64encode(b"k" * before + text.encode() + b"z" * after).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    **scenes.SPELLINGS,
    "upper case": str.upper,
    "JSON, every character": lambda text: "".join(f"\\u{ord(character):04X}" for character in text),
    "Python's bytes": lambda text: repr(text.encode()),
    "HTML, every character": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "URL, every character": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "hexadecimal": lambda text: text.encode().hex(),
    **{f"base64 {before}+{after}": in_base64(before, after) for before in range(4) for after in range(3)},
}


def found(content: str | bytes) -> list[str]:
    hunt = Hunt()
    hunt.text("here", content)
    return hunt.found


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("cut", [SECRET, SECRET[:8], SECRET[-8:]], ids=["whole", "beginning", "end"])
def test_a_canary_is_found_in_every_spelling(spell: Callable[[str], str], cut: str) -> None:
    assert found(f"before {spell(cut)} after")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_canary_is_found_in_every_encoding(encoding: str) -> None:
    assert found(f"before {SECRET} after".encode(encoding))


def test_a_canary_is_found_in_every_kind_of_place(tmp_path: Path) -> None:
    (tmp_path / "home" / ".hidden").mkdir(parents=True)
    (tmp_path / "home" / ".hidden" / "deep.json").write_text(json.dumps({"a": [SECRET]}), encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\0" + SECRET.encode() + b"\xfe")
    (tmp_path / "canary-in-a-name").touch()
    (tmp_path / "canary-directory").mkdir()
    (tmp_path / "link").symlink_to("/nowhere/canary")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(SECRET.encode()))
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", SECRET)
    (tmp_path / "nothing").write_text("a canar, (sensitive), ranac, packed.gz", encoding="utf-8")
    hunt = Hunt()
    hunt.tree("tmp", tmp_path)
    places = {find.partition(":")[0].removeprefix("tmp/") for find in hunt.found}
    everywhere = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.name.endswith("home")}
    assert places == everywhere - {"nothing", "home/.hidden"}
    assert hunt.places == 7


def test_nothing_is_found_in_texts_without_a_canary() -> None:
    assert found(f"the access token is (sensitive), {base64.b64encode(bytes(range(256))).decode()}") == []
