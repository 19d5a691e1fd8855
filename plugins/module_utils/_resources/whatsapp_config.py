# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of WhatsApp configurations. A configuration is the legacy API's object for a connected phone number.

Source of the fields and their visibility: docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/update-whatsapp-config and
docs.kapso.ai/api-reference/whatsapp-configs/get-whatsapp-config-details. The oldest API version returns the two webhook
fields, and the newest leaves them out. No version returns the access token. One version says that a write to a
production object must repeat the required fields; the others contradict it.
"""

from __future__ import annotations

from .model import Field, Filter, Parent, Resource

SANDBOX = ("kind", "sandbox")
RETURNED_BY_OLD = "on old versions of the API"
RETURNED_BY_SOME = "if this version of the API has it"

WHATSAPP_CONFIG = Resource(
    name="whatsapp_config",
    title="WhatsApp configuration",
    noun="configuration",
    plural="configs",
    api="legacy",
    envelope="whatsapp_config",
    id_option="config_id",
    path="/whatsapp_configs",
    key=("phone_number_id",),
    key_phrase="of number {phone_number_id}",
    parent=Parent("customer", "customer_id", "customer_id", "/customers/{parent}/whatsapp_configs", "/customers"),
    may_lack_list=True,
    page="lifecycle",
    known_by=("display_phone_number",),
    documentation="https://docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/update-whatsapp-config",
    notes={
        "state": (
            (
                "With V(present), the configuration is updated to match O(fields). With O(customer_id) a missing "
                "one is created."
            ),
            "With V(absent), it is deleted. If it does not exist, nothing changes.",
        ),
        "config_id": "ID of the configuration at Kapso. Required, unless you give O(customer_id). Upper and lower "
        "case of a UUID are the same.",
        "customer_id": (
            (
                "ID of a customer, instead of O(config_id). The task looks for this customer's configuration with "
                "O(fields.phone_number_id). If there are several, the task fails and lists their IDs."
            ),
            (
                "If there is none, the task creates it. Then O(fields) must also hold O(fields.name), "
                "O(fields.business_account_id) and O(fields.access_token); for a sandbox, the name is enough. Old "
                "versions of the API require O(fields.webhook_verify_token), too. If one is missing, the task names it "
                "before any write."
            ),
        ),
        "fields": (
            (
                "Fields to manage, at least one with O(state=present). Fields that you leave out, or set to null, are "
                "not changed. An empty text is refused; V(default(omit\\)) leaves out a variable that is not set."
            ),
            "You can give JSON, as from a command line or the filter C(to_json).",
            "With O(state=absent), only O(fields.phone_number_id) beside O(customer_id) has an effect.",
        ),
    },
    # Kapso ignores a filter by phone number, and the oldest API version ignores all filters:
    # docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/list-whatsapp-configs
    filters=(
        Filter(
            "business_account_id",
            "business_account_id",
            "meta_id",
            "business_account_id",
            description="Return only those of this WhatsApp business account. Give Meta's ID in quotes, or V(sandbox).",
        ),
        Filter(
            "name_contains",
            "name",
            query="q[name_cont]",
            match="part",
            description="Return only those whose name contains this text, in upper or lower case.",
        ),
        Filter(
            "phone_number_id",
            "phone_number_id",
            "meta_id",
            description="Return only those of this phone number. Give Meta's ID in quotes, or V(sandbox). The API "
            "has no such filter, so the task reads the others, too.",
        ),
    ),
    fields=(
        Field("name", required="create", description="Label of the configuration."),
        Field(
            "phone_number_id",
            format="meta_id",
            required="write",
            unless=SANDBOX,
            description="Meta's ID of the phone number, digits in quotes, or V(sandbox). Not the phone number itself.",
        ),
        Field(
            "business_account_id",
            format="meta_id",
            required="write",
            unless=SANDBOX,
            description="Meta's ID of the WhatsApp business account, digits in quotes, or V(sandbox).",
        ),
        Field(
            "access_token",
            format="token",
            secret=True,
            readback="sometimes",
            required="write",
            unless=SANDBOX,
            description="Meta's access token for this phone number. Secret. The API never returns it.",
            returned="",
        ),
        Field(
            "webhook_verify_token",
            format="passphrase",
            secret=True,
            readback="sometimes",
            description="Your own text, which Meta repeats when it verifies the webhook. Secret. Only old versions "
            "of the API return it.",
            returned=RETURNED_BY_OLD,
        ),
        Field(
            "webhook_destination_url",
            format="url",
            readback="sometimes",
            description="HTTP or HTTPS URL for the events. All output masks its user, password and query values. "
            "Only old versions of the API return it.",
            returned=RETURNED_BY_OLD,
        ),
        Field(
            "inbound_processing_enabled",
            type="bool",
            description="If V(true), Kapso processes incoming messages.",
            returned=RETURNED_BY_SOME,
        ),
        Field("calls_enabled", type="bool", description="If V(true), calls are enabled.", returned=RETURNED_BY_SOME),
        Field(
            "kind",
            access="create",
            choices=("production", "sandbox"),
            description="V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot be "
            "changed after creation.",
            returned=RETURNED_BY_SOME,
        ),
        Field("id", access="ro", description="ID of the configuration."),
        Field(
            "customer_id",
            access="ro",
            description="ID of the customer of this configuration.",
            returned="if there is one",
        ),
        Field("display_name", access="ro", description="Name and phone number, as Kapso shows them."),
        Field(
            "display_phone_number", access="ro", description="The phone number, formatted.", returned=RETURNED_BY_SOME
        ),
        Field(
            "display_phone_number_normalized",
            access="ro",
            description="The digits of the phone number.",
            returned=RETURNED_BY_SOME,
        ),
        Field(
            "is_coexistence",
            type="bool",
            access="ro",
            description="True if the WhatsApp Business app uses the phone number, too.",
            returned=RETURNED_BY_SOME,
        ),
        Field(
            "webhook_verified_at",
            access="ro",
            description="Time when Meta verified the webhook, or null.",
            returned=RETURNED_BY_SOME,
        ),
        Field("created_at", access="ro", description="Time of creation."),
        Field("updated_at", access="ro", description="Time of the last modification."),
    ),
)
