# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the requirements of a remote host, and that a shipped module leaves no file there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, task

FIELDS = {"name": "Front desk", "access_token": "canary-token"}


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Python without packages."""
    place = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True, timeout=120)
    return place / "bin" / "python"


@pytest.fixture
def hidden_requests(tmp_path: Path) -> str:
    """Return a directory that hides `requests` from a Python with it on its path."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "requests.py").write_text("raise ImportError('hidden')\n", encoding="utf-8")
    return str(hidden)


def inventory(bare_python: Path) -> Data:
    """Return an inventory with a host on this machine whose modules run with that Python."""
    host = {"ansible_connection": "local", "ansible_python_interpreter": str(bare_python)}
    return {"all": {"hosts": {"target": host}}}


def test_without_requests_on_the_remote_host_the_message_says_how_to_install_it(
    kapso: Emulator, controller: Controller, bare_python: Path
) -> None:
    shipped = task("Run", config_id=kapso.add(), fields=FIELDS, run_in_process="never")
    played = controller.play(shipped, hosts="target", inventory=inventory(bare_python), options=["-vvvvv"])
    assert played.returncode == 2
    message = played["Run"].result["msg"]
    assert message.startswith(f"{bare_python} on ")
    assert "No module named 'requests'" in message
    assert message.endswith(f"; nothing was sent; run {bare_python} -m pip install requests")
    assert played["Run"].result["error"]["outcome"] == "not_sent"
    assert kapso.journal() == []
    assert not list(controller.receipts.glob("*"))
    assert "Traceback" not in played.shown
    assert "canary" not in played.record


@pytest.mark.parametrize(("version", "said"), [("3.6", "is Python 3.6, and this module needs 3.9"), ("", "")])
def test_a_python_that_is_too_old_or_not_there_is_named_and_so_is_the_cause(
    kapso: Emulator, controller: Controller, tmp_path: Path, version: str, said: str
) -> None:
    python = tmp_path / "python"
    if version:
        old = f'#!/bin/sh\n[ "$1" = -c ] && exec echo {version}\ncat > /dev/null\necho SyntaxError >&2\nexit 1\n'
        python.write_text(old, encoding="utf-8")
        python.chmod(0o755)
    play = {"hosts": "target", "gather_facts": False, "environment": {"A": "b"}}
    play["tasks"] = [task("Run", config_id=kapso.add(), fields=FIELDS, api_key=kapso.key, api_url=kapso.url)]
    hosts = controller.file("inventory.yml", inventory(python))
    played = controller.run(controller.file("play.yml", [play]), ["--inventory", str(hosts)])
    assert played.returncode == 2
    assert said in played["Run"].result["msg"]
    assert "because `environment` is set" in " ".join(played.shown.split())
    assert kapso.journal() == []


def test_in_process_the_interpreter_of_the_target_does_not_matter(
    kapso: Emulator, controller: Controller, bare_python: Path
) -> None:
    declared = task("Run", config_id=kapso.add(), fields=FIELDS)
    controller.play(declared, hosts="target", inventory=inventory(bare_python)).ok()
    assert kapso.short() == "GET PATCH"


def test_without_requests_on_the_controller_the_module_is_shipped_to_a_python_with_it(
    kapso: Emulator, controller: Controller, hidden_requests: str, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    ids = kapso.add_many(2)
    target = {"ansible_connection": "local", "ansible_python_interpreter": str(python)}
    played = controller.play(
        task("Run", {"loop": ids}, config_id="{{ item }}", fields=FIELDS),
        hosts="target",
        inventory={"all": {"hosts": {"target": target}}},
        environment={"PYTHONPATH": hidden_requests},
    ).ok()
    assert played["Run"].changed
    assert kapso.connections() == 2


def test_without_requests_on_a_controller_that_is_the_target_too_the_message_names_its_python(
    kapso: Emulator, controller: Controller, hidden_requests: str
) -> None:
    played = controller.play(
        task("Run", config_id=kapso.add(), fields=FIELDS), environment={"PYTHONPATH": hidden_requests}
    )
    assert played.returncode == 2
    message = played["Run"].result["msg"]
    python = message.partition(" on ")[0]
    assert Path(python).samefile(sys.executable)
    assert Path(python).parent == Path(sys.executable).parent
    assert message.endswith(f"; nothing was sent; run {python} -m pip install requests")
    assert kapso.journal() == []
    assert "canary" not in played.record


@pytest.mark.parametrize("fields", [FIELDS, {**FIELDS, "acess_token": "canary-typo"}], ids=["success", "refusal"])
def test_a_shipped_module_leaves_no_file_with_a_secret(kapso: Emulator, controller: Controller, fields: Data) -> None:
    secrets = controller.file("secrets.yml", {"declared": {"config_id": kapso.add(), "fields": fields}})
    values: Data = {"config_id": "{{ declared.config_id }}", "fields": "{{ declared.fields }}"}
    shipped = task("Run", {"ignore_errors": True}, run_in_process="never", **values)
    played = controller.play(shipped, options=["-vvvvv", f"--extra-vars=@{secrets}"]).ok()
    secrets.unlink()
    assert "canary" not in played.shown + played.record
    assert " PUT " not in played.shown  # without a file, an interrupted run cannot leave one behind
    files = [path for path in controller.home.rglob("*") if path.is_file()]
    assert [path for path in files if b"canary" in path.read_bytes()] == []
    assert list((controller.home / ".ansible" / "tmp").rglob("*kapso*")) == []
