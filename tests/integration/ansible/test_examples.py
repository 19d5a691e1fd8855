# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that the examples in ``ansible-doc`` run unchanged, in order, with the objects and variables that they need."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator
from tests.integration.ansible.playbook import MODULE, Controller
from tests.support.reader import CONNECTED

MODULES = sorted(f"kapso.whatsapp.{path.stem}" for path in (ROOT / "plugins" / "modules").glob("*.py"))
OF_A_CUSTOMER = "kapso.whatsapp.kapso_whatsapp_phone_number"
OF_A_NUMBER = ("kapso.whatsapp.kapso_whatsapp_webhook", "kapso.whatsapp.kapso_whatsapp_webhook_info")
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the examples of each module from ansible-doc."""
    done = subprocess.run(
        ["ansible-doc", "--json", *MODULES],
        env=ansible_environment(tmp_path_factory.mktemp("home")),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {name: page["examples"] for name, page in json.loads(done.stdout).items()}


@pytest.mark.parametrize("module", MODULES)
def test_examples_run_as_they_stand(
    kapso: Emulator, controller: Controller, examples: dict[str, str], module: str
) -> None:
    text = examples[module]
    tasks = yaml.safe_load(text)
    customers = set(re.findall(rf"customer_id: ({UUID})", text))
    for customer_id in customers:
        kapso.add_customer(id=customer_id)
    for config_id in sorted(set(re.findall(UUID, text)) - customers):
        kapso.add(id=config_id)
    if module in (OF_A_CUSTOMER, *OF_A_NUMBER):
        owner = kapso.add_customer(external_customer_id="clinic-7")
        for number in sorted(set(re.findall(r'phone_number_id: "(\d+)"', text))):
            kapso.add(customer_id=owner, phone_number_id=number)
    if module == OF_A_NUMBER[0]:
        for number in (1, 2, 2):
            kapso.add_webhook(phone_number_id=f"10000000000000{number}", url="https://hooks.example.org/wa")
    if "kapso_setup_link" in module:
        kapso.add_customer(external_customer_id="clinic-7")
        kapso.add(customer_id=CONNECTED)
    secrets = {name: f"canary-{name}" for name in re.findall(r"\bvault_\w+", text)}

    dry = controller.play(*tasks, options=["--check", "--diff"], vars=secrets).ok()
    assert kapso.writes() == []
    real = controller.play(*tasks, options=["--diff"], vars=secrets).ok()
    assert [done.name for done in dry.done] == [done.name for done in real.done] == [task["name"] for task in tasks]
    assert "canary" not in dry.shown + dry.record + real.shown + real.record
    # A list can be empty; all other tasks change something.
    wrote = {entry.path for entry in kapso.writes() if entry.applied}
    assert bool(wrote) == (not module.endswith("_info"))
    if module == MODULE:
        kept, deleted = re.findall(rf"^    - ({UUID})", text, re.MULTILINE)
        now = {item["id"]: item for item in kapso.configs()}
        assert deleted not in now
        assert (now[kept]["name"], now[kept]["access_token"]) == ("Front desk", "canary-vault_access_token")
        (created,) = (item for item in now.values() if item["customer_id"] in customers)
        assert (created["name"], created["phone_number_id"]) == ("Example clinic", "100000000000007")
