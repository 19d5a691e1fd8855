# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that no result shows readable secrets, secrets in URLs, or control characters."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import single
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.emulator import Emulator
from tests.support.results import sides
from tests.support.runner import Runner

OLD, NEW, THIRD = "canary-old-live", "canary-declared", "canary-third"
URL = "https://canary-user:canary%2Fpassword@hooks.example.org/wa?v=1&token=canary-query&empty=&canary-bare#canary-end"
SHOWN = "https://(sensitive)@hooks.example.org/wa?v=(sensitive)&token=(sensitive)&empty=&(sensitive)#(sensitive)"
DESTINATION = "webhook_destination_url"


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    """Return a configuration at a server that returns all fields."""
    kapso.reset(api_version="echoes")
    return kapso.add(name="Front desk", webhook_verify_token=OLD, **{DESTINATION: URL})


def with_readable_secret() -> ModuleDefinition:
    """Return the definition of a made-up table, whose verify token is a secret that all API versions return."""
    readable = Field("webhook_verify_token", secret=True)
    fields = tuple(readable if field.name == readable.name else field for field in WHATSAPP_CONFIG.fields)
    resource = replace(WHATSAPP_CONFIG, fields=fields)
    return single.object_module(resource)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param({"merge": {"webhook_verify_token": OLD}}, "is still not the declared one", id="ignored"),
        pytest.param({"merge": {"webhook_verify_token": THIRD}}, "stored another webhook_verify_token", id="altered"),
        pytest.param({"status": 422, "json": {"error": f"{OLD} is not {NEW}"}}, "is not (sensitive)", id="refused"),
        pytest.param(
            {"status": 422, "json": {"data": {"webhook_verify_token": THIRD}, "note": THIRD}}, "note", id="told"
        ),
    ],
)
def test_a_secret_that_the_api_returns_in_clear_is_masked_from_when_it_is_read(
    kapso: Emulator, wire: Runner, config_id: str, answer: dict[str, Any], said: str
) -> None:
    kapso.fault(method="PATCH", count=2, **answer)
    wire.definition = with_readable_secret()
    for receipts in (str(wire.receipts), "none"):
        kapso.edit(config_id, webhook_verify_token=OLD, name=f"Desk {OLD}")
        result = wire.run(config_id, {"webhook_verify_token": NEW}, receipts=receipts)
        told = json.dumps(result)
        assert receipts == "none" or said in told
        assert result["data"]["name"] == "Desk (sensitive)"


def test_secrets_inside_a_url_are_sent_and_compared_whole_and_shown_nowhere(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    assert not wire.run(config_id, {DESTINATION: URL})["changed"]
    rotated = URL.replace("canary-query", "canary-rotated")

    result = wire.run(config_id, {DESTINATION: rotated})

    assert [entry.sent for entry in kapso.writes()] == [{DESTINATION: rotated}]
    assert result["data"][DESTINATION] == SHOWN
    (change,) = result["changes"]
    assert (change["before"], change["after"]) == (SHOWN, SHOWN.replace("(sensitive)", "(sensitive, new value)"))
    assert sides(result) == ({DESTINATION: change["before"]}, {DESTINATION: change["after"]})
    assert "canary" not in json.dumps(wire.stored())


@pytest.mark.parametrize(
    "said",
    [
        URL,
        f"{URL} is unreachable: 401 for canary-user",
        json.dumps({"url": URL}).replace("/", "\\/"),
        f"{URL[:60]}...",
        "canary/password",
        "https://canary:x@elsewhere.example?k=canary",
        r"https://canary\canary@elsewhere.example",
    ],
)
def test_an_error_that_quotes_the_url_tells_none_of_its_secrets(
    kapso: Emulator, wire: Runner, config_id: str, said: str
) -> None:
    kapso.fault(method="PATCH", status=422, json={"error": said})
    result = wire.run(config_id, {DESTINATION: URL + "2"})
    assert result["failed"]


def test_an_id_or_a_word_of_results_in_a_url_masks_nothing_else(wire: Runner, config_id: str) -> None:
    url = f"https://hooks.example.org/?config={config_id}&number=100000000000001&action=update&kind=production&v=1"
    result = wire.run(config_id, {DESTINATION: url, "phone_number_id": "100000000000001"})
    assert (result["config_id"], result["changes"][-1]["action"]) == (config_id, "update")
    assert result["data"]["phone_number_id"] == "100000000000001"
    assert "(sensitive)" not in json.dumps({**result, "data": None, "changes": None, "diff": None})


HOSTILE = "x\x1b[31m\x9b2J\u202e\n"


def test_texts_of_a_server_are_always_printable(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="GET", merge={"kind": HOSTILE})
    sentences = [wire.run(config_id, {"kind": "sandbox"})["msg"]]
    kapso.clear_faults()
    kapso.fault(method="GET", merge={"id": HOSTILE})
    sentences += [wire.run(config_id, {"name": "Reception"})["msg"]]
    kapso.clear_faults()
    kapso.fault(method="PATCH", merge={"name": HOSTILE})
    sentences += wire.run(config_id, {"name": "Reception"})["warnings"]
    sentences += [wire.run(config_id, {"name": "Desk"}, receipts="none").get("msg", "")]
    kapso.clear_faults()
    kapso.fault(method="PATCH", status=422, json={"error": HOSTILE})
    sentences += [wire.run(config_id, {"name": "Lobby"})["msg"]]
    assert len(sentences) == 5
    assert all(sentence.isprintable() for sentence in sentences), sentences


def test_names_in_any_script_are_readable_in_the_diff(wire: Runner, config_id: str) -> None:
    diff = wire.run(config_id, {"name": "Recep\u00e7\u00e3o \u05d0 \x85"}, check=True)["diff"]
    assert "Recep\u00e7\u00e3o \u05d0" in diff["after"]
    assert diff["after"].replace("\n", "").isprintable()


@pytest.mark.parametrize("trims", [True, False])
@pytest.mark.parametrize(
    ("declared", "other"),
    [(" Front desk\u00a0", "Front desk"), ("Recepc\u0327a\u0303o ", "Recep\u00e7\u00e3o")],
)
def test_white_space_at_the_ends_and_the_form_of_unicode_are_no_difference(
    kapso: Emulator, wire: Runner, config_id: str, declared: str, other: str, trims: bool
) -> None:
    kapso.settings(trim_values=trims)
    for first, second in ((declared, other), (other, declared)):
        kapso.edit(config_id, name="Old")
        assert wire.run(config_id, {"name": first})["warnings"] == []
        shutil.rmtree(wire.receipts)
        for check in (True, False):
            again = wire.run(config_id, {"name": second}, check=check)
            assert (again["changed"], again["warnings"], again.get("failed")) == (False, [], None)
            assert wire.wire == "GET"
    kapso.fault(method="PATCH", drop="after")
    assert not wire.run(config_id, {"name": f"New {declared}"}, retries=0).get("failed")
