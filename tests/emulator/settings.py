# SPDX-License-Identifier: GPL-3.0-or-later
"""Define the settings of the emulator: one for each unknown fact about the API, and a few for convenience."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from tests.emulator.fields import META_FIELDS, ApiVersion
from tests.emulator.journal import DEFAULT_KEY

PROJECT = "project-1"


def _header_text(value: str) -> str:
    """Return a value that is valid in a header. Raise ValueError if it is not."""
    value.encode("latin-1")
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value) or value != value.strip():
        raise ValueError("not the text of a header")
    return value


HeaderText = Annotated[str, AfterValidator(_header_text)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RateLimit(_Strict):
    """Define a fixed window, not a rolling one (docs.kapso.ai/api/rate-limits), which starts with its first request."""

    limit: int = Field(ge=0, description="requests in a window, for each key")
    window_seconds: float = Field(default=60, gt=0)
    phase: float = Field(default=0, ge=0, description="seconds of the first window that are over at the first request")


class Settings(_Strict):
    """Hold all settings with their defaults. tests/emulator/README.md explains each."""

    # Projects by API key, and the version of the legacy API
    keys: dict[str, str] = Field(default_factory=lambda: {DEFAULT_KEY: PROJECT}, min_length=1)
    api_version: ApiVersion = "omits"

    # The time of an object's last change
    updated_at_on_noop: bool = False
    updated_at_after_write: Literal["never", "next_read"] = "never"
    updated_at_on_read: bool = False
    milliseconds: bool | Literal["mixed", "mixed_list", "six"] = False
    no_updated_at: bool = False

    # How written values are stored
    trim_values: bool = False
    lower_urls: bool = False
    merge_maps: bool = False
    ignore_fields: list[str] = Field(default_factory=list)
    drop_unknown_keys: bool = True
    null_clears: bool = True
    blank_name: bool = True
    reset_verified_on_write: bool = False

    # Errors
    demand_meta_fields: bool = False
    required_at_create: list[str] | None = None
    unique_numbers: bool = True
    project_events: bool = True
    number_limit: int | None = Field(default=None, ge=0)
    refused_tokens: list[str] = Field(default_factory=list)
    customer_delete_cascades: bool = True
    odd_id_status: Literal[400, 404] = 404
    bad_page_status: Literal[400, 422] | None = None
    error_shape: Literal["string", "platform", "legacy", "object", "list", "rails"] = "string"
    error_names: Literal["human", "fields"] = "human"

    # The content of answers
    mask_secrets: bool = False
    omit_fields: list[str] = Field(default_factory=list)
    extra_keys: dict[str, JsonValue] = Field(default_factory=dict)
    envelope: Literal["data", "resource", "none"] = "data"
    has_list: bool | None = None
    list_omits: list[str] = Field(default_factory=list)
    list_order: Literal["newest", "oldest"] = "newest"
    reverse_sets: bool = False
    list_shift: Literal["miss", "repeat", "add"] | None = None
    new_number_hidden: float = Field(default=0, ge=0)
    per_page_cap: int = Field(default=100, ge=1)

    # Time and limits
    clock_runs: bool = True
    latency: float = Field(default=0, ge=0)
    rate_limit: RateLimit | None = None
    health_per_second: int = Field(default=5, ge=0)
    health_per_minute: int = Field(default=60, ge=0)
    retry_after: HeaderText = "seconds"
    retry_after_on_success: bool = False

    @property
    def has_project_list(self) -> bool:
        """Return whether the list of a whole project exists. The oldest API version has none."""
        return self.api_version != "echoes" if self.has_list is None else self.has_list

    @property
    def default_project(self) -> str:
        """Return the project of the first key, which objects without a project belong to."""
        return next(iter(self.keys.values()))

    def demanded_at_create(self, version: ApiVersion, kind: str) -> tuple[str, ...]:
        """Return the fields that an API version requires to create a configuration of this kind."""
        if self.required_at_create is not None:
            return tuple(self.required_at_create)
        if version == "echoes":
            return ("name", "phone_number_id", "business_account_id", "webhook_verify_token")
        return ("name", *META_FIELDS) if kind == "production" else ("name",)

    def changed(self, changes: dict[str, Any]) -> Settings:
        """Return a copy with some settings changed. Raise pydantic.ValidationError if one is not valid."""
        return Settings.model_validate({**self.model_dump(), **changes})
