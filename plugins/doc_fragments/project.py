# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a project. Written by `make generate`: change the tables, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  customers:
    description:
    - The customers. None may occur twice, be it by its id, by its key, or by one and the
      other.
    - May be JSON, and so may each entry, its O(customers[].fields), and O(defaults).
    - An empty list declares that there is nothing to do here; one that is left out declares
      nothing.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the customer is made what O(customers[].fields) says, and created
          if it is not there.
        - With V(absent), it is deleted, unless it has numbers; see O(customers[].force).
          If there is none, nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      customer_id:
        description:
        - Id of the customer at Kapso. Required, unless O(customers[].external_customer_id)
          is given. Both must name one customer.
        type: str
      external_customer_id:
        description:
        - Your own id of the customer, exactly as at Kapso. More than one with it is an error
          that names their ids.
        - A customer with this id is created if there is none. O(customers[].fields.name)
          is needed for that.
        - To change it, give O(customers[].customer_id) and O(customers[].fields.external_customer_id).
        type: str
      fields:
        description:
        - The fields to manage. A field that is left out, or null, is not managed. An empty
          text is refused; V(default(omit\)) leaves out a variable that is not set.
        - May be JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          name:
            description:
            - The name of the customer. Several may have the same.
            type: str
          external_customer_id:
            description:
            - Your own id of the customer, which no other customer of the project has.
            type: str
      clear:
        description:
        - The names of fields to set to null. A name may not have a value in O(customers[].fields)
          as well.
        type: list
        elements: str
        choices:
        - external_customer_id
      force:
        description:
        - With O(customers[].state=absent), delete the customer even if it has numbers. The
          plan names them. Kapso's legacy documentation says that a deletion takes all data
          of the customer along. That of the platform API does not say so.
        type: bool
        default: false
  phone_numbers:
    description:
    - The WhatsApp phone numbers. None may occur twice, be it by its id, by its key, or by
      one and the other.
    - May be JSON, and so may each entry, its O(phone_numbers[].fields), and O(defaults).
    - An empty list declares that there is nothing to do here; one that is left out declares
      nothing.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the number is made what O(phone_numbers[].fields) says. If it is
          not connected, it is connected under the customer that O(phone_numbers[].customer_id)
          or O(phone_numbers[].external_customer_id) names. O(phone_numbers[].fields) has
          to hold what the API requires of a new one then.
        - With V(absent), it is disconnected. A new connection needs its access token again.
          One that is not connected stays so.
        type: str
        default: present
        choices:
        - present
        - absent
      phone_number_id:
        description:
        - Id of the phone number at Meta, digits in quotes, or as Kapso lists the sandbox
          number. Not the phone number itself.
        type: str
      customer_id:
        description:
        - Id of the customer that the number is connected under if it is not connected yet.
          A number of another customer is an error, since nothing moves a number.
        type: str
      external_customer_id:
        description:
        - Your own id of that customer, in place of O(phone_numbers[].customer_id).
        type: str
      fields:
        description:
        - The fields to manage. A field that is left out, or null, is not managed. An empty
          text is refused; V(default(omit\)) leaves out a variable that is not set.
        - May be JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          name:
            description:
            - The label of the number.
            type: str
          business_account_id:
            description:
            - Id of the WhatsApp business account at Meta, digits in quotes.
            type: str
          access_token:
            description:
            - Access token of Meta for this number. Secret, and never returned by the API.
            type: str
          webhook_verify_token:
            description:
            - Token that Meta repeats when it verifies the webhook, your own text. Secret,
              and never returned by the API.
            type: str
          webhook_destination_url:
            description:
            - The URL that Meta's events are delivered to. User, password and query values
              in it are masked in all output. Never returned by the API.
            type: str
          inbound_processing_enabled:
            description:
            - Whether incoming messages are processed.
            type: bool
          calls_enabled:
            description:
            - Whether calls are enabled.
            type: bool
          kind:
            description:
            - Whether the number is a real one or Kapso's sandbox. Set when it is connected.
            type: str
            choices:
            - production
            - sandbox
      clear:
        description:
        - The names of fields to set to null. A name may not have a value in O(phone_numbers[].fields)
          as well.
        type: list
        elements: str
        choices:
        - webhook_verify_token
        - webhook_destination_url
  configs:
    description:
    - The WhatsApp configurations. None may occur twice, be it by its id, by its key, or by
      one and the other.
    - May be JSON, and so may each entry, its O(configs[].fields), and O(defaults).
    - An empty list declares that there is nothing to do here; one that is left out declares
      nothing.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the configuration is made what O(configs[].fields) says, and created
          if O(configs[].customer_id) allows it.
        - With V(absent), it is deleted. If it does not exist, nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      config_id:
        description:
        - Id of the configuration at Kapso. It is required, unless O(configs[].customer_id)
          is given. Case means nothing in a UUID.
        type: str
      customer_id:
        description:
        - Id of a customer, in place of O(configs[].config_id). The configuration meant is
          the customer's with this O(configs[].fields.phone_number_id). More than one is an
          error that names their ids.
        - One that is there is updated with what is declared. If there is none, it is created,
          and O(configs[].fields) has to hold what the API requires of a new one. That is
          O(configs[].fields.name), O(configs[].fields.business_account_id) and O(configs[].fields.access_token),
          or for a sandbox the name. What is missing is named while planning, before any write.
          Old versions of the API require O(configs[].fields.webhook_verify_token) as well.
        type: str
      fields:
        description:
        - The fields to manage, at least one with O(configs[].state=present). A field that
          is left out, or null, is not managed. An empty text is refused; V(default(omit\))
          leaves out a variable that is not set.
        - May be JSON, as from a command line or the filter C(to_json).
        - With O(configs[].state=absent) only O(configs[].fields.phone_number_id) matters,
          and that only beside O(configs[].customer_id).
        type: dict
        suboptions:
          name:
            description:
            - The label of the configuration.
            type: str
          phone_number_id:
            description:
            - Id of the phone number at Meta, digits in quotes, or V(sandbox). Not the phone
              number itself.
            type: str
          business_account_id:
            description:
            - Id of the WhatsApp business account at Meta, digits in quotes, or V(sandbox).
            type: str
          access_token:
            description:
            - Access token of Meta for this number. Secret, and never returned by the API.
            type: str
          webhook_verify_token:
            description:
            - Token that Meta repeats when it verifies the webhook, your own text. Secret,
              and returned by old versions of the API only.
            type: str
          webhook_destination_url:
            description:
            - The http or https URL that events are delivered to. User, password and query
              values in it are masked in all output. Returned by old versions of the API only.
            type: str
          inbound_processing_enabled:
            description:
            - Whether incoming messages are processed.
            type: bool
          calls_enabled:
            description:
            - Whether calls are enabled.
            type: bool
          kind:
            description:
            - Whether the number is a real one or Kapso's sandbox. Set at creation; another
              value than that of an existing configuration is an error.
            type: str
            choices:
            - production
            - sandbox
  webhooks:
    description:
    - The webhooks. None may occur twice, be it by its id, by its key, or by one and the other.
    - May be JSON, and so may each entry, its O(webhooks[].fields), and O(defaults).
    - An empty list declares that there is nothing to do here; one that is left out declares
      nothing.
    type: list
    elements: dict
    suboptions:
      state:
        description:
        - With V(present), the webhook is made what O(webhooks[].fields) says, and created
          if it is not there.
        - With V(absent), it is deleted. If several have the URL, all are. If there is none,
          nothing changes.
        type: str
        default: present
        choices:
        - present
        - absent
      webhook_id:
        description:
        - Id of the webhook at Kapso, in place of O(webhooks[].url). O(webhooks[].url) is
          its new URL then.
        type: str
      phone_number_id:
        description:
        - Id at Meta of the number that the webhook belongs to, digits in quotes.
        type: str
      url:
        description:
        - With O(webhooks[].phone_number_id) or O(webhooks[].scope=project), it says which
          webhook is meant, active or not.
        - Scheme and host in upper or lower case, a default port, and an empty path for C(/)
          do not count.
        type: str
      kind:
        description:
        - V(kapso) for Kapso's own events, V(meta) for what Meta sends. Kapso's default is
          V(kapso). A number has one webhook of kind V(meta), whatever its URL. It is set
          when the webhook is created.
        type: str
        choices:
        - kapso
        - meta
      fields:
        description:
        - The fields to manage. A field that is left out, or null, is not managed. An empty
          text is refused; V(default(omit\)) leaves out a variable that is not set.
        - May be JSON, as from a command line or the filter C(to_json).
        type: dict
        suboptions:
          events:
            description:
            - The names of the events, such as V(whatsapp.message.received). Their order means
              nothing. A webhook of kind meta has none.
            type: list
            elements: str
          secret_key:
            description:
            - The secret that deliveries are signed with, your own text. The API shows it,
              so that it is compared. It is never shown, and cannot be cleared.
            type: str
          active:
            description:
            - Whether events are delivered. Kapso sets it to false when most of them fail.
            type: bool
          headers:
            description:
            - Further HTTP headers of each delivery. The values are secret. An empty dictionary
              removes all.
            type: dict
          payload_version:
            description:
            - The form of what is delivered.
            type: str
            choices:
            - v1
            - v2
          buffer_enabled:
            description:
            - Whether events are collected and delivered together.
            type: bool
          buffer_window_seconds:
            description:
            - How long events are collected, from 1 to 60 seconds. Null for Kapso's default,
              5.
            type: int
          max_buffer_size:
            description:
            - How many events are collected, from 1 to 100. Null for Kapso's default, 50.
            type: int
          buffer_events:
            description:
            - The events that are collected. Kapso knows V(whatsapp.message.received) only.
            type: list
            elements: str
          inactivity_minutes:
            description:
            - After how many minutes without a message C(whatsapp.conversation.inactive) is
              sent. Null for Kapso's default, 60.
            type: int
      clear:
        description:
        - The names of fields to set to null. A name may not have a value in O(webhooks[].fields)
          as well.
        type: list
        elements: str
        choices:
        - buffer_window_seconds
        - max_buffer_size
        - inactivity_minutes
      scope:
        description:
        - V(project) for a webhook of the project, which hears of its numbers and workflows.
          It takes the place of O(webhooks[].phone_number_id).
        type: str
        choices:
        - number
        - project
      match_url:
        description:
        - A regular expression that finds the webhook if none has exactly O(webhooks[].url),
          such as one of an earlier tunnel. It may match anywhere in the URL. O(webhooks[].url)
          is the new URL then.
        type: str
      solo:
        description:
        - Whether to delete all other webhooks of the same scope, URL and kind. An active
          one is kept, then the oldest. Without it, several are an error that names their
          ids.
        type: bool
        default: false
      replace:
        description:
        - Whether to create a new webhook and delete the old one if O(webhooks[].kind) or
          the scope of one found by O(webhooks[].webhook_id) or O(webhooks[].match_url) differs.
          Fields that are not declared are carried over.
        type: bool
        default: false
  defaults:
    description:
    - Fields for all entries of a list, unless their own say otherwise.
    type: dict
    suboptions:
      customers:
        description:
        - Fields for all entries of O(customers), unless their own O(customers[].fields) say
          otherwise.
        type: dict
        suboptions:
          name:
            description:
            - The name of the customer. Several may have the same.
            type: str
          external_customer_id:
            description:
            - Your own id of the customer, which no other customer of the project has.
            type: str
      phone_numbers:
        description:
        - Fields for all entries of O(phone_numbers), unless their own O(phone_numbers[].fields)
          say otherwise.
        type: dict
        suboptions:
          name:
            description:
            - The label of the number.
            type: str
          business_account_id:
            description:
            - Id of the WhatsApp business account at Meta, digits in quotes.
            type: str
          access_token:
            description:
            - Access token of Meta for this number. Secret, and never returned by the API.
            type: str
          webhook_verify_token:
            description:
            - Token that Meta repeats when it verifies the webhook, your own text. Secret,
              and never returned by the API.
            type: str
          webhook_destination_url:
            description:
            - The URL that Meta's events are delivered to. User, password and query values
              in it are masked in all output. Never returned by the API.
            type: str
          inbound_processing_enabled:
            description:
            - Whether incoming messages are processed.
            type: bool
          calls_enabled:
            description:
            - Whether calls are enabled.
            type: bool
          kind:
            description:
            - Whether the number is a real one or Kapso's sandbox. Set when it is connected.
            type: str
            choices:
            - production
            - sandbox
      configs:
        description:
        - Fields for all entries of O(configs), unless their own O(configs[].fields) say otherwise.
        type: dict
        suboptions:
          name:
            description:
            - The label of the configuration.
            type: str
          phone_number_id:
            description:
            - Id of the phone number at Meta, digits in quotes, or V(sandbox). Not the phone
              number itself.
            type: str
          business_account_id:
            description:
            - Id of the WhatsApp business account at Meta, digits in quotes, or V(sandbox).
            type: str
          access_token:
            description:
            - Access token of Meta for this number. Secret, and never returned by the API.
            type: str
          webhook_verify_token:
            description:
            - Token that Meta repeats when it verifies the webhook, your own text. Secret,
              and returned by old versions of the API only.
            type: str
          webhook_destination_url:
            description:
            - The http or https URL that events are delivered to. User, password and query
              values in it are masked in all output. Returned by old versions of the API only.
            type: str
          inbound_processing_enabled:
            description:
            - Whether incoming messages are processed.
            type: bool
          calls_enabled:
            description:
            - Whether calls are enabled.
            type: bool
          kind:
            description:
            - Whether the number is a real one or Kapso's sandbox. Set at creation; another
              value than that of an existing configuration is an error.
            type: str
            choices:
            - production
            - sandbox
      webhooks:
        description:
        - Fields for all entries of O(webhooks), unless their own O(webhooks[].fields) say
          otherwise.
        type: dict
        suboptions:
          events:
            description:
            - The names of the events, such as V(whatsapp.message.received). Their order means
              nothing. A webhook of kind meta has none.
            type: list
            elements: str
          secret_key:
            description:
            - The secret that deliveries are signed with, your own text. The API shows it,
              so that it is compared. It is never shown, and cannot be cleared.
            type: str
          active:
            description:
            - Whether events are delivered. Kapso sets it to false when most of them fail.
            type: bool
          headers:
            description:
            - Further HTTP headers of each delivery. The values are secret. An empty dictionary
              removes all.
            type: dict
          payload_version:
            description:
            - The form of what is delivered.
            type: str
            choices:
            - v1
            - v2
          buffer_enabled:
            description:
            - Whether events are collected and delivered together.
            type: bool
          buffer_window_seconds:
            description:
            - How long events are collected, from 1 to 60 seconds. Null for Kapso's default,
              5.
            type: int
          max_buffer_size:
            description:
            - How many events are collected, from 1 to 100. Null for Kapso's default, 50.
            type: int
          buffer_events:
            description:
            - The events that are collected. Kapso knows V(whatsapp.message.received) only.
            type: list
            elements: str
          inactivity_minutes:
            description:
            - After how many minutes without a message C(whatsapp.conversation.inactive) is
              sent. Null for Kapso's default, 60.
            type: int
"""
