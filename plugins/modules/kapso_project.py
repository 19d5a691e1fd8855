#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: manage the objects of a Kapso project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_project
short_description: Manage customers, numbers, webhooks and configurations of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Manages customers, phone numbers, configurations and webhooks in one task. The entries of the lists have the options
    of the module of a single object.
  - Plans everything before it writes anything, and then writes in the order of dependence, several objects at a time,
    with one rate limit.
notes:
  - The order of dependence is customers, numbers, configurations, webhooks. Deletions come last, in reverse order.
  - An entry can refer to an object that the same run creates, for example a number to a new customer by
    O(phone_numbers[].external_customer_id).
  - A request reads a hundred objects of a list, if that takes fewer requests than single reads.
  - In a plan, C((known after apply\)) stands for the ID of a new object. If an object cannot be created, the task does
    not attempt the objects that depend on it, and says why.
  - An unknown ID or a wrong value is an error before the first write.
  - If a run is interrupted, the next run continues with the remaining objects.
  - With O(run_in_process=never), or on a remote host, the controller gets the receipts at the end of the task. If
    somebody kills the run, the next run sends these fields once more.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts
  - kapso.whatsapp.project
options:
  only:
    description:
      - Handle only these objects. Give IDs, keys, names, or shell patterns such as V(clinic-*). The task ignores the
        other entries. It does not select the objects that belong to a selected one, and does not count undeclared
        objects.
      - The task first compares with the IDs, keys and names in the lists. If none matches, it reads the names at
        Kapso. A text without any match is an error.
      - Commas in a text separate items. An empty text or list is refused, because it would select all;
        V(default(omit\)) leaves the option out.
    type: list
    elements: str
  undeclared:
    description:
      - Scope for counting undeclared objects. V(project) counts all objects that the lists do not name. V(customers)
        counts only objects of the customers in the lists, without webhooks of the project and numbers without a
        customer.
      - If you give it, the task reads the lists at Kapso completely. If not, it counts the undeclared objects of the
        lists that it reads completely anyway.
    type: str
    choices: [project, customers]
  prune:
    description:
      - Lists whose undeclared objects are deleted. Numbers and configurations are never pruned, because a new
        connection needs their token again. Declare O(phone_numbers[].state=absent) for these.
      - An object to which a declared object belongs is never pruned. O(max_deletions) must allow the deletions.
      - Refused together with O(only), and for a list that is missing or empty.
    type: list
    elements: str
    choices: [customers, webhooks]
  concurrency:
    description:
      - Number of requests at the same time.
    type: int
    default: 4
  max_changes:
    description:
      - Limit on the objects that a run may create, change and delete. Give a number such as V(20), or a percentage
        such as V(5%). The default is no limit.
      - If more would change, nothing is written and the task fails. An empty text is refused.
    type: str
  max_deletions:
    description:
      - Limit on the objects that a run may delete, as a number or a percentage. If more would be deleted, nothing is
        written. The task fails and shows its plan.
      - Without it, O(prune) deletes nothing. The first run reports how many objects it would delete.
    type: str
  on_error:
    description:
      - With V(stop_before_writing), nothing is written if the task cannot read or plan one object. If a write fails
        later, the task still writes the other objects, and fails at the end.
      - With V(stop), the task also stops after the first failed write.
      - With V(continue), the task writes everything that it can plan, and fails at the end.
      - In check mode, the task plans and shows everything with each choice, and fails at the end.
      - An error that every further request would have, such as a rejected API key, always stops the run.
    type: str
    default: stop_before_writing
    choices: [stop_before_writing, continue, stop]
  plan_out:
    description:
      - File on the controller for the plan, to be used as O(plan_in) of the next run. The task writes it in check mode
        only, if nothing failed. It never replaces an existing file. A relative path starts in the directory in which
        you started Ansible.
      - The file holds IDs, fields, reasons, masked values and keyed digests, and no secret. It is signed with the
        receipts key.
    type: path
  plan_in:
    description:
      - Plan file that an earlier run with O(plan_out) wrote. The task writes only if its changes are exactly those of
        the plan. Otherwise it fails before the first write and names the differences. In check mode it only
        compares. The file is a regular file of at most 64 MiB.
    type: path
  return_unchanged:
    description:
      - If V(true), RV(results) also has an entry for each unchanged object.
    type: bool
    default: false
  return_data:
    description:
      - If V(true), each entry of the result has the object as the API returned it after the run, in check mode the
        prediction.
    type: bool
    default: false
  results_path:
    description:
      - File on the controller for all entries of the result, as JSON with masked secrets. The task itself returns
        fewer entries if there are too many for platforms such as AWX. An existing file is replaced. Refused with
        C(no_log).
    type: path
seealso:
  - module: kapso.whatsapp.kapso_customer
    description: For a single customer.
  - module: kapso.whatsapp.kapso_whatsapp_phone_number
    description: For a single number.
  - module: kapso.whatsapp.kapso_whatsapp_webhook
    description: For a single webhook.
  - module: kapso.whatsapp.kapso_whatsapp_config
    description: For a single configuration.
  - plugin: kapso.whatsapp.report
    plugin_type: callback
    description: Lists each change and its reason at the end of a run.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: Have a customer, its number, and a webhook for it
  kapso.whatsapp.kapso_project:
    customers:
      - external_customer_id: clinic-7
        fields:
          name: Example clinic
    phone_numbers:
      - phone_number_id: "100000000000001"
        external_customer_id: clinic-7
        fields:
          name: Front desk
          business_account_id: "200000000000001"
          access_token: "{{ vault_front_desk_token }}"
    webhooks:
      - phone_number_id: "100000000000001"
        url: https://hooks.example.org/whatsapp
        fields:
          events: [whatsapp.message.received]
          secret_key: "{{ vault_webhook_secret }}"

- name: Point several configurations at one webhook
  kapso.whatsapp.kapso_project:
    defaults:
      configs:
        webhook_destination_url: https://hooks.example.org/whatsapp
        webhook_verify_token: "{{ vault_verify_token }}"
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
        fields:
          name: Example support
          access_token: "{{ vault_support_token }}"
      - config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
        fields:
          name: Example sales
          access_token: "{{ vault_sales_token }}"

- name: Change at most two numbers, or nothing
  kapso.whatsapp.kapso_project:
    max_changes: 2
    on_error: stop
    defaults:
      configs:
        calls_enabled: true
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
      - config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22

- name: Handle one entry in this run, and ignore the other
  kapso.whatsapp.kapso_project:
    only: [5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22]
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
        fields:
          name: Front desk
      - config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
        fields:
          name: Sales

- name: Preview one task in a play that changes other things
  kapso.whatsapp.kapso_project:
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
        fields:
          name: Reception
  check_mode: true
  register: planned

- name: Show how many would change
  ansible.builtin.debug:
    msg: >-
      {{ planned.summary.changed }} of
      {{ planned.summary.total }} would change

- name: Create one and delete another. Deletions come last
  kapso.whatsapp.kapso_project:
    configs:
      - customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
        fields:
          name: Example clinic
          phone_number_id: "100000000000007"
          business_account_id: "200000000000001"
          access_token: "{{ vault_clinic_token }}"
      - config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
        state: absent
"""

RETURN = r"""
changed:
  description:
    - True if a write took effect or may have, for any object. In check mode, true if a write would be sent.
  returned: always
  type: bool
results:
  description:
    - An entry for each object that changed or failed, in the order of dependence, then in the order of the lists.
      Unchanged objects are only counted in RV(summary), unless O(return_unchanged=true).
    - If the task fails, only the failed objects, 20 at most and without detail. Objects that were not attempted come
      last.
    - If there are more than 150,000 characters, entries lose detail first, then entries are left out.
      RV(results_file) has all.
  returned: when the arguments are accepted
  type: list
  elements: dict
  contains:
    resource:
      description: The kind of object, such as V(whatsapp_phone_number).
      type: str
      returned: always
    id:
      description: Its ID, null if it does not exist.
      type: str
      returned: always
    customer_id:
      description: For a customer, the same as C(id). For another object, the customer in its entry.
      type: str
      returned: if it is known
    phone_number_id:
      description: For a phone number, the same as C(id). For a webhook, the phone number in its entry.
      type: str
      returned: if it is known
    config_id:
      description: For a configuration, the same as C(id).
      type: str
      returned: for a configuration
    webhook_id:
      description: For a webhook, the same as C(id).
      type: str
      returned: for a webhook
    key:
      description: The key that identifies it beside its ID, null if unknown.
      type: str
      returned: always
    parent:
      description: ID of the object that it belongs to, null if there is none or it is unknown.
      type: str
      returned: always
    name:
      description: Its name, null if it has none or the name is unknown.
      type: str
      returned: if it changed or failed
    parent_name:
      description: Name of the object that it belongs to, null if there is none or it is unknown.
      type: str
      returned: if it changed or failed
    steps:
      description: The writes in order, in check mode those that would be sent.
      type: list
      elements: dict
      returned: if it changed or failed
    changed:
      description: True if a write was sent, in check mode if one would be sent.
      type: bool
      returned: always
    changes:
      description:
        - The sent fields with their reasons, in check mode those that would be sent. The form is that of the module of
          a single object.
        - The reason for an object that O(prune) deletes is V(not_declared).
      type: list
      elements: dict
      returned: always
    data:
      description: The object as the API returned it after the run, in check mode the prediction.
      type: dict
      returned: if O(return_data=true)
    warnings:
      description: Warnings about this object.
      type: list
      elements: str
      returned: if there is one
    held_back:
      description: True if it was planned, and the run was stopped before anything was written.
      type: bool
      returned: if that is so
    failed:
      description: True if the task could not apply the entry.
      type: bool
      returned: if it failed
    msg:
      description: The error, as a sentence.
      type: str
      returned: if it failed
    error:
      description: The error, for programs.
      type: dict
      returned: if it failed
summary:
  description: Counts of the run.
  returned: when the arguments are accepted
  type: dict
  sample:
    total: 1000
    created: 0
    changed: 50
    deleted: 0
    unchanged: 950
    failed: 0
    not_attempted: 0
    requests: 60
    resources:
      configs:
        total: 1000
        created: 0
        changed: 50
        deleted: 0
        unchanged: 950
        failed: 0
        not_attempted: 0
  contains:
    total:
      description: All objects of the run.
      type: int
      returned: always
    created:
      description: Created objects, in check mode those that would be created.
      type: int
      returned: always
    deleted:
      description: Deleted objects, in check mode those that would be deleted.
      type: int
      returned: always
    changed:
      description: Updated objects, in check mode those that would be updated.
      type: int
      returned: always
    unchanged:
      description: Objects that were as declared.
      type: int
      returned: always
    failed:
      description: Objects that could not be applied, also if a write was sent.
      type: int
      returned: always
    not_attempted:
      description: Objects that were planned and not written, because the run was stopped before.
      type: int
      returned: always
    resources:
      description: The same counts for each list, by its name.
      type: dict
      returned: always
    undeclared:
      description: Count of objects at Kapso that are not declared, by list, as far as known, before O(prune).
      type: dict
      returned: always
    requests:
      description: Requests sent, retries included.
      type: int
      returned: always
undeclared:
  description: Objects at Kapso that are not declared, as far as known, 100 at most, before O(prune).
  returned: when the arguments are accepted
  type: list
  elements: dict
stopped:
  description: The reason why the run was stopped before any write, and the next step.
  returned: if O(max_changes), O(max_deletions), O(plan_in) or O(on_error) stopped the run
  type: str
truncated:
  description: True if RV(results) or RV(diff) leaves something out.
  returned: if that is so
  type: bool
results_file:
  description:
    - File on the controller with all entries. Ansible removes it at its end, unless O(results_path) names it.
  returned: when the arguments are accepted, but not under C(no_log)
  type: str
diff:
  description:
    - One entry for each object that changed, with its declared fields before and after, secrets masked. Each
      side is a text of JSON, or an empty text for nothing.
  returned: when diff mode is on
  type: list
  elements: dict
warnings:
  description: Warnings, each once, with the number of objects that it is about.
  returned: if there is one
  type: list
  elements: str
msg:
  description: The error, the number of changed objects, and the next step, in one sentence.
  returned: on failure
  type: str
error:
  description:
    - The error that stopped the run, or the first error of an object. The form is that of
      M(kapso.whatsapp.kapso_whatsapp_config).
  returned: on failure
  type: dict
"""

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.entry_point import run_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.project import project_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project


def main() -> None:
    """Run the module."""
    run_module(project_module("kapso_project", of_a_project()))


if __name__ == "__main__":
    main()
