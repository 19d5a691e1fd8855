# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of setup links, and their rules. With a setup link, a customer connects a phone number.

Source: docs.kapso.ai/api/platform/v1/setup-links. No route reads a single link, and none deletes one. A task manages
the active link of a customer. Kapso allows one, and revokes it when a new one is created.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .customer import NUMBERS, is_of, named
from .model import Field, Filter, Option, Parent, Resource, created_filters
from .rules import Entry, Match, Need, Related, Row, Rules, Verdict

HOUR = 3600.0  # seconds
DAY = 24 * HOUR
LIFE = 30 * DAY  # seconds for which a new link is valid
UNITS = {"h": HOUR, "d": DAY}
DURATION = re.compile(r"(\d{1,6})([hd])", re.ASCII)
FORM = "min_validity must be a number with a unit, such as 12h or 7d"
TOO_LONG = "min_validity must be at most 30d: no link is valid for longer"
NOT_TO_RECONNECT = "fields.reconnect_phone_number needs `reconnect: true`"
REVOKED = "its URL stops working"
NO_END = "Kapso does not show when the link expires: min_validity cannot be checked"
NOT_FOR_A_NUMBER = (
    "the active link cannot reconnect a number; to replace it, revoke it with `state: absent` and run this task again"
)


def seconds(duration: str) -> float:
    """Return the seconds of a duration such as 12h or 7d. Raise ValueError for any other text."""
    found = DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(FORM)
    return int(found[1]) * UNITS[found[2]]


class SetupLinkRules(Rules):
    """Only the active link counts. It is extended if it ends soon. A customer with a phone number gets no link."""

    def check(self, entry: Entry) -> str:
        """Refuse a validity that no link can have, and a phone number to reconnect without `reconnect`."""
        try:
            least = seconds(entry.options["min_validity"])
        except ValueError as error:
            return str(error)
        if least > LIFE:
            return TOO_LONG
        if entry.desired.get("reconnect_phone_number") is not None and not entry.options["reconnect"]:
            return NOT_TO_RECONNECT
        return ""

    def found(self, entry: Entry, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the active links. One without a status is active: the list was filtered by status."""
        del entry
        return [row for row in rows if row.get("status", "active") == "active"]

    def match(self, entry: Entry, rows: Sequence[Row]) -> Match:
        """Return the newest of several active links. With `state: absent`, all of them are revoked."""
        newest, *others = sorted(rows, key=lambda row: str(row.get("created_at")), reverse=True)
        return Match(newest, tuple(others) if entry.state == "absent" else ())

    def renew(self, entry: Entry, row: Row, left: Mapping[str, float]) -> Mapping[str, float]:
        """Return 30 days for a link that is valid for less than `min_validity`."""
        del row
        ends = left.get("expires_at")
        return {} if ends is None or ends >= seconds(entry.options["min_validity"]) else {"expires_at": LIFE}

    def needs(self, entry: Entry) -> tuple[Need, ...]:
        """Return the need for the customer's phone numbers, unless the entry names one."""
        declared = entry.desired.get("reconnect_phone_number") is not None
        if entry.state == "absent" or entry.parent_id is None or declared:
            return ()
        return (Need(NUMBERS, {"customer_id": entry.parent_id}),)

    def judge(self, entry: Entry, row: Row, related: Related) -> Verdict:
        """Make no link for a customer with a phone number, unless `reconnect` is set. Then find that number."""
        if entry.state == "absent":
            return Verdict(note=REVOKED)
        warning = _doubt(entry, row)
        numbers = [number for number in related.get(NUMBERS, ()) if is_of(entry.parent_id, number)]
        if not numbers:
            return Verdict(warning=warning)
        has = f"the customer has {len(numbers)} number{'s' if len(numbers) > 1 else ''} ({named(numbers)})"
        if not entry.options["reconnect"]:
            return Verdict(leave=True, warning=f"{has}, so no link is created; `reconnect: true` creates one")
        alone = numbers[0].get("display_phone_number_normalized") if len(numbers) == 1 else ""
        digits = str(row.get("reconnect_phone_number") or alone or "")
        if not digits:
            return Verdict(f"{has}", "name the one to reconnect in fields.reconnect_phone_number")
        return Verdict(at_creation={"reconnect_phone_number": f"+{digits.lstrip('+')}"}, warning=warning)


def _doubt(entry: Entry, row: Row) -> str:
    """Return a warning about an existing link that cannot be checked, or may not be as intended; "" for none."""
    if row and "expires_at" not in row:
        return NO_END
    plain = "reconnect_phone_number" in row and row["reconnect_phone_number"] is None
    return NOT_FOR_A_NUMBER if entry.options["reconnect"] and plain else ""


SETUP_LINK = Resource(
    name="setup_link",
    title="setup link",
    noun="setup link",
    plural="setup_links",
    api="platform",
    envelope="setup_link",
    id_option="",
    path="",
    in_project=False,
    item_path="/customers/{parent}/setup_links/{id}",
    reads="list",
    asked_for={"status": "active"},
    removal={"status": "revoked"},
    replaces="revokes",
    parent=Parent(
        "customer",
        "customer_id",
        "customer_id",
        "/customers/{parent}/setup_links",
        "/customers",
        key_option="external_customer_id",
    ),
    rules=SetupLinkRules(),
    page="setup-links",
    documentation="https://docs.kapso.ai/api/platform/v1/setup-links/list-setup-links",
    notes={
        "customer_id": "ID of the customer at Kapso. The task manages the active setup link of this customer.",
        "external_customer_id": "Your own ID of the customer, instead of O(customer_id).",
        "state": (
            (
                "With V(present), the customer has an active link that matches O(fields) and is valid for at least "
                "O(min_validity). A link that ends sooner is extended to 30 days from now, and its URL stays valid. A "
                "new link is created if there is none, if a field differs that cannot be changed, or if Kapso does not "
                "extend the link. A new link revokes the old one; the plan shows that."
            ),
            "With V(absent), the active link is revoked. If there is none, nothing changes.",
        ),
        "fields": (
            (
                "Fields to manage, if any. Fields that you leave out, or set to null, are not changed. An empty "
                r"text is refused; V(default(omit\)) leaves out a variable that is not set."
            ),
            "You can give JSON, as from a command line or the filter C(to_json).",
        ),
    },
    options=(
        Option(
            "min_validity",
            "str",
            "7d",
            description="Shortest time that an active link must still be valid, such as V(12h) or V(7d), up to V(30d). "
            "With a value near V(30d), each run extends the link.",
        ),
        Option(
            "reconnect",
            default=False,
            description=(
                (
                    "If V(true), a customer who has a number already gets a link to connect it again. The task sends "
                    "the number of the customer. If there are several, name one in O(fields.reconnect_phone_number)."
                ),
                (
                    "If V(false), the task creates no link for such a customer, and warns. A second connection could "
                    "break the first."
                ),
                (
                    "While the link is valid, further runs change nothing. Remove the option when the number is "
                    "connected."
                ),
            ),
        ),
        Option(
            "return_url",
            default=False,
            description=(
                "If V(true), return the URL of a link in clear, as C(url), so that you can mail it. Anyone who has the "
                "URL can connect a number. Set C(no_log=true) for the task and for tasks that use its result."
            ),
        ),
    ),
    filters=(
        Filter(
            "status",
            "status",
            query="status",
            description="Return only those with this status.",
        ),
        *created_filters(),
    ),
    fields=(
        Field(
            "success_redirect_url",
            format="url",
            nullable=True,
            description="Page for the customer's browser after the number is connected. All output masks the values "
            "in its query.",
        ),
        Field(
            "failure_redirect_url",
            format="url",
            nullable=True,
            description="Page for the customer's browser after a failure. All output masks the values in its query.",
        ),
        Field(
            "allowed_origins",
            "list",
            format="url",
            compare="set",
            description="Origins whose pages may embed the setup page, such as V(https://app.example.org), in any "
            "order.",
        ),
        Field(
            "allowed_connection_types",
            "list",
            compare="set",
            choices=("coexistence", "dedicated"),
            description="Ways to connect. V(coexistence) keeps the WhatsApp Business app, V(dedicated) uses the API "
            "only. Kapso's default allows both.",
        ),
        Field("provision_phone_number", "bool", description="If V(true), Kapso provides a phone number."),
        Field(
            "phone_number_area_code",
            nullable=True,
            description="Area code of a number that Kapso provides in the US, in quotes.",
        ),
        Field(
            "phone_number_country_isos",
            "list",
            compare="set",
            description="Countries of a number that Kapso provides, two capital letters for each.",
        ),
        Field(
            "theme_config",
            "dict",
            compare="map",
            nullable=True,
            description="Colors of the setup page, such as V(primary_color) with a value like V(#1A7F37). The "
            "names are C(primary), C(primary_foreground), C(background), C(text), C(muted_text), C(card), C(muted), "
            "C(border), C(secondary), C(secondary_foreground), C(destructive) and C(destructive_foreground), each "
            "followed by C(_color).",
        ),
        Field(
            "language",
            nullable=True,
            choices=("en", "es", "pt", "hi", "id", "ar"),
            description="Language of the setup page. The default is the language of the customer's browser.",
        ),
        Field(
            "meta_billing_mode",
            access="create",
            choices=("customer_managed", "partner_managed"),
            description="The party that pays Meta. It cannot be changed: for another value, the task creates a new "
            "link.",
        ),
        Field(
            "reconnect_phone_number",
            access="create",
            format="phone_number",
            compare="digits",
            description="The phone number to reconnect, in quotes and with a plus sign, such as V(+15551234567). Not "
            "Meta's ID. It requires C(reconnect=true). It cannot be changed: for another number, the task creates a "
            "new link.",
        ),
        Field("id", access="ro", description="ID of the setup link."),
        Field(
            "status",
            access="ro",
            choices=("active", "used", "expired", "revoked"),
            description="V(active), V(used), V(expired) or V(revoked).",
        ),
        Field(
            "url",
            access="ro",
            format="url",
            secret=True,
            reveal="return_url",
            description="The URL for the customer.",
        ),
        Field(
            "token", access="ro", secret=True, description="The last part of the URL.", returned="if the link is new"
        ),
        Field("expires_at", access="ro", format="time", description="Time when the link expires."),
        Field("created_at", access="ro", description="Time of creation."),
        Field(
            "whatsapp_setup_status",
            access="ro",
            description="Progress of the customer. V(pending), V(processing), V(completed) or V(failed).",
        ),
        Field("whatsapp_setup_error", access="ro", description="Reason of the failure, or null."),
        Field(
            "provisioned_phone_number", "raw", access="ro", description="The phone number that Kapso provided, or null."
        ),
    ),
)
