# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that each page of the documentation can be followed: its playbooks and commands run and print the shown output.

The README has its own tests, which are as strict.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import build_artifact
from tests.emulator import Emulator
from tests.support import pages, proof
from tests.support.reader import PAGES, Reader
from tests.support.redis_server import RedisServer


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the collection archive."""
    return build_artifact(tmp_path_factory.mktemp("artifact"))


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"README.md"}))
def test_a_page_can_be_followed(kapso: Emulator, artifact: Path, tmp_path: Path, name: str) -> None:
    with RedisServer() as redis:
        followed = Reader(kapso, tmp_path, artifact, redis.url).follow(PAGES[name])
    said = ""
    for block, printed in followed:
        if block.language == "text":
            assert pages.missing(block.text, said) is None, said
            proof.count("documentation", "outputs that pages show")
        else:
            said = printed
    proof.count("documentation", "blocks of pages that were followed", len(followed))


def test_blocks_that_no_reader_can_follow_are_found() -> None:
    page = """
```yaml
configs: []
```
```yaml
# unused.yml
- hosts: localhost
```
```
ls
```
```console
ls
```
```yaml
- name: A task
  ansible.builtin.debug:
```
```text
not printed by any command
```
"""
    wrong = list(pages.unfit(pages.blocks(page)))
    assert [line.partition(":")[0] for line in wrong] == ["line 2", "line 5", "line 9", "line 19"]


def test_output_is_looked_for_line_by_line_and_in_order() -> None:
    said = "one\n  two   words\nthree\n"
    assert pages.missing("one\n...\nthree\n", said) is None
    assert pages.missing("two words\n", said) is None
    assert pages.missing("three\none\n", said) == "one"
