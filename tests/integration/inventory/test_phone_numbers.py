# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the inventory plugin with `ansible-inventory` and `ansible-playbook`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.inventory.phone_numbers import DOCUMENTATION, LIST
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import rows_as_hosts

from tests.collection import ansible_environment
from tests.emulator import Emulator

PLUGIN = "kapso.whatsapp.phone_numbers"
Data = dict[str, Any]


class Inventory:
    """Write an inventory file, and run commands that read it."""

    def __init__(self, kapso: Emulator, place: Path) -> None:
        self.kapso = kapso
        self.place = place
        self.file = place / "numbers.kapso.yml"
        self.environment = ansible_environment(
            place / "home",
            {"KAPSO_API_KEY": kapso.key, "KAPSO_PLATFORM_API_URL": kapso.platform_url, "CLINIC_KEY": kapso.key},
        )

    def run(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Write the file with these options, run the command, and return its process."""
        self.file.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}), encoding="utf-8")
        self.kapso.clear_journal()
        done = subprocess.run(
            [command[0], "-i", str(self.file), *command[1:]],
            cwd=self.place,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert self.kapso.key not in done.stdout + done.stderr
        return done

    def listed(self, **options: Any) -> Data:
        """Return the inventory from `ansible-inventory`."""
        done = self.run("ansible-inventory", "--list", **options)
        assert done.returncode == 0, done.stderr
        found: Data = json.loads(done.stdout)
        return found


@pytest.fixture
def inventory(kapso: Emulator, tmp_path: Path) -> Inventory:
    """Return an inventory with three numbers. Two have the same name, and one of these has a customer."""
    clinic = kapso.add_customer(external_customer_id="clinic-7")
    for number, (name, customer) in enumerate((("Front desk", clinic), ("Front desk", None), ("{{ 6 * 7 }}", None)), 1):
        kapso.add(name=name, phone_number_id=f"10000000000000{number}", customer_id=customer)
    return Inventory(kapso, tmp_path)


def hosts(found: Data) -> list[str]:
    """Return the names of all hosts."""
    return sorted(found["_meta"]["hostvars"])


def test_each_number_is_a_host_with_its_fields_and_groups_by_them(inventory: Inventory) -> None:
    found = inventory.listed(
        hostnames=["name"], health=True, keyed_groups=[{"key": "kapso_health.status", "prefix": "health"}]
    )

    assert hosts(found) == ["6-7", "Front-desk-100000000000001", "Front-desk-100000000000002"]
    variables = found["_meta"]["hostvars"]["6-7"]
    assert variables["kapso_name"] == {"__ansible_unsafe": "{{ 6 * 7 }}"}
    assert "local" in str(variables["ansible_connection"])
    assert not [name for name in variables if "token" in name]
    grouped = [host for name, group in found.items() if name.startswith("health_") for host in group["hosts"]]
    assert sorted(grouped) == hosts(found)
    assert [entry.path.rpartition("/")[2] for entry in inventory.kapso.journal()] == ["phone_numbers", *["health"] * 3]


def test_a_key_may_be_a_template_and_the_filters_are_those_of_the_list(inventory: Inventory) -> None:
    key = "{{ lookup('ansible.builtin.env', 'CLINIC_KEY') }}"
    inventory.environment.pop("KAPSO_API_KEY")

    found = inventory.listed(api_key=key, external_customer_id="clinic-7", hostnames=["phone_number_id"])

    assert hosts(found) == ["100000000000001"]


def test_a_play_runs_for_the_numbers_that_limit_names(inventory: Inventory) -> None:
    play = [
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Have the webhook of each",
                    "kapso.whatsapp.kapso_whatsapp_webhook": {
                        "phone_number_id": "{{ kapso_phone_number_id }}",
                        "url": "https://hooks.example.org/wa",
                        "fields": {"events": ["whatsapp.message.received"], "secret_key": "canary secret"},
                    },
                }
            ],
        }
    ]
    (inventory.place / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")

    done = inventory.run("ansible-playbook", "play.yml", "--limit", "Front-desk-*", hostnames=["name"])

    assert done.returncode == 0, done.stdout
    assert "canary" not in done.stdout
    numbers = {config["id"]: config["phone_number_id"] for config in inventory.kapso.configs()}
    assert sorted(numbers[hook["config_id"]] for hook in inventory.kapso.webhooks()) == [
        "100000000000001",
        "100000000000002",
    ]


def test_the_cache_spares_requests_and_is_kept_apart_by_key_and_filter(inventory: Inventory) -> None:
    cache: Data = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(inventory.place / "cache"),
    }
    first = inventory.listed(**cache)
    assert len(inventory.kapso.journal()) == 1
    assert (inventory.listed(**cache), inventory.kapso.journal()) == (first, [])
    assert hosts(inventory.listed(**cache, name_contains="front")) != hosts(first)
    other = inventory.run("ansible-inventory", "--list", **cache, api_key="another-example-key")
    assert "HTTP 401" in other.stderr
    assert inventory.kapso.key not in "".join(path.read_text() for path in (inventory.place / "cache").iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"external_customer_id": "clinic-8"}, "no customer has external_customer_id clinic-8"),
        ({"created_after": "yesterday"}, "created_after must be a date and time"),
        ({"platform_api_url": "https://app.kapso.example/api/v1"}, "platform_api_url is a base URL of the legacy API"),
    ],
)
def test_errors_are_one_sentence(inventory: Inventory, options: Data, said: str) -> None:
    done = inventory.run("ansible-inventory", "--list", **options)

    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_options_are_those_of_the_info_module() -> None:
    documented = yaml.safe_load(DOCUMENTATION)
    filters = {*WHATSAPP_PHONE_NUMBER.id_formats, *(choice.name for choice in WHATSAPP_PHONE_NUMBER.filters), "health"}

    assert {*rows_as_hosts.options(LIST)} == {*documented["options"], *filters} - {"plugin", "hostnames"}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("Front desk, (north)", "Front-desk-north"),
        ("~all:web*?", "all-web"),
        ("Приёмная 7", "Приёмная-7"),
        ("*", "1"),
        (None, "1"),
    ],
)
def test_a_name_is_one_that_limit_can_name(name: str | None, host: str) -> None:
    (found,) = rows_as_hosts.hosts(WHATSAPP_PHONE_NUMBER, [{"id": "1", "name": name, "access_token": "x"}], ["name"])

    assert (found.name, found.variables) == (host, {"kapso_id": "1", "kapso_name": name})
