# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout as a collection, and the environment that keeps Ansible out of its user's home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import ROOT, ansible_environment, link_tree


def test_the_link_leads_to_the_checkout() -> None:
    assert link_tree() == link_tree()
    assert (link_tree() / "ansible_collections" / "kapso" / "whatsapp").resolve() == ROOT


def test_nothing_of_the_caller_gets_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAPSO_API_KEY", "KAPSO_RECEIPTS", "ANSIBLE_VAULT_PASSWORD_FILE", "MOLECULE_DEBUG"):
        monkeypatch.setenv(name, "canary-of-the-caller")
    environment = ansible_environment(tmp_path, {"KAPSO_API_URL": "http://127.0.0.1:1/api/v1"})
    assert "canary-of-the-caller" not in environment.values()
    assert environment["KAPSO_API_URL"] == "http://127.0.0.1:1/api/v1"
    home_settings = ("HOME", "ANSIBLE_HOME", "ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP", "ANSIBLE_CONFIG")
    assert [name for name in home_settings if not environment[name].startswith(str(tmp_path))] == []
