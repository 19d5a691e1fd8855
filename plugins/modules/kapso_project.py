#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: all objects of a project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_project
short_description: Make the customers, numbers, webhooks and configurations of a project what the playbook says
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Takes lists of customers, phone numbers, configurations and webhooks, each entry as the module of a single one takes
    it, and makes all of them what they say, with as few requests as that takes. Lists are read by the page, a hundred
    objects a request, where that is fewer requests than reading them singly.
  - Everything is planned before anything is written. Then it is written several at a time, under one rate limit, in the
    order of dependence, that is customers, numbers, configurations, webhooks. Deletions come last, in reverse.
  - An entry may refer to an object that the same run creates, such as a number to a new customer by
    O(phone_numbers[].external_customer_id). In the plan its id reads C((known after apply\)). If that object cannot be
    created, what depends on it is not attempted and says why.
  - An unknown id or a bad value shows before the first write.
  - In check mode nothing is written, and the result is that of the run that would follow.
  - A run that was interrupted goes on from where it was when it is started again.
notes:
  - Shipped to a target, with O(run_in_process=never) or to another host, receipts reach the controller at the end of
    the task, and a run that is killed loses them. What it had sent is then sent once more.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts
  - kapso.whatsapp.project
options:
  only:
    description:
      - Objects to deal with in this run, by their id, their key or their name, or by shell patterns such as
        V(clinic-*). The others are left alone, as if they were not in the lists. What belongs to a chosen object is not
        chosen with it. Undeclared objects are not counted then.
      - Ids, keys and names in the lists are looked at first. If none matches, the names at Kapso are read. A text that
        matches none of them is an error.
      - A text is split at its commas. An empty text or list is refused, since it would mean all;
        V(default(omit\)) leaves the option out.
    type: list
    elements: str
  undeclared:
    description:
      - Which objects at Kapso count as not declared, V(project) for all that the lists do not name, V(customers) for
        those alone that belong to customers whom the lists name. Webhooks of the project and numbers without a customer
        do not count then.
      - If it is given, the lists at Kapso are read whole. If not, what is not declared in the whole project is counted
        as far as the lists were read whole anyway.
    type: str
    choices: [project, customers]
  prune:
    description:
      - The lists of which everything is deleted that counts as not declared. Numbers and configurations are never
        pruned, since a new connection needs their token again; declare them with O(phone_numbers[].state=absent).
      - What an object belongs to that is declared is never pruned. O(max_deletions) has to allow what is deleted.
      - Refused together with O(only), and for a list that is missing or empty.
    type: list
    elements: str
    choices: [customers, webhooks]
  concurrency:
    description:
      - How many requests may be under way at a time.
    type: int
    default: 4
  max_changes:
    description:
      - The most objects that the run may create, change and delete, as a number such as V(20) or a percentage
        such as V(5%).
        If more would change, nothing is written and the task fails. An empty text is refused.
    type: str
  max_deletions:
    description:
      - The most objects that the run may delete, as a number or a percentage. If more would be deleted, nothing is
        written and the task fails, and shows what it planned.
      - Without it, O(prune) deletes nothing. The first run says how many it would delete.
    type: str
  on_error:
    description:
      - With V(stop_before_writing), nothing is written if one object could not be read or planned. Once writing has
        begun, everything that can be done is done, and the task fails at the end if something could not be.
      - With V(stop), nothing more is written after a write has failed, either.
      - With V(continue), everything that can be done is done, also if some objects could not be planned.
      - In check mode everything is still planned and shown, whatever the setting, and the task fails at the end.
      - An error that would meet every further request, such as an API key that is refused, stops the run in any case.
    type: str
    default: stop_before_writing
    choices: [stop_before_writing, continue, stop]
  plan_out:
    description:
      - A file on the controller to write the plan of a dry run to, for O(plan_in) of the run that follows. Only in
        check mode, only where nothing failed, and never over a file that is there. A relative path begins in the
        directory that Ansible was started in.
      - It holds ids, fields, reasons, masked values and keyed digests, never a secret, and is sealed with the key of
        the receipts.
    type: path
  plan_in:
    description:
      - A plan that an earlier dry run wrote to O(plan_out). Nothing is sent unless what would be sent now is exactly
        what it says. Otherwise the task fails before the first write and names what differs. In check mode it only
        compares. A regular file of at most 64 MiB.
    type: path
  return_unchanged:
    description:
      - Return an entry for each object that has not changed, too.
    type: bool
    default: false
  return_data:
    description:
      - Return with each entry the object as the API returned it after the run, in check mode the prediction.
    type: bool
    default: false
  results_path:
    description:
      - A file on the controller to keep all entries in, as JSON, secrets masked. The task itself returns no more than
        platforms take. A file that is there is replaced. Refused under C(no_log).
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
    description: Reports at the end of a run what changes, and why.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: A customer, its number, and where the events of that are delivered
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

- name: Point configurations of the legacy API at one webhook, each with its own name and token
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

- name: Deal with one of them in this run, as if the other were not there
  kapso.whatsapp.kapso_project:
    only: [5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22]
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
        fields:
          name: Front desk
      - config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
        fields:
          name: Sales

- name: Look how many would change, in the midst of a play that changes other things
  kapso.whatsapp.kapso_project:
    configs:
      - config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
        fields:
          name: Reception
  check_mode: true
  register: planned

- name: Say how many
  ansible.builtin.debug:
    msg: "{{ planned.summary.changed }} of {{ planned.summary.total }} would change"

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
    - Whether a write took effect or may have for any object, or in check mode would be sent.
  returned: always
  type: bool
results:
  description:
    - An entry for each object that changed or failed, list by list in the order of dependence and in a list as given.
      Unchanged ones are in RV(summary) alone, unless O(return_unchanged=true).
    - If the task fails, those that failed, 20 at most and without detail. Those that failed themselves come first, then
      those that were not attempted.
    - More than 150,000 characters lose detail first and are then cut. RV(results_file) has all.
  returned: when the arguments are accepted
  type: list
  elements: dict
  contains:
    resource:
      description: The kind of object, such as V(whatsapp_phone_number).
      type: str
      returned: always
    id:
      description: Its id. Null for one that is not there.
      type: str
      returned: always
    customer_id:
      description: Of a customer, the same as C(id). Of another object, the customer that it was addressed by.
      type: str
      returned: where it is known
    phone_number_id:
      description: Of a number, the same as C(id). Of a webhook, the number that it was addressed by.
      type: str
      returned: where it is known
    config_id:
      description: Of a configuration, the same as C(id).
      type: str
      returned: for a configuration
    webhook_id:
      description: Of a webhook, the same as C(id).
      type: str
      returned: for a webhook
    key:
      description: What identifies it beside its id, null if that is not known.
      type: str
      returned: always
    parent:
      description: Id of the object that it belongs to, null if there is none or it is not known.
      type: str
      returned: always
    name:
      description: Its name, null if it has none or it is not known.
      type: str
      returned: if it changed or failed
    parent_name:
      description: Name of the object that it belongs to, null if there is none or it is not known.
      type: str
      returned: if it changed or failed
    steps:
      description: The writes that were sent, or in check mode would be sent, in order.
      type: list
      elements: dict
      returned: if it changed or failed
    changed:
      description: Whether a write was sent, or in check mode would be sent.
      type: bool
      returned: always
    changes:
      description:
        - What was sent and why, or in check mode would be sent, as the module of a single one says it.
        - The reason of what O(prune) deletes is V(not_declared).
      type: list
      elements: dict
      returned: always
    data:
      description: The object as the API returned it after the run, in check mode the prediction.
      type: dict
      returned: if O(return_data=true)
    warnings:
      description: What a person should know of it.
      type: list
      elements: str
      returned: where there is something to say
    held_back:
      description: That it was planned, and that the run was stopped before anything was written.
      type: bool
      returned: where that is so
    failed:
      description: That it could not be brought to what is declared.
      type: bool
      returned: where it failed
    msg:
      description: Why, in a sentence.
      type: str
      returned: where it failed
    error:
      description: Why, for programs.
      type: dict
      returned: where it failed
summary:
  description: The run in numbers.
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
      description: Objects that were dealt with.
      type: int
      returned: always
    created:
      description: Those that were created, or in check mode would be.
      type: int
      returned: always
    deleted:
      description: Those that were deleted, or in check mode would be.
      type: int
      returned: always
    changed:
      description: Those that were there before and were changed, or in check mode would be.
      type: int
      returned: always
    unchanged:
      description: Those that were as declared.
      type: int
      returned: always
    failed:
      description: Those that could not be brought to what is declared, whether or not something was sent.
      type: int
      returned: always
    not_attempted:
      description: Those that were planned and left alone, because the run was stopped before anything was written.
      type: int
      returned: always
    resources:
      description: The same counts for each list, by its name.
      type: dict
      returned: always
    undeclared:
      description: How many objects are at Kapso and not declared, by list, as far as that is known. Before O(prune).
      type: dict
      returned: always
    requests:
      description: Requests sent, retries included.
      type: int
      returned: always
undeclared:
  description: Objects that are at Kapso and not declared, as far as that is known, 100 at most. Before O(prune).
  returned: when the arguments are accepted
  type: list
  elements: dict
stopped:
  description: Why the run was stopped, with everything planned and nothing written, and what to do.
  returned: where O(max_changes), O(max_deletions), O(plan_in) or O(on_error) stopped it
  type: str
truncated:
  description: That RV(results) or RV(diff) does not hold all that there is to say.
  returned: where that is so
  type: bool
results_file:
  description:
    - A file on the controller with all entries. Ansible removes it when it ends, unless O(results_path) names it.
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
  description: What a person should know, each said once, with how many objects it concerns.
  returned: where there is something to say
  type: list
  elements: str
msg:
  description: What went wrong, how many were changed, and what to do, in one sentence.
  returned: on failure
  type: str
error:
  description:
    - What stopped the run, or the first of the errors that did not stop it, as in
      M(kapso.whatsapp.kapso_whatsapp_config).
  returned: on failure
  type: dict
"""

from ..module_utils._module.entry_point import run_module
from ..module_utils._module.project import project_module
from ..module_utils._resources import of_a_project


def main() -> None:
    """Be the module."""
    run_module(project_module("kapso_project", of_a_project()))


if __name__ == "__main__":
    main()
