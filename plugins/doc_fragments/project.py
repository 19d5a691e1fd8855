# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a project. Written by `make generate`: change the tables, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  customers:
    description:
    - The customers to manage. Two entries must not name the same object, by its ID or by
      its key.
    - You can give JSON, also for an entry, its O(customers[].fields), and O(defaults).
    - An empty list manages no object. If all lists are left out, the task fails.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the customer is updated to match O(customers[].fields), and created
          if it does not exist.
        - With V(absent), it is deleted, unless it has numbers; see O(customers[].force).
          If it does not exist, nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      customer_id:
        description:
        - ID of the customer at Kapso. Required, unless you give O(customers[].external_customer_id).
          If you give both, they must name one customer.
        type: str
      external_customer_id:
        description:
        - Your own ID of the customer, exactly as at Kapso. If several customers have it,
          the task fails and lists them.
        - If no customer has this ID, the task creates one. Then O(customers[].fields.name)
          is required.
        - To change it, give O(customers[].customer_id) and O(customers[].fields.external_customer_id).
        type: str
      fields:
        description:
        - Fields to manage. Fields that you leave out, or set to null, are not changed. An
          empty text is refused; V(default(omit\)) leaves out a variable that is not set.
        - You can give JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          name:
            description:
            - Name of the customer. Several customers can have the same name.
            type: str
          external_customer_id:
            description:
            - Your own ID of the customer. No other customer of the project may have it.
            type: str
      clear:
        description:
        - Names of fields to set to null. A field may not have a value in O(customers[].fields)
          as well.
        type: list
        elements: str
        choices:
        - external_customer_id
      force:
        description:
        - If V(true), O(customers[].state=absent) deletes the customer even if it has numbers.
          The plan names them. Kapso's legacy documentation says that this deletes all data
          of the customer. That of the platform API does not say so.
        type: bool
        default: false
  phone_numbers:
    description:
    - The WhatsApp phone numbers to manage. Two entries must not name the same object, by
      its ID or by its key.
    - You can give JSON, also for an entry, its O(phone_numbers[].fields), and O(defaults).
    - An empty list manages no object. If all lists are left out, the task fails.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the number is updated to match O(phone_numbers[].fields). If it
          is not connected, it is connected under the customer in O(phone_numbers[].customer_id)
          or O(phone_numbers[].external_customer_id). Then O(phone_numbers[].fields.name),
          O(phone_numbers[].fields.business_account_id) and O(phone_numbers[].fields.access_token)
          are required.
        - With V(absent), it is disconnected. To connect it again, you need its access token
          again. If it is not connected, nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      phone_number_id:
        description:
        - Meta's ID of the phone number, digits in quotes, or the ID that Kapso lists for
          the sandbox number. Not the phone number itself.
        type: str
      customer_id:
        description:
        - ID of the customer. If the number is not connected yet, the task connects it under
          this customer. If it belongs to another customer, the task fails, because Kapso
          cannot move a number.
        type: str
      external_customer_id:
        description:
        - Your own ID of the customer, instead of O(phone_numbers[].customer_id).
        type: str
      fields:
        description:
        - Fields to manage. Fields that you leave out, or set to null, are not changed. An
          empty text is refused; V(default(omit\)) leaves out a variable that is not set.
        - You can give JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          name:
            description:
            - Label of the phone number.
            type: str
          business_account_id:
            description:
            - Meta's ID of the WhatsApp business account, digits in quotes.
            type: str
          access_token:
            description:
            - Meta's access token for this phone number. Secret. The API never returns it.
            type: str
          webhook_verify_token:
            description:
            - Your own text, which Meta repeats when it verifies the webhook. Secret. The
              API never returns it.
            type: str
          webhook_destination_url:
            description:
            - URL for Meta's events. All output masks its user, password and query values.
              The API never returns it.
            type: str
          inbound_processing_enabled:
            description:
            - If V(true), Kapso processes incoming messages.
            type: bool
          calls_enabled:
            description:
            - If V(true), calls are enabled.
            type: bool
          kind:
            description:
            - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot
              be changed after the number is connected.
            type: str
            choices:
            - production
            - sandbox
      clear:
        description:
        - Names of fields to set to null. A field may not have a value in O(phone_numbers[].fields)
          as well.
        type: list
        elements: str
        choices:
        - webhook_verify_token
        - webhook_destination_url
  configs:
    description:
    - The WhatsApp configurations to manage. Two entries must not name the same object, by
      its ID or by its key.
    - You can give JSON, also for an entry, its O(configs[].fields), and O(defaults).
    - An empty list manages no object. If all lists are left out, the task fails.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the configuration is updated to match O(configs[].fields). With
          O(configs[].customer_id) a missing one is created.
        - With V(absent), it is deleted. If it does not exist, nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      config_id:
        description:
        - ID of the configuration at Kapso. Required, unless you give O(configs[].customer_id).
          Upper and lower case of a UUID are the same.
        type: str
      customer_id:
        description:
        - ID of a customer, instead of O(configs[].config_id). The task looks for this customer's
          configuration with O(configs[].fields.phone_number_id). If there are several, the
          task fails and lists their IDs.
        - If there is none, the task creates it. Then O(configs[].fields) must also hold O(configs[].fields.name),
          O(configs[].fields.business_account_id) and O(configs[].fields.access_token); for
          a sandbox, the name is enough. Old versions of the API require O(configs[].fields.webhook_verify_token),
          too. If one is missing, the task names it before any write.
        type: str
      fields:
        description:
        - Fields to manage, at least one with O(configs[].state=present). Fields that you
          leave out, or set to null, are not changed. An empty text is refused; V(default(omit\))
          leaves out a variable that is not set.
        - You can give JSON, as from a command line or the filter C(to_json).
        - With O(configs[].state=absent), only O(configs[].fields.phone_number_id) beside
          O(configs[].customer_id) has an effect.
        type: dict
        suboptions:
          name:
            description:
            - Label of the configuration.
            type: str
          phone_number_id:
            description:
            - Meta's ID of the phone number, digits in quotes, or V(sandbox). Not the phone
              number itself.
            type: str
          business_account_id:
            description:
            - Meta's ID of the WhatsApp business account, digits in quotes, or V(sandbox).
            type: str
          access_token:
            description:
            - Meta's access token for this phone number. Secret. The API never returns it.
            type: str
          webhook_verify_token:
            description:
            - Your own text, which Meta repeats when it verifies the webhook. Secret. Only
              old versions of the API return it.
            type: str
          webhook_destination_url:
            description:
            - HTTP or HTTPS URL for the events. All output masks its user, password and query
              values. Only old versions of the API return it.
            type: str
          inbound_processing_enabled:
            description:
            - If V(true), Kapso processes incoming messages.
            type: bool
          calls_enabled:
            description:
            - If V(true), calls are enabled.
            type: bool
          kind:
            description:
            - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot
              be changed after creation.
            type: str
            choices:
            - production
            - sandbox
  webhooks:
    description:
    - The webhooks to manage. Two entries must not name the same object, by its ID or by its
      key.
    - You can give JSON, also for an entry, its O(webhooks[].fields), and O(defaults).
    - An empty list manages no object. If all lists are left out, the task fails.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the webhook is updated to match O(webhooks[].fields), and created
          if it does not exist.
        - With V(absent), every webhook with this URL is deleted. If there is none, nothing
          changes.
        type: str
        default: present
        choices:
        - present
        - absent
      webhook_id:
        description:
        - ID of the webhook at Kapso. With it, O(webhooks[].url) is the new URL of the webhook.
        type: str
      phone_number_id:
        description:
        - Meta's ID of the phone number of this webhook, digits in quotes.
        type: str
      url:
        description:
        - URL for the events. With O(webhooks[].phone_number_id) or O(webhooks[].scope=project),
          it finds the webhook, active or not.
        - Upper and lower case of scheme and host, a default port, and an empty path for C(/)
          are the same.
        type: str
      kind:
        description:
        - V(kapso) for Kapso's own events, V(meta) for Meta's events. Kapso's default is V(kapso).
          A phone number has one webhook of kind V(meta), with any URL. It cannot be changed
          after creation; see O(webhooks[].replace).
        type: str
        choices:
        - kapso
        - meta
      fields:
        description:
        - Fields to manage. Fields that you leave out, or set to null, are not changed. An
          empty text is refused; V(default(omit\)) leaves out a variable that is not set.
        - You can give JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          events:
            description:
            - Names of the events, such as V(whatsapp.message.received), in any order. None
              for kind V(meta).
            type: list
            elements: str
          secret_key:
            description:
            - Your own text, the secret that signs the deliveries. The API returns it, so
              the task compares it. All output masks it. It cannot be cleared.
            type: str
          active:
            description:
            - If V(true), events are delivered. Kapso sets it to V(false) if most deliveries
              fail.
            type: bool
          headers:
            description:
            - More HTTP headers of each delivery. The values are secret. An empty dictionary
              removes all.
            type: dict
          payload_version:
            description:
            - Format of the deliveries.
            type: str
            choices:
            - v1
            - v2
          buffer_enabled:
            description:
            - If V(true), events are collected and delivered together.
            type: bool
          buffer_window_seconds:
            description:
            - Time to collect events, from 1 to 60 seconds. Kapso's default is 5; C(clear)
              restores it.
            type: int
          max_buffer_size:
            description:
            - Number of events to collect, from 1 to 100. Kapso's default is 50; C(clear)
              restores it.
            type: int
          buffer_events:
            description:
            - Events to collect. Kapso accepts V(whatsapp.message.received) only.
            type: list
            elements: str
          inactivity_minutes:
            description:
            - Minutes without a message before C(whatsapp.conversation.inactive), by default
              60.
            type: int
      clear:
        description:
        - Names of fields to set to null. A field may not have a value in O(webhooks[].fields)
          as well.
        type: list
        elements: str
        choices:
        - buffer_window_seconds
        - max_buffer_size
        - inactivity_minutes
      scope:
        description:
        - V(project) for a webhook of the project, which receives events of its numbers and
          workflows. Give it instead of O(webhooks[].phone_number_id).
        type: str
        choices:
        - number
        - project
      match_url:
        description:
        - Regular expression to find the webhook if none has exactly O(webhooks[].url), for
          example after a tunnel got a new host. It can match anywhere in the URL. The webhook
          then gets O(webhooks[].url).
        type: str
      solo:
        description:
        - If V(true), keep one webhook of this scope, URL and kind, and delete the others.
          The task keeps an active one, then the oldest. If V(false), the task fails and lists
          them.
        type: bool
        default: false
      replace:
        description:
        - If V(true), create a new webhook and delete the old one if O(webhooks[].kind) or
          the scope differs. This applies to a webhook that O(webhooks[].webhook_id) or O(webhooks[].match_url)
          finds. Fields that you do not declare are copied. With O(webhooks[].webhook_id),
          you must also name the new one by its scope, O(webhooks[].url) and O(webhooks[].kind),
          so that the next run finds it.
        type: bool
        default: false
  defaults:
    description:
    - Fields for all entries of a list. The fields of an entry override them.
    type: dict
    suboptions:
      customers:
        description:
        - Fields for all entries of O(customers). Their own O(customers[].fields) override
          them.
        type: dict
        suboptions:
          name:
            description:
            - Name of the customer. Several customers can have the same name.
            type: str
          external_customer_id:
            description:
            - Your own ID of the customer. No other customer of the project may have it.
            type: str
      phone_numbers:
        description:
        - Fields for all entries of O(phone_numbers). Their own O(phone_numbers[].fields)
          override them.
        type: dict
        suboptions:
          name:
            description:
            - Label of the phone number.
            type: str
          business_account_id:
            description:
            - Meta's ID of the WhatsApp business account, digits in quotes.
            type: str
          access_token:
            description:
            - Meta's access token for this phone number. Secret. The API never returns it.
            type: str
          webhook_verify_token:
            description:
            - Your own text, which Meta repeats when it verifies the webhook. Secret. The
              API never returns it.
            type: str
          webhook_destination_url:
            description:
            - URL for Meta's events. All output masks its user, password and query values.
              The API never returns it.
            type: str
          inbound_processing_enabled:
            description:
            - If V(true), Kapso processes incoming messages.
            type: bool
          calls_enabled:
            description:
            - If V(true), calls are enabled.
            type: bool
          kind:
            description:
            - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot
              be changed after the number is connected.
            type: str
            choices:
            - production
            - sandbox
      configs:
        description:
        - Fields for all entries of O(configs). Their own O(configs[].fields) override them.
        type: dict
        suboptions:
          name:
            description:
            - Label of the configuration.
            type: str
          phone_number_id:
            description:
            - Meta's ID of the phone number, digits in quotes, or V(sandbox). Not the phone
              number itself.
            type: str
          business_account_id:
            description:
            - Meta's ID of the WhatsApp business account, digits in quotes, or V(sandbox).
            type: str
          access_token:
            description:
            - Meta's access token for this phone number. Secret. The API never returns it.
            type: str
          webhook_verify_token:
            description:
            - Your own text, which Meta repeats when it verifies the webhook. Secret. Only
              old versions of the API return it.
            type: str
          webhook_destination_url:
            description:
            - HTTP or HTTPS URL for the events. All output masks its user, password and query
              values. Only old versions of the API return it.
            type: str
          inbound_processing_enabled:
            description:
            - If V(true), Kapso processes incoming messages.
            type: bool
          calls_enabled:
            description:
            - If V(true), calls are enabled.
            type: bool
          kind:
            description:
            - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot
              be changed after creation.
            type: str
            choices:
            - production
            - sandbox
      webhooks:
        description:
        - Fields for all entries of O(webhooks). Their own O(webhooks[].fields) override them.
        type: dict
        suboptions:
          events:
            description:
            - Names of the events, such as V(whatsapp.message.received), in any order. None
              for kind V(meta).
            type: list
            elements: str
          secret_key:
            description:
            - Your own text, the secret that signs the deliveries. The API returns it, so
              the task compares it. All output masks it. It cannot be cleared.
            type: str
          active:
            description:
            - If V(true), events are delivered. Kapso sets it to V(false) if most deliveries
              fail.
            type: bool
          headers:
            description:
            - More HTTP headers of each delivery. The values are secret. An empty dictionary
              removes all.
            type: dict
          payload_version:
            description:
            - Format of the deliveries.
            type: str
            choices:
            - v1
            - v2
          buffer_enabled:
            description:
            - If V(true), events are collected and delivered together.
            type: bool
          buffer_window_seconds:
            description:
            - Time to collect events, from 1 to 60 seconds. Kapso's default is 5; C(clear)
              restores it.
            type: int
          max_buffer_size:
            description:
            - Number of events to collect, from 1 to 100. Kapso's default is 50; C(clear)
              restores it.
            type: int
          buffer_events:
            description:
            - Events to collect. Kapso accepts V(whatsapp.message.received) only.
            type: list
            elements: str
          inactivity_minutes:
            description:
            - Minutes without a message before C(whatsapp.conversation.inactive), by default
              60.
            type: int
"""
