# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory plugin: return each phone number of a Kapso project as a host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: phone_numbers
short_description: The phone numbers of a Kapso project as hosts
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads the phone numbers of a Kapso project. Each number is a host, so that C(--limit) selects numbers, and AWX can
    slice a job by them.
  - The fields of a number are host variables with the prefix C(kapso_), such as C(kapso_name). There is no secret among
    them. C(ansible_connection) is C(local) for all hosts, so tasks run on the controller.
  - The name of the file must end in C(.kapso.yml) or C(.kapso.yaml).
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - kapso.whatsapp.whatsapp_phone_number.info
options:
  plugin:
    description: Name of this plugin.
    required: true
    choices: [kapso.whatsapp.phone_numbers]
  hostnames:
    description:
      - Fields of a number. The first one with a value becomes the name of the host.
      - In a name, C(-) replaces each run of blanks, commas, colons, brackets, braces, quotes, and any of C(*?!&~@), so
        that C(--limit) can name the host. C(kapso_name) is the name at Kapso, unchanged.
      - If two numbers have the same name, both get Meta's ID as a suffix.
    type: list
    elements: str
    default: [display_phone_number_normalized, name, phone_number_id]
  api_key:
    description: API key of the Kapso project. It can be a vaulted value or a template.
    type: str
    env:
      - name: KAPSO_API_KEY
  platform_api_url:
    description: Base URL of the platform API. You can give the host alone.
    type: str
    default: https://api.kapso.ai/platform/v1
    env:
      - name: KAPSO_PLATFORM_API_URL
  allow_http:
    description: If V(true), accept plain HTTP to other machines. Anyone on the network path can then read the API key.
    type: bool
    default: false
  timeout:
    description: Longest time for one request, in seconds.
    type: float
    default: 30
  retries:
    description: Retries for each request after a temporary failure.
    type: int
    default: 4
  rate_limit_timeout:
    description: Longest time to wait for the rate limit of the API, in seconds.
    type: float
    default: 120
  validate_certs:
    description: If V(true), check the certificate of the API. Set V(false) for a test server only.
    type: bool
    default: true
  ca_path:
    description: Path of a PEM file, or of a directory of hashed certificates, with the authorities to trust.
    type: path
requirements:
  - Python 3.9 or newer
  - requests >= 2.25
"""

EXAMPLES = r"""
# numbers.kapso.yml: all numbers of the key's project
plugin: kapso.whatsapp.phone_numbers

---
# clinic.kapso.yml: the numbers of one customer
plugin: kapso.whatsapp.phone_numbers
api_key: "{{ lookup('ansible.builtin.env', 'CLINIC_API_KEY') }}"
external_customer_id: clinic-7
hostnames: [name, phone_number_id]

---
# groups.kapso.yml: groups by customer, health and quality,
# read once in ten minutes
plugin: kapso.whatsapp.phone_numbers
health: true
keyed_groups:
  - key: kapso_customer_id
    prefix: customer
  - key: kapso_health.status
    prefix: health
  - key: kapso_health.checks.phone_number_access.details.quality_rating
    prefix: quality
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/kapso
cache_timeout: 600
"""

from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._module.info import info_module
from ..module_utils._resources.whatsapp_phone_number import WHATSAPP_PHONE_NUMBER
from ..plugin_utils import rows_as_hosts

LIST = info_module(WHATSAPP_PHONE_NUMBER)
NAME = "kapso.whatsapp.phone_numbers"


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Add phone numbers to the inventory."""

    NAME = NAME

    def verify_file(self, path: str) -> bool:
        """Return whether this plugin reads the file, by the end of its name."""
        return super().verify_file(path) and path.endswith((".kapso.yml", ".kapso.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add a host for each phone number. Raise AnsibleParserError if the numbers cannot be read."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        strict = self.get_option("strict")
        for name, values in self._hosts(path, cache):
            variables = {**wrap_var(values), "ansible_connection": "local"}  # no phone number is a machine
            self.inventory.add_host(name)
            for variable, value in variables.items():
                self.inventory.set_variable(name, variable, value)
            self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)

    def _hosts(self, path: str, cache: bool) -> list[rows_as_hosts.Host]:
        args = {name: self._rendered(self.get_option(name)) for name in rows_as_hosts.options(LIST)}
        key = f"{self.get_cache_key(path)}-{rows_as_hosts.fingerprint(args)}"
        kept = self._cache.get(key) if self.get_option("cache") and cache else None
        if kept is None:
            kept = self._read(args)
            if self.get_option("cache"):
                self._cache[key] = kept
        return rows_as_hosts.hosts(WHATSAPP_PHONE_NUMBER, kept, self.get_option("hostnames"))

    def _read(self, args: dict[str, Any]) -> list[dict[str, Any]]:
        result = rows_as_hosts.read(LIST, args)
        for warning in result.get("warnings", ()):
            self.display.warning(f"{NAME}: {warning}")
        if result.get("failed"):
            raise AnsibleParserError(f"{NAME}: {result['msg']}")
        rows: list[dict[str, Any]] = result["phone_numbers"]
        return rows

    def _rendered(self, value: Any) -> Any:
        """Return the value of an option, rendered if it is a template."""
        return self.templar.template(value) if isinstance(value, str) and self.templar.is_template(value) else value
