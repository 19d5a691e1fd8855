# SPDX-License-Identifier: GPL-3.0-or-later
"""A small project for tests without a server: a customer with a number, its configuration and a webhook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.bounds import MaxChanges
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import NUMBER, OTHER, SECOND, URL
from tests.support.simulation import ID, instant
from tests.support.whole_run import Ran, at_kapso, run

WHEN = {"updated_at": instant(0)}
NEEDED = {"name": "Shop", "business_account_id": "200000000000001", "access_token": "EXAMPLE-token"}
OWN = {"id": ID, "name": "Own", "external_customer_id": "own", **WHEN}
PHONE_ROW = {
    "id": NUMBER,
    "phone_number_id": NUMBER,
    "name": "Shop",
    "business_account_id": NEEDED["business_account_id"],
    "internal_id": OTHER,
    "customer_id": ID,
    **WHEN,
}
HOOK_ROW = {"id": "hook", "url": URL, "events": ["a"], "active": True, "phone_number_id": NUMBER, **WHEN}
CONFIG_ROW = {"id": OTHER, "name": "Shop", "phone_number_id": NUMBER, "customer_id": ID, **WHEN}
CUSTOMERS, PHONES, HOOKS, CONFIGS = "/customers", "/whatsapp/phone_numbers", "/whatsapp/webhooks", "/whatsapp_configs"
OF_NUMBER, OF_SECOND = f"{PHONES}/{NUMBER}/webhooks", f"{PHONES}/{SECOND}/webhooks"
OF_OWNER = f"{PHONES}?customer_id={ID}"
BY_KEY = "/customers?external_customer_id=own"
ALL = frozenset({"customer", "whatsapp_phone_number", "whatsapp_config", "whatsapp_webhook"})

OWNER = Target(CUSTOMER, None, {"name": "Own"}, given_key={"external_customer_id": "own"}, by_key=True)
PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, NEEDED, given_key={"phone_number_id": NUMBER}, parent_key="own")
BY_PARENT_ID = replace(PHONE, parent_key=None, parent_id=ID)
HOOK = Target(
    WHATSAPP_WEBHOOK, None, {"url": URL, "events": ["a"], "secret_key": "EXAMPLE-key"}, by_key=True, parent_id=NUMBER
)
HOOK_2 = replace(HOOK, desired={**HOOK.desired, "url": f"{URL}/2"})
OLD = Target(CUSTOMER, "a", {"name": "Own"})
LAST = NotSent("the key ends", "get a key", status=401, stops_run=True)
WRONG_BASE = "api_url is not the base URL of the Kapso API: it has no list of proof (HTTP 404)"
RESOURCE_OF = {one.path: one for one in (CUSTOMER, WHATSAPP_PHONE_NUMBER, WHATSAPP_CONFIG, WHATSAPP_WEBHOOK)}
HERE = at_kapso(customers=[OWN], phone_numbers=[PHONE_ROW], configs=[CONFIG_ROW], webhooks=[HOOK_ROW])
HERE.update(
    {
        f"{CONFIGS}/{OTHER.upper()}": CONFIG_ROW,
        f"{CUSTOMERS}/{ID.upper()}": OWN,
        OF_NUMBER: [HOOK_ROW],
        OF_OWNER: [PHONE_ROW],
        BY_KEY: [OWN],
    }
)
EMPTY = {**at_kapso(), BY_KEY: []}


def absent(resource: Any, object_id: str, **more: Any) -> Target:
    """Return an entry that deletes the object with that ID."""
    return Target(resource, object_id, {}, state="absent", **more)


def plan(*targets: Target, answers: Any = None, **bounds: Any) -> Ran:
    """Plan these entries in check mode. Assert that each is counted once."""
    ran = run(*targets, answers=HERE if answers is None else answers, check_mode=True, **bounds)
    if ran.project.stopped is None:
        assert ran.progress.done == [len(targets)]
        assert ran.progress.failures == [sum(wrong is not None for wrong in ran.wrong)]
    return ran


def plan_pruned(kind: str, *targets: Target, answers: Any = None) -> Ran:
    """Plan these entries, and the deletion of undeclared objects of one resource."""
    bounds: dict[str, Any] = {"whole": ALL, "prune": {kind}, "max_deletions": MaxChanges(9, is_percentage=False)}
    return run(*targets, answers=HERE if answers is None else answers, check_mode=True, **bounds)
