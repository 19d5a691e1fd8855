# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of phone numbers of the platform API, and how one is connected to a customer.

Fields, filters and routes: docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers, connect-phone-number and
siblings. The id of a number is Meta's. No version of the API returns the token and the two webhook fields. Nothing
moves a number to another customer.
"""

from __future__ import annotations

from .model import Extra, Field, Filter, Parent, Resource, created_filters

RETURNED_BY_SOME = "if this version of the API has it"

WHATSAPP_PHONE_NUMBER = Resource(
    name="whatsapp_phone_number",
    title="WhatsApp phone number",
    noun="number",
    plural="phone_numbers",
    api="platform",
    envelope="whatsapp_phone_number",
    id_option="phone_number_id",
    id_format="meta_id",
    path="/whatsapp/phone_numbers",
    key=("phone_number_id",),
    key_is_id=True,
    parent=Parent(
        "customer",
        "customer_id",
        "customer_id",
        "/customers/{parent}/whatsapp/phone_numbers",
        "/customers",
        key_option="external_customer_id",
        query="customer_id",
    ),
    # docs.kapso.ai/api/platform/v1/phone-numbers/check-phone-health: 5 a second and 60 a minute, over all keys.
    extras=(
        Extra(
            "health",
            "/health",
            {1: 5, 60: 60},
            "Whether to add the health of each number, which takes one more request for each. Kapso allows 5 of them a "
            "second and 60 a minute.",
            "What Kapso says of the connection to Meta, with its C(status), C(timestamp) and C(checks).",
        ),
    ),
    same_as=("whatsapp_config", "internal_id"),
    page="numbers",
    known_by=("display_phone_number",),
    documentation="https://docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers",
    notes={
        "phone_number_id": "Id of the phone number at Meta, digits in quotes, or as Kapso lists the sandbox number. "
        "Not the phone number itself.",
        "customer_id": "Id of the customer that the number is connected under if it is not connected yet. A number of "
        "another customer is an error, since nothing moves a number.",
        "external_customer_id": "Your own id of that customer, in place of O(customer_id).",
        "state": (
            (
                "With V(present), the number is made what O(fields) says. If it is not connected, it is connected "
                "under the customer that O(customer_id) or O(external_customer_id) names. O(fields) has to hold what "
                "the API requires of a new one then."
            ),
            (
                "With V(absent), it is disconnected. A new connection needs its access token again. One that is not "
                "connected stays so."
            ),
        ),
    },
    filters=(
        Filter(
            "business_account_id",
            "business_account_id",
            "meta_id",
            "business_account_id",
            description="Only those of this WhatsApp business account at Meta, digits in quotes.",
        ),
        Filter(
            "name_contains",
            "name",
            query="name_contains",
            match="part",
            description="Only those whose name contains this text, in any case.",
        ),
        Filter(
            "messaging_enabled",
            "messaging_enabled",
            query="messaging_enabled",
            match="server",
            description="V(true) for those that can send messages now, V(false) for the others.",
            type="bool",
        ),
        *created_filters("were connected"),
    ),
    fields=(
        Field("name", required="create", description="The label of the number."),
        Field("phone_number_id", access="create", format="meta_id", description="The same as the id."),
        Field(
            "business_account_id",
            format="meta_id",
            required="create",
            description="Id of the WhatsApp business account at Meta, digits in quotes.",
        ),
        Field(
            "access_token",
            format="token",
            secret=True,
            readback="sometimes",
            required="create",
            description="Access token of Meta for this number. Secret, and never returned by the API.",
            returned="",
        ),
        Field(
            "webhook_verify_token",
            format="passphrase",
            secret=True,
            readback="sometimes",
            nullable=True,
            description="Token that Meta repeats when it verifies the webhook, your own text. Secret, and never "
            "returned by the API.",
            returned="",
        ),
        Field(
            "webhook_destination_url",
            format="url",
            readback="sometimes",
            nullable=True,
            description="The URL that Meta's events are delivered to. User, password and query values in it are masked "
            "in all output. Never returned by the API.",
            returned="",
        ),
        Field("inbound_processing_enabled", "bool", description="Whether incoming messages are processed."),
        Field("calls_enabled", "bool", description="Whether calls are enabled."),
        Field(
            "kind",
            access="create",
            choices=("production", "sandbox"),
            description="Whether the number is a real one or Kapso's sandbox. Set when it is connected.",
            returned=RETURNED_BY_SOME,
        ),
        Field("id", access="ro", description="Id of the phone number at Meta."),
        Field("internal_id", access="ro", description="Id of the number's configuration in the legacy API."),
        Field("customer_id", access="ro", description="Id of the customer, null for the sandbox number."),
        Field("display_name", access="ro", description="Name and number, as Kapso shows them."),
        Field("display_phone_number", access="ro", description="The phone number, formatted."),
        Field("display_phone_number_normalized", access="ro", description="The digits of the phone number."),
        Field("is_coexistence", "bool", access="ro", description="Whether the WhatsApp Business app uses it as well."),
        Field("webhook_verified_at", access="ro", description="When Meta verified the webhook, or null."),
        Field("created_at", access="ro", description="When the number was connected."),
        Field("updated_at", access="ro", description="When it was last modified."),
    ),
)
