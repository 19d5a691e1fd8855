# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of a customer's setup links on the platform (docs.kapso.ai/api/platform/v1/setup-links).

No route reads or deletes a single link. Clients find a link in the list, and revoke it with a change.
"""

from __future__ import annotations

from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import Call, Errors, Problem, invalid
from tests.emulator.configs_view import derived
from tests.emulator.customers import THING as CUSTOMER
from tests.emulator.platform import DATES, Resource, dates, equals, plain
from tests.emulator.platform_fields import Field
from tests.emulator.store import Stored

_STATUS = ("active", "used", "expired", "revoked")
_URL = r"https?://\S+"
_COLORS = (
    *("primary", "primary_foreground", "background", "text", "muted_text", "card", "muted", "border"),
    *("secondary", "secondary_foreground", "destructive", "destructive_foreground"),
)
_FIELDS = {
    "success_redirect_url": Field("text", null=True, pattern=_URL),
    "failure_redirect_url": Field("text", null=True, pattern=_URL),
    "allowed_origins": Field("texts", pattern=r"https://[^/\s]+"),
    "allowed_connection_types": Field("texts", choices=("coexistence", "dedicated")),
    "provision_phone_number": Field("flag"),
    "phone_number_area_code": Field("text", null=True),
    "phone_number_country_isos": Field("texts", pattern="[A-Z]{2}"),
    "theme_config": Field("map", null=True, keys=tuple(f"{name}_color" for name in _COLORS), pattern="#[0-9A-Fa-f]{6}"),
    "language": Field("text", null=True, choices=("en", "es", "pt", "hi", "id", "ar")),
    "meta_billing_mode": Field("text", update=False, choices=("customer_managed", "partner_managed")),
    "reconnect_phone_number": Field("text", null=True, update=False),
    "expires_at": Field("instant", null=True, create=False),
    "status": Field("text", create=False, choices=_STATUS),
}
_SHOWN = (
    *("id", "url", "created_at", *_FIELDS),
    *("whatsapp_setup_status", "whatsapp_setup_error", "provisioned_phone_number"),
)
LINK = Resource(
    "setup_link",
    "Setup link",
    _FIELDS,
    plain(*_SHOWN),
    _SHOWN,
    sets=("allowed_origins", "allowed_connection_types", "phone_number_country_isos"),
)
NEW_LINK = Resource("setup_link", "Setup link", _FIELDS, plain(*_SHOWN, "token"), (*_SHOWN, "token"), sets=LINK.sets)
"""The form of the answer to a creation, the only one with the token."""


def list_of_customer(call: Call, customer_id: str) -> Answer:
    """GET /customers/{customer_id}/setup_links."""
    return LINK.list(call, _links(call, customer_id), equals(call, "status"), *dates(call))


def create(call: Call, customer_id: str) -> Answer:
    """POST /customers/{customer_id}/setup_links: the new link revokes the active one."""
    _links(call, customer_id)
    values, errors = LINK.given(call, None)
    if not errors and values.get("reconnect_phone_number"):
        values |= _reconnecting(call, customer_id, values, errors)
    if errors:
        raise invalid(errors, call.settings)
    item = call.store.add_setup_link(call.project, {**values, "customer_id": customer_id}, at=call.store.clock.now())
    call.applied = True
    return NEW_LINK.one(call, item, 201)


def patch(call: Call, customer_id: str, setup_link_id: str) -> Answer:
    """PATCH /customers/{customer_id}/setup_links/{setup_link_id}.

    Two points are guesses: an inactive link can become active again, which revokes the active one; and a new
    ``expires_at`` alone does not make an expired link active.
    """
    links = _links(call, customer_id)
    item = call.own(call.store.setup_links, setup_link_id, LINK.thing)
    if item not in links:
        raise Problem(404, f"{LINK.thing} not found")
    values, errors = LINK.given(call, item)
    if values.get("status") == "used" != item.values["status"]:
        errors["status"] = ["cannot be changed to used"]
    if errors:
        raise invalid(errors, call.settings)
    call.write(item, values)
    call.store.expire_links()
    if item.values["status"] == "active":
        call.store.revoke_other_links(item)
    return LINK.one(call, item)


def _links(call: Call, customer_id: str) -> list[Stored]:
    call.own(call.store.customers, customer_id, CUSTOMER)
    call.store.expire_links()
    return [item for item in call.store.setup_links.values() if item.values["customer_id"] == customer_id]


def _reconnecting(call: Call, customer_id: str, values: dict[str, Any], errors: Errors) -> dict[str, Any]:
    """Return the values of a link that reconnects a number, and add errors, whose texts are guesses."""
    digits = "".join(filter(str.isdigit, values["reconnect_phone_number"]))
    number = next(
        (
            item
            for item in call.store.configs.values()
            if (item.values["customer_id"], item.values["kind"]) == (customer_id, "production")
            and derived(item)["display_phone_number_normalized"] == digits
        ),
        None,
    )
    if number is None:
        errors["reconnect_phone_number"] = ["does not match a number of this customer"]
        return {}
    types = ["coexistence" if number.values["is_coexistence"] else "dedicated"]
    if values.get("allowed_connection_types", types) != types:
        errors["allowed_connection_types"] = ["must match the number to reconnect"]
    if values.get("provision_phone_number"):
        errors["provision_phone_number"] = ["must be false for a number to reconnect"]
    return {
        "reconnect_phone_number": digits,
        "allowed_connection_types": types,
        "provision_phone_number": False,
    }


_ALL = "/customers/{customer_id}/setup_links"
ROUTES = (
    LINK.route("GET", _ALL, list_of_customer, (404,), ("status", *DATES)),
    NEW_LINK.route("POST", _ALL, create, (400, 404, 422)),
    LINK.route("PATCH", f"{_ALL}/{{setup_link_id}}", patch, (400, 404, 422)),
)
