# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument specs: generated from the tables, secrets marked, defaults as documented."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.kapso.whatsapp.plugins.module_utils.options import (
    DEFAULT_RECEIPTS,
    DEFAULT_URL,
    config_spec,
    connection_spec,
    field_spec,
    fleet_spec,
    info_spec,
    receipt_spec,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import SEND_WRITE_ONLY
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG, Field, Resource

CONNECTION_SECRETS = {"api_key", "receipts", "receipts_key"}
SECRETS = CONNECTION_SECRETS | {"access_token", "webhook_verify_token"}


def options(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every option by name, those inside others included."""
    found = dict(spec)
    for rule in spec.values():
        found |= options(rule.get("options", {}))
    return found


def test_a_new_field_in_a_table_is_a_new_sub_option() -> None:
    fields = (Field("colour"), Field("loud", type="bool"), Field("pin", secret=True), Field("seen", writable=False))
    spec = field_spec(Resource("thing", "/things", "thing", "Thing", fields))
    assert spec == {
        "colour": {"type": "str", "no_log": False},
        "loud": {"type": "bool", "no_log": False},
        "pin": {"type": "str", "no_log": True},
    }


@pytest.mark.parametrize(
    ("spec", "secrets"),
    [
        (config_spec(WHATSAPP_CONFIG), SECRETS),
        (fleet_spec(WHATSAPP_CONFIG), SECRETS),
        (info_spec(), CONNECTION_SECRETS),
    ],
    ids=["config", "fleet", "info"],
)
def test_exactly_the_secrets_are_kept_out_of_logs_and_what_the_group_may_set_is_taken(
    spec: dict[str, Any], secrets: set[str]
) -> None:
    assert {name for name, rule in options(spec).items() if rule.get("no_log")} == secrets
    assert connection_spec().items() <= spec.items()
    assert receipt_spec().keys() - spec.keys() <= {"_receipts"}


def validated(**args: Any) -> dict[str, Any]:
    """The parameters that a module gets for these arguments."""
    spec = {**connection_spec(), **receipt_spec()}
    result = ArgumentSpecValidator(spec).validate(args)
    assert result.error_messages == []
    parameters: dict[str, Any] = result.validated_parameters
    return parameters


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAPSO_API_KEY", "KAPSO_API_URL", "KAPSO_RECEIPTS", "KAPSO_RECEIPTS_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_are_those_of_the_documentation() -> None:
    assert validated() == {
        "api_key": None,
        "api_url": DEFAULT_URL,
        "allow_http": False,
        "timeout": 30.0,
        "retries": 4,
        "rate_limit_timeout": 120.0,
        "validate_certs": True,
        "ca_path": None,
        "send_write_only": "when_changed",
        "receipts": DEFAULT_RECEIPTS,
        "receipts_key": None,
        "run_in_process": "auto",
        "_receipts": None,
    }
    assert SEND_WRITE_ONLY[0] == "when_changed"


@pytest.mark.parametrize(
    ("variable", "option"),
    [
        ("KAPSO_API_KEY", "api_key"),
        ("KAPSO_API_URL", "api_url"),
        ("KAPSO_RECEIPTS", "receipts"),
        ("KAPSO_RECEIPTS_KEY", "receipts_key"),
    ],
)
def test_the_environment_stands_in_for_an_option_that_is_not_given(
    variable: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "from the environment")
    assert validated()[option] == "from the environment"
    assert validated(**{option: "given"})[option] == "given"
