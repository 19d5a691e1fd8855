# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any text as a secret, in any answer and spelling: no result has it. Test very short secrets, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import formats
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.sensitive import KEYS
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Played
from tests.integration.proof.leaks.scenes import PROJECT as MANY
from tests.integration.proof.leaks.scenes import SPELLINGS
from tests.support import proof
from tests.support.definitions import CONFIG, PROJECT
from tests.support.runner import act

PROOF = "leak hunt"
ID = "3f9d27c1-58ab-4e60-9b1f-d2a7c4e85306"

# Special characters of regular expressions, formats, quotes and HTML; letters of several scripts.
ODD = st.sampled_from(list("\\.*+?()[]{}|^$%&<>\"'/#~;,:=@ \t\n\u00fc\u00df\u4e2d\u2028\U0001f600")) | st.characters(
    exclude_categories=["Cs"]
)
VISIBLE = ODD.filter(lambda one: formats.problem("passphrase", one) is None)
TOKEN = st.text(VISIBLE.filter(str.isascii), min_size=4, max_size=40).filter(lambda text: is_secret("token", text))
VERIFY = st.text(VISIBLE, min_size=4, max_size=40).filter(lambda text: is_secret("passphrase", text))
AROUND = st.text(st.sampled_from("xyz 0\u00fc\n"), max_size=12)


def is_secret(form: str, text: str) -> bool:
    """Return whether the modules accept the text as a secret, and a mask does not contain it."""
    return text not in MASKED and formats.problem(form, text) is None


def shapes(text: str) -> list[Data]:
    """Return fault rules that answer a write with this text."""
    return [
        {"status": 422, "json": {"error": text}},
        {"status": 422, "json": {"errors": {"webhook_verify_token": [text, {text: text}]}}},
        {"status": 500, "body": text},
        {"status": 200, "body": text},
        {"merge": {"note": {text: [text]}, "display_name": text, "updated_at": text}},
    ]


def texts(value: Any) -> Iterator[str]:
    """Yield all texts in a result, without keys."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in KEYS:
                yield str(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def arguments(kapso: Emulator, job: ModuleDefinition, token: str, verify: str) -> Data:
    """Return the arguments of a task that sends these two secrets."""
    usual = {"api_url": kapso.url, "api_key": kapso.key, "receipts": "none", "retries": 0}
    entry = {"config_id": ID, "fields": {"access_token": token, "webhook_verify_token": verify}}
    return {**usual, **entry} if job is CONFIG else {**usual, "configs": [entry], "return_unchanged": True}


def answered(kapso: Emulator, rule: Data) -> None:
    """Reset the emulator to one object, and a rule that answers writes."""
    kapso.reset()
    kapso.add(id=ID)
    kapso.fault(method="PATCH", **rule)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), token=TOKEN, other=VERIFY, job=st.sampled_from([CONFIG, PROJECT]))
def test_no_result_has_a_secret_from_any_answer(
    kapso: Emulator, data: st.DataObject, token: str, other: str, job: ModuleDefinition
) -> None:
    shared = data.draw(st.integers(0, 4))
    verify = token[-shared:] + other if shared else other  # the two can overlap
    assume(is_secret("passphrase", verify))
    spell: Callable[[str], str] = data.draw(st.sampled_from(list(SPELLINGS.values())))
    parts = (data.draw(AROUND), spell(token), data.draw(AROUND), spell(verify), data.draw(AROUND))
    together = f"{token}{other}" if shared else ""
    answered(kapso, data.draw(st.sampled_from(shapes("".join(parts) + together))))
    result = act(job, arguments(kapso, job, token, verify))
    assert result["changed"] is (result.get("error", {}).get("outcome") != "rejected")
    # Search the text between two masks alone: a mask and its neighbors are no secret.
    pieces = [piece for text in texts(result) for piece in text.split(MASKED)]
    spellings = {form(secret) for secret in (token, verify) for form in SPELLINGS.values()}
    assert [piece for piece in pieces if any(spelled in piece for spelled in spellings)] == []
    proof.count(PROOF, "answers with arbitrary secrets")


TINY = ("e", "1", "ab", "(", "changed", "name")


@pytest.fixture(scope="module")
def shipped(kapso_server: Emulator, tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Path]:
    """For each secret, make a plan, apply it, and run once more, all shipped. Return the play and the user's home."""
    kapso_server.up()
    kapso_server.reset()
    controller = Controller(tmp_path_factory.mktemp("tiny") / "home", kapso_server)
    tasks: list[Data] = []
    for number, (secret, config_id) in enumerate(zip(TINY, kapso_server.add_many(len(TINY), name="x"), strict=True)):
        fields = {"name": "Reception", "webhook_verify_token": secret}
        plan = str(controller.home / f"{number}.plan")
        usual = {"configs": [{"config_id": config_id, "fields": fields}], "run_in_process": "never"}
        tasks += [
            {"name": f"plan {secret}", MANY: {**usual, "plan_out": plan}, "check_mode": True},
            {"name": f"apply {secret}", MANY: {**usual, "plan_in": plan}},
            {"name": f"again {secret}", MANY: usual},
        ]
    played = controller.play(*tasks, options=["--diff"], environment={"ANSIBLE_PIPELINING": "true"}).ok()
    return played, controller.home


@pytest.mark.parametrize("secret", TINY)
def test_a_short_secret_or_a_public_word_damages_no_result_plan_or_receipt(
    shipped: tuple[Played, Path], secret: str
) -> None:
    played, home = shipped
    changed = {step: played[f"{step} {secret}"].result["changed"] for step in ("plan", "apply", "again")}
    # A damaged plan would be refused, and without a receipt the value would be sent again.
    assert changed == {"plan": True, "apply": True, "again": False}
    result = played[f"apply {secret}"].result
    assert {"results", "summary", "changed"} <= result.keys()
    assert [entry["changed"] for entry in result["results"]] == [True]
    assert not [name for name in result if name.startswith(("_plan", "_receipts", "_aliases"))]
    assert len(json.loads((home / f"{TINY.index(secret)}.plan").read_text("utf-8"))["objects"]) == 1
    proof.count(PROOF, "very short secrets")
