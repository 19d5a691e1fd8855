# SPDX-License-Identifier: GPL-3.0-or-later
"""List the resources of the matrix, with the facts that their tables do not have.

In the labels of requests, objects have names: `one`, or `acme` for the only parent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition as Module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.definitions import INFOS, PROJECT, SINGLES

Data = dict[str, Any]
Command = tuple[str, Data]

PARENT = "acme"
PARENT_KEY = "acme's own id"
NAMES = ("one", "two", "three", "four", "five", *(f"other-{count}" for count in range(4)))
IDS = {name: f"33333333-0000-4000-8000-{count:012}" for count, name in enumerate((PARENT, *NAMES))}
NEWCOMER = "44444444-0000-4000-8000-000000000000"  # a customer without numbers
META_IDS = {name: f"7000000000000{count:02}" for count, name in enumerate(IDS)}
RECEIVED = "whatsapp.message.received"


def _as_it_is(row: Data) -> Data:
    return row


@dataclass(frozen=True)
class Subject:
    """Describe a resource: the emulator's commands for its objects, and the options that name their parent."""

    resource: Resource
    shelf: str  # the emulator's command that returns all objects
    add: str  # the command that adds one
    first: tuple[Command, ...] = ()  # the commands that add the parent
    parent: Mapping[str, str] = field(default_factory=dict)  # the options that name the parent
    owned: Mapping[str, str] = field(default_factory=dict)  # arguments of `add` that set the parent
    ids: Mapping[str, str] = field(default_factory=lambda: IDS)  # IDs in the API by name
    seen: Callable[[Data], Data] = _as_it_is  # converts an object of the emulator to the API's names and IDs
    echoed: frozenset[str] = frozenset()  # write-only fields that the emulator returns
    fixed: Mapping[str, Any] = field(default_factory=dict)  # values of fields with few valid values
    needed_to_write: str = "-"  # the request that planning a creation or an update needs; `-`: none
    needed_to_delete: str = "-"  # the request that planning a deletion needs; `-`: none

    @property
    def one(self) -> Module:
        """Return the module of one object."""
        return SINGLES[self.resource.name]

    @property
    def info(self) -> Module:
        """Return the module that lists objects."""
        return INFOS[self.resource.name]

    @property
    def many(self) -> Module | None:
        """Return the module that manages many objects, None if it does not accept these."""
        return PROJECT if self.resource.in_project else None

    @property
    def needed_lists(self) -> list[str]:
        """Return the paths of further lists that planning needs."""
        return [] if {self.needed_to_write, self.needed_to_delete} == {"-"} else [WHATSAPP_PHONE_NUMBER.path]

    @property
    def is_by_parent(self) -> bool:
        """Return whether only the parent identifies the object."""
        return not self.resource.id_option

    @property
    def id_option(self) -> str:
        """Return the option for the ID of the object, or of its parent if the object has no such option."""
        return self.resource.id_option or (self.resource.parent.id_option if self.resource.parent else "")

    @property
    def id_path(self) -> str:
        """Return the path of the request with that ID. `{id}` is in place of the ID."""
        if self.is_by_parent and self.resource.parent:
            return self.resource.parent.path.format(parent="{id}")
        return f"{self.resource.path}/{{id}}"

    @property
    def own_parent(self) -> Data:
        """Return the option with the ID of the parent."""
        return {self.resource.parent.id_option: self.id_of(PARENT)} if self.resource.parent else {}

    @property
    def as_meant(self) -> Mapping[str, str]:
        """Return the fields and values of the objects that an entry can identify."""
        return self.resource.asked_for

    @property
    def not_meant(self) -> Data:
        """Return other values of these fields."""
        fields = filter(None, map(self.resource.field, self.as_meant))
        return {field.name: next(c for c in field.choices if c != self.as_meant[field.name]) for field in fields}

    def id_of(self, name: str) -> str:
        """Return the ID in the API of the object with that name."""
        return self.ids.get(name, name)

    def name_of(self, object_id: str) -> str:
        """Return the name of the object with that ID, `new` for one that a run has created."""
        made_up = object_id.startswith("00000000-")
        return "new" if made_up else next((name for name, one in self.ids.items() if one == object_id), object_id)

    def adding(self, values: Mapping[str, Any]) -> Command:
        """Return the command that adds an object of the parent."""
        own_id = {"phone_number_id": self.id_of(values["id"])} if self.resource.key_is_id else {}
        return self.add, {**self.owned, **own_id, **values, "id": self.stored_id(values["id"])}

    def stored_id(self, name: str) -> str:
        """Return the ID in the emulator of the object with that name."""
        return IDS.get(name, name)

    def values(self, version: str, choose: Callable[[Field], bool]) -> Data:
        """Return the values of a version, "old" or "new", for the fields that `choose` accepts."""
        fields = (field for field in self.resource.writable if field.access != "create")
        return {field.name: self._example(field, version) for field in fields if choose(field)}

    def _example(self, field: Field, version: str) -> Any:
        text = f"{'canary-' if field.secret else ''}{field.name}-{version}"
        number = ("old", "new").index(version)
        if field.name in self.fixed:
            return self.fixed[field.name]
        if field.format == "meta_id":
            return "7" * 12 + f"{sum(field.name.encode()):04}"  # the emulator makes no such example value
        if field.format == "url":
            return f"https://hooks.example.org/{version}?token=canary-{field.name}-{version}"
        if field.choices:
            return field.choices[number]
        examples = {"str": text, "bool": bool(number), "int": 6 + number, "list": [RECEIVED], "dict": {"X-One": text}}
        return examples[field.type]


@dataclass(frozen=True)
class Target:
    """Hold the declaration of one object, with its ID, or with its parent and key.

    `parent` has the options that name its parent, `twins` the names of other objects with its key, which the run
    deletes.
    """

    subject: Subject
    object_id: str | None
    declared: Mapping[str, Any]
    absent: bool = False
    parent: Mapping[str, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    renews: Mapping[str, str] = field(default_factory=dict)  # times that are to be later than these

    @property
    def name(self) -> str:
        """Return its name in labels of requests. An object that does not exist has the name of its parent."""
        return self.object_id or (PARENT if self.subject.resource.parent else "project")

    @property
    def entry(self) -> Data:
        """Return the options of this object."""
        resource = self.subject.resource
        options: Data = {"state": "absent" if self.absent else "present", **self.parent}
        if self.object_id is not None and not self.subject.is_by_parent:
            options[resource.id_option] = self.subject.id_of(self.object_id)
        is_apart = resource.key_is_id or resource.key_moves or (self.is_by_key and resource.key_as_option)
        apart = resource.key if is_apart else ()
        options |= {name: value for name, value in self.declared.items() if name in apart}
        return {**options, "fields": {name: value for name, value in self.declared.items() if name not in apart}}

    @property
    def is_by_key(self) -> bool:
        """Return whether its ID is not given."""
        return self.object_id is None

    @property
    def may_be_created(self) -> bool:
        """Return whether the run creates it if it does not exist."""
        return not self.absent and (self.is_by_key or self.subject.resource.key_is_id)

    def found_in(self, there: list[Data]) -> list[Data]:
        """Return the objects with its ID or key, without its twins. More than one is an error."""
        if self.object_id is not None:
            return [held for held in there if held["id"] == self.subject.id_of(self.object_id)]
        parent = self.subject.resource.parent
        address = {name: self.declared[name] for name in self.subject.resource.key if name in self.declared}
        address |= {parent.row_field: self.subject.id_of(PARENT)} if parent else {}
        address |= self.subject.as_meant
        twins = self.twins_in(there)
        return [held for held in there if address.items() <= held.items() and held not in twins]

    def is_as_declared(self, there: Data) -> bool:
        """Return whether an object has the declared values and later times."""
        return self.declared.items() <= there.items() and not self.renews.items() & there.items()

    def twins_in(self, there: list[Data]) -> list[Data]:
        """Return the existing twins."""
        ids = {self.subject.id_of(name) for name in self.twins}
        return [held for held in there if held["id"] in ids]


CONFIGS = Subject(
    WHATSAPP_CONFIG,
    "configs",
    "add",
    first=(("add_customer", {"id": IDS[PARENT]}),),
    parent={"customer_id": IDS[PARENT]},
    owned={"customer_id": IDS[PARENT]},
)
CUSTOMERS = Subject(CUSTOMER, "customers", "add_customer", needed_to_delete="LIST phone_numbers")
NUMBERS = Subject(
    WHATSAPP_PHONE_NUMBER,
    "configs",
    "add",
    first=(("add_customer", {"id": IDS[PARENT], "external_customer_id": PARENT_KEY}),),
    parent={"external_customer_id": PARENT_KEY},
    owned={"customer_id": IDS[PARENT]},
    ids={**META_IDS, PARENT: IDS[PARENT]},
    seen=lambda row: {**row, "id": row["phone_number_id"], "internal_id": row["id"]},
)
WEBHOOKS = Subject(
    WHATSAPP_WEBHOOK,
    "webhooks",
    "add_webhook",
    first=(("add", {"id": IDS[PARENT], "phone_number_id": META_IDS[PARENT]}),),
    parent={"phone_number_id": META_IDS[PARENT]},
    owned={"phone_number_id": META_IDS[PARENT]},
    ids={**IDS, PARENT: META_IDS[PARENT]},
    seen=lambda row: {**row, "phone_number_id": META_IDS[PARENT] if row["config_id"] == IDS[PARENT] else None},
    echoed=frozenset({"secret_key"}),
    fixed={"events": ["whatsapp.message.sent", RECEIVED]},
)
LINKS = Subject(
    SETUP_LINK,
    "setup_links",
    "add_setup_link",
    first=(("add_customer", {"id": NEWCOMER, "external_customer_id": f"new at {PARENT_KEY}"}),),
    parent={"external_customer_id": f"new at {PARENT_KEY}"},
    owned={"customer_id": NEWCOMER},
    ids={**IDS, PARENT: NEWCOMER},
    fixed={
        "allowed_origins": ["https://app.example.org"],
        "allowed_connection_types": ["dedicated"],
        "phone_number_country_isos": ["BR"],
        "theme_config": {"primary_color": "#1A7F37"},
    },
    needed_to_write="LIST phone_numbers",
)
SUBJECTS = {subject.resource.name: subject for subject in (CONFIGS, CUSTOMERS, NUMBERS, WEBHOOKS, LINKS)}
