# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a page of the documentation: write its files and run its commands, in one shell.

The blocks of a page mean, in order:

- ``yaml`` and ``ini`` that begin with a comment such as ``# numbers.yml``: the file of that name. A list of tasks needs
  no name: it is run as a play, first in check mode.
- ``console`` and ``sh``: commands. A command with the comment ``# fails`` at its end must fail. ``export NAME=...`` is
  for readers, who have their own values; here the environment has them.
- ``text``: the output of the commands before it; a line of ``...`` stands for other lines.
- ``json``: an example that other tests check.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from tests.collection import ROOT

LANGUAGES = {"yaml", "ini", "console", "sh", "text", "json"}
TIMEOUT = 300  # seconds for one page
MARK = "--- block at line"
PORT = "8765"  # the port in the pages
FOUND = ("group_vars/", "host_vars/", "ansible.cfg")  # files that Ansible finds without a command that names them
FILE = re.compile(r"# ([\w./-]+)\n")
FAILS = re.compile(r"^(.*?\S) +# fails\b.*$", re.MULTILINE)
WAIT = "for _try in $(seq 200); do (: < /dev/tcp/127.0.0.1/{port}) 2> /dev/null && break; sleep 0.1; done"

# Replacements for commands that would change the machine or take minutes. They only check their arguments.
STAND_INS = {
    "pip": """test "$1" = install; shift
for name; do case $name in ansible-core|requests|redis) ;; *) exit 1; esac; done""",
    "git": 'test "$1" = add; shift; ls -- "$@" > /dev/null',
    "python3": 'test "$1 $2" = "-m venv"; mkdir -p "$3/bin"; touch "$3/bin/activate"',
    "make": f'exec /usr/bin/env PATH=/usr/bin:/bin make -C {shlex.quote(str(ROOT))} --dry-run "$@" > /dev/null',
}


@dataclass(frozen=True)
class Block:
    """Hold a fenced block of a page. `line` is the line of its fence."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """Return the name of the file, from the comment in its first line; None if there is none."""
        found = FILE.match(self.text) if self.language in ("yaml", "ini") else None
        return found and found[1]

    @property
    def content(self) -> Any:
        """Return a block of YAML as data."""
        return _Loader(self.text).get_data()

    @property
    def is_tasks(self) -> bool:
        """Return whether the block is a list of tasks and not a playbook."""
        if self.language != "yaml" or not isinstance(self.content, list):
            return False
        return not any({"hosts", "ansible.builtin.import_playbook"} & item.keys() for item in self.content)


class _Loader(yaml.SafeLoader):
    """Read YAML with Ansible's tags."""


_Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    tokens = MarkdownIt().parse(text)
    return [
        Block(token.info, token.content, token.map[0] + 1) for token in tokens if token.type == "fence" and token.map
    ]


def unfit(found: Sequence[Block]) -> Iterator[str]:
    """Yield an error for each block that a reader cannot follow or a test cannot run."""
    for number, block in enumerate(found):
        if block.language not in LANGUAGES:
            yield f"line {block.line}: a block of {block.language or 'no language'}"
        later = "".join(after.text for after in found[number:] if after.language in ("console", "sh"))
        named = block.file
        if block.language in ("yaml", "ini") and named is None and not block.is_tasks:
            yield f"line {block.line}: neither tasks nor a file with a name"
        elif named is not None and not named.startswith(FOUND) and named not in later:
            yield f"line {block.line}: {named} is used by no command after it"
        if block.language == "text" and (number == 0 or found[number - 1].language not in ("console", "sh")):
            yield f"line {block.line}: text that no command before it prints"


def secrets(found: Sequence[Block]) -> dict[str, str]:
    """Return a value for each vault variable that a page names. Files of the page can set other values."""
    text = "".join(block.text for block in found if block.language == "yaml")
    return {name: f"canary-{name}" for name in sorted(set(re.findall(r"\bvault_\w+", text)))}


def told_secrets(found: Sequence[Block]) -> list[str]:
    """Return the values of vaults that a page shows before it encrypts them."""
    vaults = [block.content for block in found if block.file and block.file.endswith("vault.yml")]
    return [str(value) for vault in vaults for value in vault.values()]


def script(found: Sequence[Block], port: int) -> str:
    """Return the work of a reader as one script for bash."""
    lines = ["set -eu -o pipefail"]
    for block in found:
        lines.append(f"printf '\\n%s\\n' '{MARK} {block.line}'")
        text = block.text.replace(PORT, str(port))
        if block.file is not None:
            lines += _writing(block.file, text)
        elif block.is_tasks:
            name = f"tasks-{block.line}.yml"
            lines += _writing(name, f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{_indented(text)}")
            lines += [f"ansible-playbook {name} --check --diff", f"ansible-playbook {name} --diff"]
        elif block.language == "sh":
            lines += ["(", text, ")"]
        elif block.language == "console":
            text = re.sub(r"^export \w+=\.\.\..*$", "", text, flags=re.MULTILINE)
            text = FAILS.sub(r"if \1; then echo 'this was to fail'; exit 98; fi", text)
            lines.append(re.sub(r"(?m) &$", f" &\n{WAIT.format(port=port)}", text))
    return "\n".join(lines) + "\n"


def _writing(name: str, text: str) -> list[str]:
    return [f"mkdir -p {shlex.quote(str(Path(name).parent))}", f"cat > {name} <<'END OF FILE'", text + "END OF FILE"]


def _indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def follow(found: Sequence[Block], place: Path, environment: Mapping[str, str]) -> dict[int, str]:
    """Follow the page in the directory `place`; return the output of each block, by its line."""
    stand_ins = place / ".stand-ins"
    stand_ins.mkdir(parents=True)
    for name, body in STAND_INS.items():
        (stand_ins / name).write_text(f"#!/bin/sh\nset -e\n{body}\n", encoding="utf-8")
        (stand_ins / name).chmod(0o755)
    process = subprocess.Popen(
        ["bash", "-c", script(found, _free_port())],
        cwd=place,
        env={**environment, "PATH": f"{stand_ins}{os.pathsep}{environment['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _nothing = process.communicate(timeout=TIMEOUT)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, said
    parts = re.split(rf"^{MARK} (\d+)$", said, flags=re.MULTILINE)[1:]
    return {int(line): text for line, text in zip(parts[::2], parts[1::2], strict=True)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def missing(expected: str, said: str) -> str | None:
    """Return the first expected line that is not in the output after the lines before it; None if all are."""
    printed = iter([" ".join(line.split()) for line in said.splitlines()])
    for line in expected.splitlines():
        wanted = " ".join(line.split())
        if wanted and wanted != "..." and wanted not in printed:
            return line
    return None
