# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of phone numbers of the platform API. Nothing changes them yet: rules of other resources read them.

Fields and filters: docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers. An id is Meta's, not a UUID.
"""

from __future__ import annotations

from .model import Field, Filter, Resource

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
    has_modules=False,
    same_as=("whatsapp_config", "internal_id"),
    documentation="https://docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers",
    filters=(
        Filter("customer_id", "customer_id", "kapso_id", "customer_id"),
        Filter("name_contains", "name", query="name_contains", match="part"),
    ),
    fields=(
        Field("id", access="ro", description="Id of the phone number at Meta."),
        Field("internal_id", access="ro", description="Id of the number's configuration in the legacy API."),
        Field("phone_number_id", access="ro", description="The same as the id."),
        Field("name", access="ro", description="The label of the number."),
        Field("business_account_id", access="ro", description="Id of the WhatsApp business account at Meta."),
        Field("customer_id", access="ro", description="Id of the customer, null for the sandbox number."),
        Field("display_phone_number", access="ro", description="The phone number, formatted."),
        Field("display_phone_number_normalized", access="ro", description="The digits of the phone number."),
        Field("created_at", access="ro", description="When the number was connected."),
        Field("updated_at", access="ro", description="When it was last modified."),
    ),
)
