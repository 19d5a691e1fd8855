# SPDX-License-Identifier: GPL-3.0-or-later
"""Under other strategies than Ansible's default: in Ansible's own process, and as a module that Ansible ships."""

from __future__ import annotations

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import MODULE, Controller
from tests.support import mitogen


@pytest.mark.parametrize("strategy", ["free", "mitogen_linear", "mitogen_free"])
def test_other_strategies(kapso: Emulator, controller: Controller, strategy: str) -> None:
    ids = kapso.add_many(3)
    settings = mitogen.settings(strategy) if "mitogen" in strategy else {"ANSIBLE_STRATEGY": strategy}
    fields = {"name": "Front desk", "access_token": "canary-access-token"}
    shipped = {"config_id": ids[0], "fields": fields, "run_in_process": "never"}
    in_process = {"config_id": "{{ item }}", "fields": fields}
    listed = {"configs": [{"config_id": one, "fields": fields} for one in ids]}
    tasks = (
        {"name": "shipped", MODULE: shipped},
        {"name": "in process", MODULE: in_process, "loop": ids[1:]},
        {"name": "project", "kapso.whatsapp.kapso_project": listed},
        {"name": "list", "kapso.whatsapp.kapso_whatsapp_config_info": {"run_in_process": "never"}},
    )

    first = controller.play(*tasks, environment=settings).ok()
    assert [first[name].changed for name in ("shipped", "in process", "project")] == [True, True, False]
    assert {config["name"] for config in kapso.configs()} == {"Front desk"}
    assert {config["access_token"] for config in kapso.configs()} == {"canary-access-token"}
    assert len(first["list"].result["configs"]) == 3
    assert "canary" not in first.shown + first.record

    kapso.clear_journal()
    second = controller.play(*tasks, environment=settings).ok()
    assert [done.name for done in second.done if done.changed] == []
    assert kapso.writes() == []
