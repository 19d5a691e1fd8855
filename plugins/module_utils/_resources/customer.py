# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of customers, and their rules.

Source: docs.kapso.ai/api/platform/v1/customers/list-customers and the other pages about customers.
"""

from __future__ import annotations

from collections.abc import Sequence

from .model import Field, Filter, Option, Resource, created_filters
from .rules import Entry, Need, Related, Row, Rules, Verdict

NUMBERS = "whatsapp_phone_number"


class CustomerRules(Rules):
    """To rename a customer, an entry must give its ID. A customer that has phone numbers is not deleted."""

    def check(self, entry: Entry) -> str:
        """Refuse to rename a customer that is found by its old ID: the next run would not find it."""
        if "external_customer_id" not in entry.desired:
            return ""
        if entry.object_id is None:
            return "fields.external_customer_id renames a customer: name it by customer_id"
        if entry.key:
            return "fields.external_customer_id renames the customer: leave out the option external_customer_id"
        return ""

    def needs(self, entry: Entry) -> tuple[Need, ...]:
        """Return the need for the customer's phone numbers if the customer is to be deleted."""
        if entry.state != "absent" or entry.object_id is None:
            return ()
        return (Need(NUMBERS, {"customer_id": entry.object_id}),)

    def judge(self, entry: Entry, row: Row, related: Related) -> Verdict:
        """Refuse to delete a customer that has phone numbers. With `force`, name them in the plan."""
        del row
        numbers = [number for number in related.get(NUMBERS, ()) if is_of(entry.object_id, number)]
        if not numbers:
            return Verdict()
        has = f"{len(numbers)} number{'s' if len(numbers) > 1 else ''} ({named(numbers)})"
        if entry.options.get("force"):
            return Verdict(note=f"it has {has}")
        return Verdict(f"it has {has}", "delete them first, or set `force: true` to delete them with the customer")


def is_of(customer_id: str | None, number: Row) -> bool:
    """Return whether a phone number belongs to the customer. Upper and lower case of an ID are the same.

    A row without a customer belongs to it: the list was filtered by this customer.
    """
    return str(number.get("customer_id", customer_id)).lower() == str(customer_id).lower()


def named(numbers: Sequence[Row]) -> str:
    """Return phone numbers as a sentence lists them."""
    return ", ".join(str(number.get("display_phone_number") or number["id"]) for number in numbers)


CUSTOMER = Resource(
    name="customer",
    title="customer",
    noun="customer",
    plural="customers",
    may_prune=True,
    api="platform",
    envelope="customer",
    id_option="customer_id",
    path="/customers",
    key=("external_customer_id",),
    key_as_option=True,
    key_query="external_customer_id",
    key_phrase="{external_customer_id}",
    rules=CustomerRules(),
    page="customers",
    documentation="https://docs.kapso.ai/api/platform/v1/customers/list-customers",
    options=(
        Option(
            "force",
            default=False,
            description="If V(true), O(state=absent) deletes the customer even if it has numbers. The plan names them. "
            "Kapso's legacy documentation says that this deletes all data of the customer. That of the platform API "
            "does not say so.",
        ),
    ),
    filters=(
        Filter(
            "external_customer_id",
            "external_customer_id",
            "own_id",
            "external_customer_id",
            description="Return only the customer with exactly this ID of your own.",
        ),
        Filter(
            "name_contains",
            "name",
            query="name_contains",
            match="part",
            description="Return only those whose name contains this text, in upper or lower case.",
        ),
        *created_filters(),
    ),
    fields=(
        Field("name", required="create", description="Name of the customer. Several customers can have the same name."),
        Field(
            "external_customer_id",
            format="own_id",
            nullable=True,
            description="Your own ID of the customer. No other customer of the project may have it.",
        ),
        Field("id", access="ro", description="ID of the customer at Kapso."),
        Field("created_at", access="ro", description="When the customer was created."),
        Field("updated_at", access="ro", description="When it was last modified."),
    ),
    notes={
        "customer_id": "ID of the customer at Kapso. Required, unless you give O(external_customer_id). If you give "
        "both, they must name one customer.",
        "external_customer_id": (
            (
                "Your own ID of the customer, exactly as at Kapso. If several customers have it, the task fails and "
                "lists them."
            ),
            "If no customer has this ID, the task creates one. Then O(fields.name) is required.",
            "To change it, give O(customer_id) and O(fields.external_customer_id).",
        ),
        "state": (
            "With V(present), the customer is updated to match O(fields), and created if it does not exist.",
            (
                "With V(absent), it is deleted, unless it has numbers; see O(force). If it does not exist, nothing "
                "changes."
            ),
        ),
    },
)
