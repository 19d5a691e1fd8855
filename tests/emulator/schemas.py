# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies as the emulator's OpenAPI description shows them. Documentation: the handlers check for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_SECRET: dict[str, JsonValue] = {"writeOnly": True}


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


class WhatsappConfigWrite(BaseModel):
    """What may be written to a configuration."""

    name: str | None = None
    kind: Literal["production", "sandbox"] | None = None
    phone_number_id: str | None = None
    business_account_id: str | None = None
    access_token: str | None = Field(default=None, json_schema_extra=_SECRET)
    webhook_verify_token: str | None = Field(default=None, json_schema_extra=_SECRET)
    webhook_destination_url: str | None = Field(default=None, json_schema_extra=_SECRET)
    inbound_processing_enabled: bool | None = None
    calls_enabled: bool | None = None


class Customer(_Open):
    """A customer of the project."""

    id: str
    name: str
    external_customer_id: str | None
    created_at: datetime
    updated_at: datetime


class CustomerWrite(BaseModel):
    """What may be written to a customer."""

    name: str | None = None
    external_customer_id: str | None = None


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
