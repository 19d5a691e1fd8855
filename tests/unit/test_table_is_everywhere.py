# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that all places that list fields or modules match the tables."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import argument_spec
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.argument_spec import (
    DEFAULT_RECEIPTS,
    connection_spec,
    field_spec,
    for_ansible,
    info_spec,
    object_module_spec,
    project_spec,
    receipt_spec,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import SEND_WRITE_ONLY
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.apis import APIS
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.export import declarations

from tests.collection import ROOT
from tests.emulator import fields as emulated
from tests.emulator import schemas
from tests.support import api_table

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("kapso_*.py"))
ACTIONS = sorted(path.stem for path in (ROOT / "plugins" / "action").glob("kapso_*.py"))
# The options in which a playbook writes fields.
WRITTEN = {
    "kapso_whatsapp_config": (("fields",),),
    "kapso_project": (("defaults", "configs"), ("configs", "fields")),
}
# Fields that the API accepts and no version returns.
NEVER_SHOWN = {"access_token"}
PLACES = [pytest.param(module, way, id=f"{module} {'.'.join(way)}") for module in WRITTEN for way in WRITTEN[module]]


def job(module: str) -> ModuleDefinition:
    """Return the definition in the action plugin of a module. A test below compares it with the module's."""
    plugin = importlib.import_module(f"ansible_collections.kapso.whatsapp.plugins.action.{module}")
    found: ModuleDefinition = plugin.ActionModule.definition
    return found


@pytest.mark.parametrize(("module", "way"), PLACES)
def test_the_argument_spec_has_the_fields_of_the_table(module: str, way: tuple[str, ...]) -> None:
    spec: Any = job(module).spec
    for name in way:
        spec = spec[name]["options"]

    assert spec == argument_spec.field_spec(WHATSAPP_CONFIG)
    assert [name for name, rule in spec.items() if rule["no_log"]] == list(WHATSAPP_CONFIG.secrets)


@pytest.mark.parametrize("field", [pytest.param(field, id=field.name) for field in WHATSAPP_CONFIG.fields])
def test_the_emulator_knows_the_fields_of_the_table(field: Field) -> None:
    accepted = {name for names in emulated.WRITABLE.values() for name in names}
    shown = {name for names in emulated.SHOWN.values() for name in names}

    assert (field.name in accepted) is field.writable
    assert field.name in shown | set(emulated.SECRETS)
    assert (field.name in emulated.SECRETS) is field.secret


def test_the_description_of_the_emulator_has_the_fields_of_the_table() -> None:
    accepted = schemas.NEW_CONFIG["properties"]["whatsapp_config"]["properties"]

    assert accepted.keys() == {field.name for field in WHATSAPP_CONFIG.writable}
    assert schemas.WhatsappConfig.model_fields.keys() == {f.name for f in WHATSAPP_CONFIG.fields} - NEVER_SHOWN


def test_the_table_of_the_api_has_the_fields_of_the_table() -> None:
    known = {field.name for field in api_table.CONFIG_FIELDS}

    assert {field.name for field in WHATSAPP_CONFIG.fields} - known == set()


def example(field: Field) -> Any:
    """Return a value that a playbook can declare."""
    texts = {"meta_id": f"{1000000000000 + len(field.name)}", "url": "https://hooks.example.org/wa", "own_id": "own-1"}
    of_type = {"bool": True, "int": 7, "list": ["whatsapp.message.received"], "dict": MASKED}
    kind_of_text = MASKED if field.secret else texts.get(field.format, "Example")
    return field.choices[0] if field.choices else of_type.get(field.type, kind_of_text)


@pytest.mark.parametrize("resource", [pytest.param(one, id=one.name) for one in of_a_project()])
def test_the_export_writes_every_field_that_a_playbook_can_declare(resource: Resource) -> None:
    ids = {"meta_id": "2000000000001", "kapso_id": "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"}
    row = {"id": ids[resource.id_format], **{field.name: example(field) for field in resource.writable}}
    row |= {resource.parent.row_field: ids[resource.parent.id_format]} if resource.parent else {}
    row |= {resource.key[0]: row["id"]} if resource.key_is_id else {}

    text = declarations({resource.plural: [row]}, "kapso_provision_")

    written = re.findall(r"^ +(?:- )?(# )?(\w+): ?(.*)$", text, re.MULTILINE)
    for field in resource.writable:
        found = {mark for mark, name, _value in written if name == field.name}
        left_out = field.default is not None and row[field.name] == field.default
        assert found == (set() if left_out else {"# " if field.secret else ""}), text
    assert MASKED not in text


def test_the_playbook_that_exports_lists_every_kind() -> None:
    (play,) = yaml.safe_load((ROOT / "playbooks" / "export.yml").read_text(encoding="utf-8"))
    by_api = {name: APIS[api].option for kind in of_a_project() for name, api in [(kind.plural, kind.api)]}

    told = {name: option for option, names in play["vars"]["kapso_export_apis"].items() for name in names}
    used = {name for task in play["tasks"] for name in task}
    assert told == by_api
    assert play["vars"]["kapso_export_read"].keys() == by_api.keys()
    assert used >= {f"kapso.whatsapp.{kind.module}_info" for kind in of_a_project()}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_in_the_action_group_and_has_its_two_sides(module: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    sides = [(ROOT / "plugins" / side / f"{module}.py").read_text(encoding="utf-8") for side in ("modules", "action")]

    assert module in runtime["action_groups"]["kapso"]
    assert job(module).module == f"kapso.whatsapp.{module}"
    made = {call for side in sides for call in re.findall(r"\b\w+_module\([A-Z\"].*?\)", side)}
    assert len(made) == 1  # the module and the action plugin have the same definition


def test_nothing_else_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))

    assert sorted(runtime["action_groups"]["kapso"]) == MODULES == ACTIONS


@pytest.mark.parametrize("module", MODULES)
def test_the_readme_names_every_module(module: str) -> None:
    assert f"`{module}`" in (ROOT / "README.md").read_text(encoding="utf-8")


# Data of the table itself.

HIDEABLE = {"access_token", "webhook_verify_token", "webhook_destination_url"}
DEMANDED = ("phone_number_id", "business_account_id", "access_token")
READ_ONLY = ("id", "customer_id", "display_name", "webhook_verified_at", "created_at", "updated_at")


def test_names_and_flags_are_those_of_the_api() -> None:
    names = [field.name for field in WHATSAPP_CONFIG.fields]
    assert len(set(names)) == len(names)
    assert not {field.name for field in WHATSAPP_CONFIG.writable} & set(READ_ONLY)
    assert WHATSAPP_CONFIG.secrets == ("access_token", "webhook_verify_token")
    assert WHATSAPP_CONFIG.required_on_write == DEMANDED
    assert WHATSAPP_CONFIG.write_only == HIDEABLE
    assert WHATSAPP_CONFIG.identity.name == "id"
    assert {field.name: field.format for field in WHATSAPP_CONFIG.fields if field.format != "text"} == {
        "phone_number_id": "meta_id",
        "business_account_id": "meta_id",
        "access_token": "token",
        "webhook_verify_token": "passphrase",
        "webhook_destination_url": "url",
    }


def test_declared_fields_are_in_the_tables_order_without_unknown_and_read_only_names() -> None:
    values = {"calls_enabled": False, "updated_at": "x", "colour": "red", "access_token": None, "name": "", "id": "x"}
    assert [(field.name, value) for field, value in WHATSAPP_CONFIG.declared(values)] == [
        ("name", ""),
        ("access_token", None),
        ("calls_enabled", False),
    ]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), [("str", ["", "5"], [5, True, ["5"]]), ("bool", [True, False], [1, 0, "true", {}])]
)
def test_a_field_holds_null_and_its_own_type(kind: str, right: list[Any], wrong: list[Any]) -> None:
    field = Field("example", type=kind)
    assert [field.holds(value) for value in (None, *right, *wrong)] == [True] * (1 + len(right)) + [False] * len(wrong)


# The argument specs: generated from the table, secrets marked, defaults as documented.

CONNECTION_SECRETS = {"api_key", "receipts", "receipts_key"}
SECRETS = CONNECTION_SECRETS | {"access_token", "webhook_verify_token"}


def flattened(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return all options by name, with those inside other options."""
    found = dict(spec)
    for rule in spec.values():
        found |= flattened(rule.get("options", {}))
    return found


def thing(fields: tuple[Field, ...]) -> Resource:
    """Return a resource that the collection does not have."""
    return Resource("thing", "Thing", "thing", "things", "legacy", "thing", "thing_id", "/things", fields)


def test_a_new_field_in_a_table_is_a_new_sub_option() -> None:
    pin = Field("pin", secret=True, format="token")
    fields = (Field("colour"), Field("loud", type="bool"), pin, Field("seen", access="ro"))
    spec = field_spec(thing(fields))
    assert spec["pin"]["format"] == "token"
    assert for_ansible(spec) == {
        "colour": {"type": "str", "no_log": False},
        "loud": {"type": "bool", "no_log": False},
        "pin": {"type": "str", "no_log": True},
    }


@pytest.mark.parametrize(
    ("spec", "secrets"),
    [
        (object_module_spec(WHATSAPP_CONFIG), SECRETS),
        (project_spec([WHATSAPP_CONFIG]), SECRETS),
        (info_spec(WHATSAPP_CONFIG), CONNECTION_SECRETS),
    ],
    ids=["config", "project", "info"],
)
def test_exactly_the_secrets_have_no_log_and_options_of_the_group_are_accepted(
    spec: dict[str, Any], secrets: set[str]
) -> None:
    forms = {name: rule.get("format") for name, rule in flattened(spec).items() if rule.get("no_log")}
    assert forms.keys() == secrets
    assert {form for name, form in forms.items() if name != "receipts"} <= {"token", "passphrase"}
    # `validate-modules` accepts no other keys.
    keys = {key for rule in flattened(for_ansible(spec)).values() for key in rule}
    assert keys <= {"type", "elements", "default", "choices", "required", "no_log", "fallback", "options"}
    assert connection_spec().items() <= spec.items()
    assert receipt_spec().keys() - spec.keys() == set()


def validated(**args: Any) -> dict[str, Any]:
    """Return the parameters that a module gets for these arguments."""
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
        **{api.option: api.default for api in APIS.values()},
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
    monkeypatch.setenv(variable, " ")
    assert validated()[option] == {**connection_spec(), **receipt_spec()}[option].get("default")
    monkeypatch.setenv(variable, "from the environment")
    assert validated()[option] == "from the environment"
    assert validated(**{option: "given"})[option] == "given"
