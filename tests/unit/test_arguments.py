# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments: names and shapes that cannot be meant are refused in one sentence that repeats no value."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import Refused, check_shape
from ansible_collections.kapso.whatsapp.plugins.module_utils.options import config_spec, fleet_spec
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG
from hypothesis import given
from hypothesis import strategies as st

CONFIG = config_spec(WHATSAPP_CONFIG)
FLEET = fleet_spec(WHATSAPP_CONFIG)
CANARY = "canary-EXAMPLE-1"
GOOD = {"config_id": "example", "fields": {"name": "Reception"}}


def refusal(args: dict[str, Any], spec: dict[str, Any] | None = None) -> str:
    """The sentence that these arguments are refused with."""
    with pytest.raises(Refused) as caught:
        check_shape(args, spec or CONFIG)
    said = str(caught.value)
    assert CANARY not in said
    assert "\n" not in said
    return said


def test_good_arguments_pass_as_they_are() -> None:
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
    assert said == f"there is no field {given_name} in fields; did you mean {nearest}?"


def test_a_name_that_is_near_to_none_is_refused_with_the_list_of_all() -> None:
    said = refusal({**GOOD, "fields": {"colour": CANARY}})
    assert said.startswith("there is no field colour in fields; known are access_token, ")
    assert said.endswith("webhook_verify_token")


def test_a_mistyped_option_is_refused_with_the_nearest_known_one() -> None:
    assert refusal({**GOOD, "api_token": CANARY, "apikey": CANARY}).startswith("there is no option api_token; ")
    assert refusal({**GOOD, "apikey": CANARY}) == "there is no option apikey; did you mean api_key?"


@pytest.mark.parametrize("name", ["_receipts", "_anything", "_"])
def test_the_internal_option_is_for_nobody_and_is_not_told_of(name: str) -> None:
    said = refusal({**GOOD, name: {"x": CANARY}})
    assert said.startswith(f"there is no option {name}; ")
    assert "_receipts" not in said.removeprefix(f"there is no option {name};")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"access_token={CANARY}", id="an equals sign in the place of the colon"),
        pytest.param(f"access_token:{CANARY}", id="no blank after the colon"),
        pytest.param(f'access_token "{CANARY}"', id="no colon"),
        pytest.param(f"{CANARY}\n", id="a line"),
        pytest.param(CANARY * 10, id="a long one"),
        pytest.param(f"{CANARY}\x1b[2J", id="an escape"),
        pytest.param("", id="an empty one"),
    ],
)
def test_a_name_that_may_be_a_secret_is_not_repeated(name: str) -> None:
    for args in ({**GOOD, "fields": {name: None}}, {**GOOD, name: None}):
        assert " with that name" in refusal(args)


def test_a_name_that_is_no_text_is_refused_like_any_other() -> None:
    assert refusal({**GOOD, "fields": {5: CANARY}}).startswith("there is no field 5 in fields; known are ")
    assert refusal({**GOOD, "fields": {None: CANARY}}).startswith("there is no field None in fields; ")
    assert refusal({**GOOD, "fields": {("a", 1): CANARY}}).startswith("there is no field with that name in fields; ")


# Shapes.


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(CANARY, "a text", id="text"),
        pytest.param([{"access_token": CANARY}], "a list", id="list"),
        pytest.param(5, "a number", id="number"),
        pytest.param(True, "a boolean", id="boolean"),
        pytest.param("", "a text", id="empty text"),
        pytest.param(dt.date(2026, 1, 1), "a date", id="date"),
    ],
)
def test_fields_must_be_a_dictionary(value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": value}) == f"fields must be a dictionary, and is {kind}"


@pytest.mark.parametrize("name", ["name", "access_token", "phone_number_id", "calls_enabled"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [({"a": CANARY}, "a dictionary"), ([CANARY], "a list"), ((CANARY,), "a tuple"), ({CANARY}, "a set")],
    ids=["dictionary", "list", "tuple", "set"],
)
def test_a_container_is_no_value(name: str, value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": {name: value}}) == f"fields.{name} must be one value, and is {kind}"


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
def test_what_yaml_made_of_a_text_is_no_text(name: str, value: Any, kind: str) -> None:
    assert refusal({**GOOD, "fields": {name: value}}) == f"fields.{name} must be a text, and is {kind}: quote it"


@pytest.mark.parametrize("name", ["phone_number_id", "business_account_id", "access_token", "name"])
@pytest.mark.parametrize("number", [100000000000001, 0, -5, 10**30])
def test_a_whole_number_is_taken_as_its_digits_with_a_warning_that_does_not_repeat_it(name: str, number: int) -> None:
    checked, warnings = check_shape({**GOOD, "fields": {name: number}}, CONFIG)
    assert checked["fields"] == {name: str(number)}
    assert warnings == [f"fields.{name} was given as a number; quote it, or YAML may change its digits"]


def test_rows_are_checked_like_single_objects_and_named_by_their_number() -> None:
    rows = [{"config_id": "a", "fields": {"name": "x"}}, {"config_id": "b", "fields": {"nmae": CANARY}}]
    assert refusal({"configs": rows}, FLEET) == "there is no field nmae in configs[1].fields; did you mean name?"
    assert refusal({"configs": [CANARY]}, FLEET) == "configs[0] must be a dictionary, and is a text"
    assert refusal({"configs": [None]}, FLEET) == "configs[0] must be a dictionary, and is null"
    assert refusal({"configs": CANARY}, FLEET) == "configs must be a list, and is a text"
    assert refusal({"configs": [], "only": [[CANARY]]}, FLEET) == "only[0] must be one value, and is a list"
    assert refusal({"configs": [], "defaults": {"nmae": CANARY}}, FLEET).startswith(
        "there is no field nmae in defaults"
    )


def test_a_warning_that_many_rows_deserve_is_given_once() -> None:
    rows = [{"config_id": number, "fields": {"phone_number_id": number}} for number in range(1, 5)]
    checked, warnings = check_shape({"configs": rows}, FLEET)
    assert [row["config_id"] for row in checked["configs"]] == ["1", "2", "3", "4"]
    named = [warning.split(" was ")[0] for warning in warnings]
    assert named == ["configs[].config_id", "configs[].fields.phone_number_id"]


# Booleans, numbers and choices.


@pytest.mark.parametrize(
    ("value", "meant"),
    [(True, True), (False, False), ("yes", True), ("no", False), ("True", True), ("off", False), (1, True), (0, False)],
)
def test_a_boolean_is_what_ansible_takes_for_one(value: Any, meant: bool) -> None:
    assert check_shape({**GOOD, "fields": {"calls_enabled": value}}, CONFIG)[0]["fields"] == {"calls_enabled": meant}


@pytest.mark.parametrize("value", [CANARY, "", 2, -1, 1.5, dt.date(2026, 1, 1)])
def test_nothing_else_is_a_boolean(value: Any) -> None:
    assert refusal({**GOOD, "fields": {"calls_enabled": value}}) == "fields.calls_enabled must be true or false"


@pytest.mark.parametrize(("value", "meant"), [(5, 5.0), (0.5, 0.5), ("5", 5.0), (" 5.5 ", 5.5), (-1, -1.0)])
def test_a_number_may_be_given_as_a_text(value: Any, meant: float) -> None:
    assert check_shape({**GOOD, "timeout": value}, CONFIG)[0]["timeout"] == meant


@pytest.mark.parametrize(
    "value",
    [CANARY, "", "nan", "inf", "1e999", True, float("nan"), 10**400, dt.date(2026, 1, 1), b"5x"],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    assert refusal({**GOOD, "timeout": value}) == "timeout must be a number"
    assert refusal({**GOOD, "retries": value}) == "retries must be a whole number"


def test_a_count_must_be_whole() -> None:
    assert refusal({**GOOD, "retries": 1.5}) == "retries must be a whole number"
    assert check_shape({**GOOD, "retries": "4"}, CONFIG)[0]["retries"] == 4
    assert check_shape({**GOOD, "retries": 4.0}, CONFIG)[0]["retries"] == 4


def test_a_choice_must_be_one_of_those_there_are() -> None:
    assert refusal({**GOOD, "send_write_only": CANARY}) == (
        "send_write_only must be one of when_changed, when_value_changed, always, never, adopt"
    )


@pytest.mark.parametrize("blank", [" ", "\t", "\n ", "\u2003"])
def test_a_blank_secret_is_refused_and_a_blank_text_is_not_for_this_check(blank: str) -> None:
    advice = "is blank: leave it out, or set it to null, where it is not meant"
    assert refusal({**GOOD, "fields": {"access_token": blank}}) == f"fields.access_token {advice}"
    assert refusal({**GOOD, "api_key": blank}) == f"api_key {advice}"
    assert check_shape({**GOOD, "fields": {"name": blank}}, CONFIG)[0]["fields"] == {"name": blank}


# Nulls.


@pytest.mark.parametrize("name", [name for name, rule in CONFIG.items() if "default" in rule])
def test_a_null_option_gets_its_default(name: str) -> None:
    assert name not in check_shape({**GOOD, name: None}, CONFIG)[0]


def test_a_null_field_is_not_managed() -> None:
    checked, warnings = check_shape({**GOOD, "fields": {"name": "x", "access_token": None}}, CONFIG)
    assert (checked["fields"].get("access_token"), warnings) == (None, [])


@pytest.mark.parametrize("args", [{}, {"configs": None}], ids=["missing", "null"])
def test_what_is_required_is_missed(args: dict[str, Any]) -> None:
    assert refusal(args, FLEET) == "configs is required"


names = st.text() | st.sampled_from(sorted(CONFIG["fields"]["options"]))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(CONFIG)), anything), st.sampled_from([CONFIG, FLEET]))
def test_no_arguments_at_all_raise_anything_else_or_are_repeated(args: dict[str, Any], spec: dict[str, Any]) -> None:
    try:
        _checked, told = check_shape(args, spec)
    except Refused as refused:
        told = [str(refused)]
    assert not any(CANARY in text for text in told)
