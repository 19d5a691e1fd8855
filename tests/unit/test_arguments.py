# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the check of arguments: wrong names and shapes are refused with one sentence that repeats no value."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.argument_spec import (
    connection_spec,
    info_spec,
    object_module_spec,
    project_spec,
    receipt_spec,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.arguments import InvalidArguments, check_shape
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.formats import IS_META_ID, PHONE_NUMBER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from hypothesis import given
from hypothesis import strategies as st

CONFIG = object_module_spec(WHATSAPP_CONFIG)
PROJECT = project_spec([WHATSAPP_CONFIG])
ALL = project_spec(of_a_project())
CANARY = "canary-EXAMPLE-1"
UUID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
GOOD = {"config_id": "example", "fields": {"name": "Reception"}}


def refusal(args: dict[str, Any], spec: dict[str, Any] | None = None) -> str:
    """Return the message that refuses these arguments."""
    with pytest.raises(InvalidArguments) as caught:
        check_shape(args, spec or CONFIG)
    said = str(caught.value)
    assert CANARY not in said
    assert "\n" not in said
    return said


def test_valid_arguments_pass_unchanged() -> None:
    args = {
        **GOOD,
        "api_key": CANARY,
        "timeout": 5.5,
        "retries": 0,
        "validate_certs": False,
        "send_write_only": "never",
    }
    assert check_shape(args, CONFIG) == (args, [])


# Names.


@pytest.mark.parametrize(
    ("given_name", "nearest"),
    [
        ("acces_token", "access_token"),
        ("access-token", "access_token"),
        ("ACCESS_TOKEN", "access_token"),
        ("acessToken", "access_token"),
        ("phone_number", "phone_number_id"),
        ("webhook_destination", "webhook_destination_url"),
        ("call_enabled", "calls_enabled"),
        ("nmae", "name"),
    ],
)
def test_a_mistyped_field_is_refused_with_the_nearest_known_one(given_name: str, nearest: str) -> None:
    said = refusal({**GOOD, "fields": {given_name: CANARY}})
    assert said == f"there is no field {given_name} in fields (did you mean {nearest}?)"


def test_a_name_that_is_near_to_none_is_refused_with_the_list_of_all() -> None:
    said = refusal({**GOOD, "fields": {"colour": CANARY}})
    assert said.startswith("there is no field colour in fields; the fields are access_token, ")
    assert said.endswith("webhook_verify_token")


def test_a_mistyped_option_is_refused_with_the_nearest_known_one() -> None:
    assert refusal({**GOOD, "api_token": CANARY, "apikey": CANARY}).startswith(
        "there is no option api_token (did you mean "
    )
    assert refusal({**GOOD, "apikey": CANARY}) == "there is no option apikey (did you mean api_key?)"


@pytest.mark.parametrize("name", ["_receipts", "_anything", "_"])
def test_the_internal_option_is_refused_and_not_listed(name: str) -> None:
    said = refusal({**GOOD, name: {"x": CANARY}})
    assert said.startswith((f"there is no option {name} (", f"there is no option {name}; "))
    assert "_receipts" not in said.removeprefix(f"there is no option {name}")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"access_token={CANARY}", id="an equals sign in the place of the colon"),
        pytest.param(f"access_token:{CANARY}", id="no blank after the colon"),
        pytest.param(f'access_token "{CANARY}"', id="no colon"),
        pytest.param(f"{CANARY}\n", id="a line"),
        pytest.param(CANARY * 10, id="a long one"),
        pytest.param(f"{CANARY}\x1b[2J", id="an escape"),
        pytest.param(CANARY, id="nothing but the secret"),
        pytest.param("", id="an empty one"),
    ],
)
def test_a_name_that_may_be_a_secret_is_not_repeated(name: str) -> None:
    for args in ({**GOOD, "fields": {name: None}}, {**GOOD, name: None}):
        assert " with that name" in refusal(args)


def test_a_name_that_is_no_text_is_refused_like_any_other() -> None:
    assert refusal({**GOOD, "fields": {5: CANARY}}).startswith("there is no field 5 in fields; the fields are ")
    assert refusal({**GOOD, "fields": {None: CANARY}}).startswith("there is no field None in fields; ")
    assert refusal({**GOOD, "fields": {("a", 1): CANARY}}).startswith("there is no field with that name in fields; ")


# Shapes.


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(CANARY, "a string", id="text"),
        pytest.param([{"access_token": CANARY}], "a list", id="list"),
        pytest.param(5, "a number", id="number"),
        pytest.param(True, "a boolean", id="boolean"),
        pytest.param(dt.date(2026, 1, 1), "a date", id="date"),
    ],
)
def test_fields_must_be_a_dictionary(value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": value}) == f"fields must be a dictionary, but is {kind}"


@pytest.mark.parametrize("name", ["name", "access_token", "phone_number_id", "calls_enabled"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [({"a": CANARY}, "a dictionary"), ([CANARY], "a list"), ((CANARY,), "a tuple"), ({CANARY}, "a set")],
    ids=["dictionary", "list", "tuple", "set"],
)
def test_a_list_or_a_dictionary_is_refused_as_a_value(name: str, value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": {name: value}}) == f"fields.{name} must be one value, but is {kind}"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(True, "a boolean", id="boolean"),
        pytest.param(1.5, "a number", id="fraction"),
        pytest.param(1e20, "a number", id="big float"),
        pytest.param(dt.date(2026, 1, 1), "a date", id="date"),
        pytest.param(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a datetime", id="time"),
        pytest.param(CANARY.encode(), "a bytes", id="bytes"),
    ],
)
@pytest.mark.parametrize("name", ["name", "access_token", "phone_number_id"])
def test_values_that_yaml_converted_are_refused_as_texts(name: str, value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": {name: value}}) == f"fields.{name} must be a string, but is {kind}: quote it"


@pytest.mark.parametrize("name", ["phone_number_id", "business_account_id", "access_token", "name"])
@pytest.mark.parametrize("number", [100000000000001, 0, 10**30])
def test_a_whole_number_is_taken_as_its_digits_with_a_warning_that_does_not_repeat_it(name: str, number: int) -> None:
    checked, warnings = check_shape({**GOOD, "fields": {name: number}}, CONFIG)
    assert checked["fields"] == {name: str(number)}
    assert warnings == [f"fields.{name} was given as a number; quote it, or YAML may change its digits"]


def test_rows_are_checked_like_single_objects_and_named_by_their_identity() -> None:
    rows = [{"config_id": "a", "fields": {"name": "x"}}, {"config_id": "b", "fields": {"nmae": CANARY}}]
    assert refusal({"configs": rows}, PROJECT) == "there is no field nmae in configs[b].fields (did you mean name?)"
    wrong = {"phone_number_id": "100000000000001", "url": "https://user:secret@hooks.example.org/wa", "state": "gone"}
    named = "webhooks[100000000000001 https://(sensitive)@hooks.example.org/wa"
    assert refusal({"webhooks": [wrong]}, ALL).startswith(f"{named}].state must be one of")
    assert refusal({"webhooks": [{**wrong, "state": "present"}, wrong]}, ALL).startswith(f"{named}, entry 2].state")
    number = {"phone_number_id": "00000000-0000-4000-8000-000000000001", "external_customer_id": "clinic-7"}
    assert refusal({"phone_numbers": [number]}, ALL).startswith("phone_numbers[clinic-7, entry 1].phone_number_id")
    assert refusal({"webhooks": [{"url": f"{CANARY} x", "state": 1}]}, ALL).startswith("webhooks[entry 1].")
    assert refusal({"configs": [CANARY]}, PROJECT) == "configs[entry 1] must be a dictionary, but is a string"
    assert refusal({"configs": [None]}, PROJECT) == "configs[entry 1] must be a dictionary, but is null"
    assert refusal({"configs": CANARY}, PROJECT) == "configs must be a list, but is a string"
    assert refusal({"configs": [], "only": [[CANARY]]}, PROJECT) == "item 1 of only must be one value, but is a list"
    assert refusal({"configs": [], "defaults": {"configs": {"nmae": CANARY}}}, PROJECT).startswith(
        "there is no field nmae in defaults.configs"
    )


def test_a_warning_about_many_rows_is_given_once() -> None:
    rows = [{"config_id": number, "fields": {"phone_number_id": number}} for number in range(1, 5)]
    checked, warnings = check_shape({"configs": rows}, PROJECT)
    assert [row["config_id"] for row in checked["configs"]] == ["1", "2", "3", "4"]
    named = [warning.split(" was ")[0] for warning in warnings]
    assert named == ["configs[].config_id", "configs[].fields.phone_number_id"]


# Booleans, numbers and choices.


@pytest.mark.parametrize(
    ("value", "meant"),
    [(True, True), (False, False), ("yes", True), ("no", False), ("True", True), ("off", False), (1, True), (0, False)],
)
def test_booleans_are_those_of_ansible(value: Any, meant: bool) -> None:
    assert check_shape({**GOOD, "fields": {"calls_enabled": value}}, CONFIG)[0]["fields"] == {"calls_enabled": meant}


@pytest.mark.parametrize("value", [CANARY, 2, -1, 1.5, dt.date(2026, 1, 1)])
def test_other_values_are_refused_as_booleans(value: Any) -> None:
    assert refusal({**GOOD, "fields": {"calls_enabled": value}}) == "fields.calls_enabled must be true or false"


@pytest.mark.parametrize(("value", "meant"), [(5, 5.0), (0.5, 0.5), ("5", 5.0), (" 5.5 ", 5.5), (-1, -1.0)])
def test_a_number_may_be_given_as_a_text(value: Any, meant: float) -> None:
    assert check_shape({**GOOD, "timeout": value}, CONFIG)[0]["timeout"] == meant


@pytest.mark.parametrize(
    "value",
    [CANARY, " ", "nan", "inf", "1e999", True, float("nan"), 10**400, dt.date(2026, 1, 1), b"5x"],
    ids=lambda value: repr(value)[:20],
)
def test_other_values_are_refused_as_numbers(value: Any) -> None:
    assert refusal({**GOOD, "timeout": value}) == "timeout must be a number"
    assert refusal({**GOOD, "retries": value}) == "retries must be a whole number"


def test_a_count_must_be_whole() -> None:
    assert refusal({**GOOD, "retries": 1.5}) == "retries must be a whole number"
    assert check_shape({**GOOD, "retries": "4"}, CONFIG)[0]["retries"] == 4
    assert check_shape({**GOOD, "retries": 4.0}, CONFIG)[0]["retries"] == 4


def test_a_choice_must_be_a_known_one() -> None:
    assert refusal({**GOOD, "send_write_only": CANARY}) == (
        "send_write_only must be one of when_changed, when_value_changed, always, never, adopt"
    )


# Empty texts.

EMPTY = "is empty: give it a value, or leave it out with `default(omit)`"
FIELDS = sorted(CONFIG["fields"]["options"])
INFO = info_spec(WHATSAPP_CONFIG)
ID = {"config_id": "example"}
FILTERS = sorted(INFO.keys() - connection_spec().keys() - receipt_spec().keys())


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("blank", ["", " ", "\n\u2003"])
def test_an_empty_text_does_not_clear_a_field(name: str, blank: str) -> None:
    assert refusal({**GOOD, "fields": {name: blank}}) == f"fields.{name} {EMPTY}"
    assert (
        refusal({"configs": [], "defaults": {"configs": {name: blank}}}, PROJECT) == f"defaults.configs.{name} {EMPTY}"
    )


@pytest.mark.parametrize("name", sorted(set(CONFIG) - {"fields", "config_id", "_receipts"}))
def test_for_any_other_option_an_empty_text_means_that_it_is_not_given(name: str) -> None:
    assert check_shape({**GOOD, name: ""}, CONFIG)[0].get(name) is None


@pytest.mark.parametrize(
    ("spec", "args", "name"),
    [
        *((PROJECT, {"configs": [], name: value}, name) for name in ("only", "max_changes") for value in ("", " ")),
        (PROJECT, {"configs": [], "only": []}, "only"),
        (PROJECT, {"configs": [], "only": "[]"}, "only"),
        (PROJECT, {"configs": [], "only": "a,"}, "item 2 of only"),
        (PROJECT, {"configs": [{"config_id": "", "state": "absent"}]}, "configs[entry 1].config_id"),
        *((INFO, {name: value}, name) for name in FILTERS for value in ("", " ")),
        (CONFIG, {"config_id": "", "state": "absent"}, "config_id"),
        (CONFIG, {"config_id": None, "customer_id": ""}, "customer_id"),
        (CONFIG, {"config_id": " ", "customer_id": "example"}, "config_id"),
        (CONFIG, {**GOOD, "api_key": " "}, "api_key"),
    ],
)
def test_an_empty_text_is_refused_if_leaving_it_out_selects_more_objects(
    spec: dict[str, Any], args: dict[str, Any], name: str
) -> None:
    assert refusal(args, spec) == f"{name} {EMPTY}"


def test_an_empty_id_counts_as_missing_if_another_option_names_the_object() -> None:
    given = {"config_id": "", "customer_id": "example", "fields": {"name": "x"}}
    assert check_shape(given, CONFIG)[0] == {**given, "config_id": None}


# Texts in place of lists and dictionaries, and formats.


def test_json_and_lists_with_commas_are_read() -> None:
    rows = [{**ID, "fields": json.dumps({"phone_number_id": 1, "access_token": None})}, json.dumps(GOOD)]
    for configs in (rows, json.dumps(rows), f"\n{json.dumps(rows)}\n"):
        args = {"configs": configs, "defaults": '{"configs": {"name": "x"}}', "only": "example, b"}
        checked, warnings = check_shape(args, PROJECT)
        assert checked["configs"] == [{**ID, "fields": {"phone_number_id": "1", "access_token": None}}, GOOD]
        assert (checked["defaults"], checked["only"]) == ({"configs": {"name": "x"}}, ["example", "b"])
        assert [warning.split(" was ")[0] for warning in warnings] == ["configs[].fields.phone_number_id"]
    assert check_shape({"configs": [], "only": '["a"]'}, PROJECT)[0]["only"] == ["a"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"configs": f"[{CANARY}"}, "configs begins with `[` but is not JSON: correct it"),
        ({"configs": f"{CANARY},{CANARY}"}, "configs must be a list, but is a string"),
        ({"configs": ["{'name': '" + CANARY]}, "configs[entry 1] begins with `{` but is not JSON: correct it"),
        (
            {"configs": [{"fields": '{"access_token": "' + CANARY}]},
            "configs[entry 1].fields begins with `{` but is not JSON",
        ),
        (
            {"configs": [{"fields": '["' + CANARY + '"]'}]},
            "configs[entry 1].fields must be a dictionary, but is a string",
        ),
        (
            {"configs": [{"fields": json.dumps({"acess_token": CANARY})}]},
            "no field acess_token in configs[entry 1].fields",
        ),
        ({"configs": [{"fields": json.dumps({"access_token": f"{CANARY}\n"})}]}, "access_token ends with a line end"),
        ({"configs": [{"fields": json.dumps({"access_token": [CANARY]})}]}, "access_token must be one value"),
        ({"configs": "[" * 10**5}, "configs begins with `[` but is not JSON: correct it"),
    ],
)
def test_errors_in_such_a_text_are_reported_without_the_text(args: dict[str, Any], told: str) -> None:
    assert told in refusal(args, PROJECT)


def test_each_option_has_its_format() -> None:
    for name in ("config_id", "customer_id"):
        assert refusal({**GOOD, name: "100000000000001"}) == f"{name} {IS_META_ID}"
        assert check_shape({name: UUID.upper()}, CONFIG)[0] == {name: UUID}
    for name in ("phone_number_id", "business_account_id"):
        assert refusal({**GOOD, "fields": {name: "+1 555-000-0001"}}) == f"fields.{name} {PHONE_NUMBER}"
        assert refusal({name: "+1 555-000-0001"}, INFO) == f"{name} {PHONE_NUMBER}"
    for name in ("api_key", "receipts_key"):
        assert refusal({**GOOD, name: f"{CANARY}\n"}).startswith(f"{name} ends with a line end")


# Nulls.


@pytest.mark.parametrize("name", [name for name, rule in CONFIG.items() if "default" in rule])
def test_a_null_option_gets_its_default(name: str) -> None:
    assert name not in check_shape({**GOOD, name: None}, CONFIG)[0]


def test_a_null_field_is_not_managed() -> None:
    checked, warnings = check_shape({**GOOD, "fields": {"name": "x", "access_token": None}}, CONFIG)
    assert (checked["fields"].get("access_token"), warnings) == (None, [])


names = st.text() | st.sampled_from(sorted(CONFIG["fields"]["options"]))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(CONFIG)), anything), st.sampled_from([CONFIG, PROJECT]))
def test_any_arguments_raise_only_invalid_arguments_without_their_values(
    args: dict[str, Any], spec: dict[str, Any]
) -> None:
    try:
        _checked, told = check_shape(args, spec)
    except InvalidArguments as refused:
        told = [str(refused)]
    assert not any(CANARY in text for text in told)
