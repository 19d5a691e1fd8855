# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the bodies for the emulator's OpenAPI description. Handlers do not use these schemas to check requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from tests.emulator.fields import KINDS, META_FIELDS

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


# The other required fields of a creation depend on kind and API version.
_DEFAULTS = {"kind": "production", "inbound_processing_enabled": True, "calls_enabled": False}
_NEW: Schema = _CONFIG | {name: {**_CONFIG[name], "default": value} for name, value in _DEFAULTS.items()}
NEW_CONFIG = _enclosed("whatsapp_config", _NEW, ["name"])
CHANGED_CONFIG = _enclosed("whatsapp_config", _CONFIG, [])
NEW_NUMBER = _enclosed("whatsapp_phone_number", _NEW, ["name", *META_FIELDS])
CHANGED_NUMBER = _enclosed("whatsapp_phone_number", _CONFIG, [])
NEW_CUSTOMER = _enclosed("customer", _CUSTOMER, ["name"])
CHANGED_CUSTOMER = _enclosed("customer", _CUSTOMER, [])

# Each 429 has all three. While there is a limit, every answer has the last two.
LIMIT_HEADERS: Schema = {
    "Retry-After": {"description": "seconds, or a date", "schema": _TEXT},
    "X-RateLimit-Limit": {"description": "requests in a window", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "what is left of them", "schema": {"type": "integer"}},
}

Absent = SkipJsonSchema[None]
"""The key may be absent, but it is not null."""


def _no_null_default(schema: Schema) -> None:
    for shown in schema["properties"].values():
        shown.pop("default", None)


class _Open(BaseModel):
    """Describe an answer that may have further keys."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_no_null_default)


class WhatsappConfig(_Open):
    """Describe a configuration of the newest API version. Older versions have fewer keys, or webhook fields, too."""

    id: str
    name: str
    kind: Literal["production", "sandbox"] | Absent = None
    phone_number_id: str | None
    business_account_id: str | None
    inbound_processing_enabled: bool | Absent = None
    calls_enabled: bool | Absent = None
    display_name: str
    display_phone_number: str | Absent = None
    display_phone_number_normalized: str | Absent = None
    is_coexistence: bool | Absent = None
    webhook_verified_at: datetime | None = None
    webhook_verify_token: str | None = Field(default=None, description="shown by the oldest API version only")
    webhook_destination_url: str | None = Field(default=None, description="shown by the oldest API version only")
    customer_id: str | None
    created_at: datetime
    updated_at: datetime


class Customer(_Open):
    """Describe a customer of the project."""

    id: str
    name: str
    external_customer_id: str | None
    created_at: datetime
    updated_at: datetime


class Meta(BaseModel):
    """Describe the position of a page in a list."""

    page: int
    per_page: int
    total_pages: int
    total_count: int


class OneWhatsappConfig(BaseModel):
    """Describe one configuration in its envelope."""

    data: WhatsappConfig


class WhatsappConfigs(BaseModel):
    """Describe a page of configurations."""

    data: list[WhatsappConfig]
    meta: Meta


class OneCustomer(BaseModel):
    """Describe one customer in its envelope."""

    data: Customer


class Customers(BaseModel):
    """Describe a page of customers."""

    data: list[Customer]
    meta: Meta


class _Check(_Open):
    """Describe the keys that a check may have in both APIs."""

    details: dict[str, Any] | Absent = None
    error: str | Absent = None
    overall_status: str | Absent = None


class Check(_Check):
    """Describe one check of a health report."""

    passed: bool


class _Report(_Open):
    """Describe the keys that health reports of both APIs have."""

    status: Literal["healthy", "degraded", "unhealthy", "error"]
    timestamp: datetime


class Health(_Report):
    """Describe a health report, which has no envelope."""

    error: str | Absent = None
    checks: dict[str, Check]


class PlatformCheck(_Check):
    """Describe one check of the platform's report. ``passed`` is null if the state of the connection is unknown."""

    passed: bool | None


class PlatformHealth(_Report):
    """Describe the platform's health report."""

    retry_after: datetime | Absent = None
    error: str | None = None
    checks: dict[str, PlatformCheck] | None = None


class Error(_Open):
    """Describe an error."""

    error: str
    status: int | Absent = None
    message: str | Absent = None
    code: str | Absent = None
