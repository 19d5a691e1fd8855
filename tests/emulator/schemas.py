# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies as the emulator's OpenAPI description shows them. Documentation: the handlers check for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.emulator.fields import KINDS

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_CONFIG: Schema = {
    "name": _TEXT,
    "kind": {"type": "string", "enum": [*KINDS]},
    "phone_number_id": _TEXT,
    "business_account_id": _TEXT,
    "access_token": {**_TEXT, "writeOnly": True},
    "webhook_verify_token": {"type": ["string", "null"], "writeOnly": True},
    "webhook_destination_url": {"type": ["string", "null"], "writeOnly": True},
    "inbound_processing_enabled": _FLAG,
    "calls_enabled": _FLAG,
}
_CUSTOMER: Schema = {"name": _TEXT, "external_customer_id": {"type": ["string", "null"]}}


def _enclosed(envelope: str, properties: Schema, required: list[str]) -> Schema:
    inner: Schema = {"type": "object", "properties": properties}
    if required:
        inner["required"] = required
    return {"type": "object", "required": [envelope], "properties": {envelope: inner}}


# Besides the name, what a creation demands depends on kind and vintage.
NEW_CONFIG = _enclosed("whatsapp_config", _CONFIG, ["name"])
CHANGED_CONFIG = _enclosed("whatsapp_config", _CONFIG, [])
NEW_CUSTOMER = _enclosed("customer", _CUSTOMER, ["name"])
CHANGED_CUSTOMER = _enclosed("customer", _CUSTOMER, [])


class _Open(BaseModel):
    """An answer: keys may come that are not described."""

    model_config = ConfigDict(extra="allow")


class WhatsappConfig(_Open):
    """A configuration as the newest facts show it; older vintages show fewer keys, or the webhook fields too."""

    id: str
    name: str
    kind: Literal["production", "sandbox"] | None = None
    phone_number_id: str | None
    business_account_id: str | None
    inbound_processing_enabled: bool | None = None
    calls_enabled: bool | None = None
    display_name: str
    display_phone_number: str | None = None
    display_phone_number_normalized: str | None = None
    is_coexistence: bool | None = None
    webhook_verified_at: datetime | None = None
    webhook_verify_token: str | None = Field(default=None, description="shown by the oldest vintage only")
    webhook_destination_url: str | None = Field(default=None, description="shown by the oldest vintage only")
    customer_id: str | None
    created_at: datetime
    updated_at: datetime | None = None


class Customer(_Open):
    """A customer of the project."""

    id: str
    name: str
    external_customer_id: str | None
    created_at: datetime
    updated_at: datetime


class Meta(BaseModel):
    """Where in a list a page stands."""

    page: int
    per_page: int
    total_pages: int
    total_count: int


class OneWhatsappConfig(BaseModel):
    """One configuration in its envelope."""

    data: WhatsappConfig


class WhatsappConfigs(BaseModel):
    """A page of configurations."""

    data: list[WhatsappConfig]
    meta: Meta


class OneCustomer(BaseModel):
    """One customer in its envelope."""

    data: Customer


class Customers(BaseModel):
    """A page of customers."""

    data: list[Customer]
    meta: Meta


class Check(_Open):
    """One check of a health report."""

    passed: bool | None
    details: dict[str, Any] | None = None


class Health(_Open):
    """A health report: not in an envelope."""

    status: Literal["healthy", "degraded", "unhealthy", "error"]
    timestamp: datetime
    error: str | None = None
    checks: dict[str, Check] | None = None


class Error(_Open):
    """A refusal."""

    error: str
    status: int | None = None
    message: str | None = None
