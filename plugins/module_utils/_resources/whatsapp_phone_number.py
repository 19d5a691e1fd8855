# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of phone numbers of the platform API. A task connects a phone number to a customer.

Source of fields, filters and routes: docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers,
connect-phone-number and the pages beside them. The ID of a phone number is Meta's. No API version returns the access
token and the two webhook fields. Kapso cannot move a phone number to another customer.
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
    # 5 requests a second and 60 a minute, over all keys: docs.kapso.ai/api/platform/v1/phone-numbers/check-phone-health
    extras=(
        Extra(
            "health",
            "/health",
            {1: 5, 60: 60},
            "If V(true), add the health of each number, with one more request for each. Kapso allows 5 of these a "
            "second and 60 a minute.",
            "Kapso's report on the connection to Meta, with C(status), C(timestamp) and C(checks).",
        ),
    ),
    same_as=("whatsapp_config", "internal_id"),
    page="numbers",
    known_by=("display_phone_number",),
    documentation="https://docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers",
    notes={
        "phone_number_id": "Meta's ID of the phone number, digits in quotes, or the ID that Kapso lists for the "
        "sandbox number. Not the phone number itself.",
        "customer_id": "ID of the customer. If the number is not connected yet, the task connects it under this "
        "customer. If it belongs to another customer, the task fails, because Kapso cannot move a number.",
        "external_customer_id": "Your own ID of the customer, instead of O(customer_id).",
        "state": (
            (
                "With V(present), the number is updated to match O(fields). If it is not connected, it is connected "
                "under the customer in O(customer_id) or O(external_customer_id). Then O(fields.name), "
                "O(fields.business_account_id) and O(fields.access_token) are required."
            ),
            (
                "With V(absent), it is disconnected. To connect it again, you need its access token again. If it is "
                "not connected, nothing changes."
            ),
        ),
    },
    filters=(
        Filter(
            "business_account_id",
            "business_account_id",
            "meta_id",
            "business_account_id",
            description="Return only those of this WhatsApp business account. Give Meta's ID in quotes.",
        ),
        Filter(
            "name_contains",
            "name",
            query="name_contains",
            match="part",
            description="Return only those whose name contains this text, in upper or lower case.",
        ),
        Filter(
            "messaging_enabled",
            "messaging_enabled",
            query="messaging_enabled",
            match="server",
            description="If V(true), return only those that can send messages now. If V(false), only the others.",
            type="bool",
        ),
        *created_filters("were connected"),
    ),
    fields=(
        Field("name", required="create", description="Label of the phone number."),
        Field("phone_number_id", access="create", format="meta_id", description="The same as the ID."),
        Field(
            "business_account_id",
            format="meta_id",
            required="create",
            description="Meta's ID of the WhatsApp business account, digits in quotes.",
        ),
        Field(
            "access_token",
            format="token",
            secret=True,
            readback="sometimes",
            required="create",
            description="Meta's access token for this phone number. Secret. The API never returns it.",
            returned="",
        ),
        Field(
            "webhook_verify_token",
            format="passphrase",
            secret=True,
            readback="sometimes",
            nullable=True,
            description="Your own text, which Meta repeats when it verifies the webhook. Secret. The API never "
            "returns it.",
            returned="",
        ),
        Field(
            "webhook_destination_url",
            format="url",
            readback="sometimes",
            nullable=True,
            description="URL for Meta's events. All output masks its user, password and query values. The API never "
            "returns it.",
            returned="",
        ),
        Field("inbound_processing_enabled", "bool", description="If V(true), Kapso processes incoming messages."),
        Field("calls_enabled", "bool", description="If V(true), calls are enabled."),
        Field(
            "kind",
            access="create",
            choices=("production", "sandbox"),
            description="V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot be "
            "changed after the number is connected.",
            returned=RETURNED_BY_SOME,
        ),
        Field("id", access="ro", description="Meta's ID of the phone number."),
        Field("internal_id", access="ro", description="ID of the number's configuration in the legacy API."),
        Field("customer_id", access="ro", description="ID of the customer, null for the sandbox number."),
        Field("display_name", access="ro", description="Name and phone number, as Kapso shows them."),
        Field("display_phone_number", access="ro", description="The phone number, formatted."),
        Field("display_phone_number_normalized", access="ro", description="The digits of the phone number."),
        Field(
            "is_coexistence",
            "bool",
            access="ro",
            description="True if the WhatsApp Business app uses the phone number, too.",
        ),
        Field("webhook_verified_at", access="ro", description="Time when Meta verified the webhook, or null."),
        Field("created_at", access="ro", description="Time when the number was connected."),
        Field("updated_at", access="ro", description="Time of the last modification."),
    ),
)
