# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of WhatsApp configurations, the legacy API's name for a phone number and how it is connected.

Fields and their visibility: docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/update-whatsapp-config and
docs.kapso.ai/api-reference/whatsapp-configs/get-whatsapp-config-details. The oldest version returns the two webhook
fields, the newest leaves them out; none returns the access token. One version says that a write to a production object
must repeat the required fields; the others contradict it.
"""

from __future__ import annotations

from .model import Field, Filter, Parent, Resource

SANDBOX = ("kind", "sandbox")
RETURNED_BY_OLD = "on old versions of the API"
RETURNED_BY_SOME = "where this version of the API has it"

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
            "With V(present), the configuration is made what O(fields) says, and created if O(customer_id) allows it.",
            "With V(absent), it is deleted. If it does not exist, nothing changes.",
        ),
        "config_id": "Id of the configuration at Kapso. It is required, unless O(customer_id) is given. Case means "
        "nothing in a UUID.",
        "customer_id": (
            (
                "Id of a customer, in place of O(config_id). The configuration meant is the customer's with this "
                "O(fields.phone_number_id). More than one is an error that names their ids."
            ),
            (
                "One that is there is updated with what is declared. If there is none, it is created, and O(fields) "
                "has to hold what the API requires of a new one. That is O(fields.name), O(fields.business_account_id) "
                "and O(fields.access_token), or for a sandbox the name. What is missing is named while planning, "
                "before any write. Old versions of the API require O(fields.webhook_verify_token) as well."
            ),
        ),
        "fields": (
            (
                "The fields to manage, at least one with O(state=present). A field that is left out, or null, is not "
                "managed. An empty text is refused; V(default(omit\\)) leaves out a variable that is not set."
            ),
            "May be JSON, as from a command line or the filter C(to_json).",
            "With O(state=absent) only O(fields.phone_number_id) matters, and that only beside O(customer_id).",
        ),
    },
    # The server ignores a filter by number, and the oldest version ignores all:
    # docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/list-whatsapp-configs
    filters=(
        Filter(
            "business_account_id",
            "business_account_id",
            "meta_id",
            "business_account_id",
            description="Only those of this WhatsApp business account at Meta, digits in quotes, or V(sandbox).",
        ),
        Filter(
            "name_contains",
            "name",
            query="q[name_cont]",
            match="part",
            description="Only those whose name contains this text, in any case.",
        ),
        Filter(
            "phone_number_id",
            "phone_number_id",
            "meta_id",
            description="Only those of this phone number at Meta, digits in quotes, or V(sandbox). The API has no such "
            "filter, so the others are read as well.",
        ),
    ),
    fields=(
        Field("name", required="create", description="The label of the configuration."),
        Field(
            "phone_number_id",
            format="meta_id",
            required="write",
            unless=SANDBOX,
            description="Id of the phone number at Meta, digits in quotes, or V(sandbox). Not the phone number itself.",
        ),
        Field(
            "business_account_id",
            format="meta_id",
            required="write",
            unless=SANDBOX,
            description="Id of the WhatsApp business account at Meta, digits in quotes, or V(sandbox).",
        ),
        Field(
            "access_token",
            format="token",
            secret=True,
            readback="sometimes",
            required="write",
            unless=SANDBOX,
            description="Access token of Meta for this number. Secret, and never returned by the API.",
            returned="",
        ),
        Field(
            "webhook_verify_token",
            format="passphrase",
            secret=True,
            readback="sometimes",
            description="Token that Meta repeats when it verifies the webhook, your own text. Secret, and returned by "
            "old versions of the API only.",
            returned=RETURNED_BY_OLD,
        ),
        Field(
            "webhook_destination_url",
            format="url",
            readback="sometimes",
            description="The http or https URL that events are delivered to. User, password and query values in it are "
            "masked in all output. Returned by old versions of the API only.",
            returned=RETURNED_BY_OLD,
        ),
        Field(
            "inbound_processing_enabled",
            type="bool",
            description="Whether incoming messages are processed.",
            returned=RETURNED_BY_SOME,
        ),
        Field("calls_enabled", type="bool", description="Whether calls are enabled.", returned=RETURNED_BY_SOME),
        Field(
            "kind",
            access="create",
            choices=("production", "sandbox"),
            description="Whether the number is a real one or Kapso's sandbox. Set at creation; another value than that "
            "of an existing configuration is an error.",
            returned=RETURNED_BY_SOME,
        ),
        Field("id", access="ro", description="Id of the configuration."),
        Field(
            "customer_id",
            access="ro",
            description="Id of the customer that the configuration belongs to.",
            returned="if there is one",
        ),
        Field("display_name", access="ro", description="Name and number, as Kapso shows them."),
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
            description="Whether the number is used in the WhatsApp Business app as well.",
            returned=RETURNED_BY_SOME,
        ),
        Field(
            "webhook_verified_at",
            access="ro",
            description="When Meta verified the webhook, or null.",
            returned=RETURNED_BY_SOME,
        ),
        Field("created_at", access="ro", description="When the configuration was created."),
        Field("updated_at", access="ro", description="When it was last modified."),
    ),
)
