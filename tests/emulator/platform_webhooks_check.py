# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a webhook as a whole, and add the defaults of the API.

Sources: docs.kapso.ai/api/platform/v1/webhooks, and, for one meta webhook per number, the vendor's agent-skills. All
texts except ``can't be blank`` are guesses. It is also a guess that the API refuses an event of the wrong scope; it
is documented that such an event is never delivered. Unknown event names are accepted, since the list of events grows.
"""

from __future__ import annotations

from typing import Any

from tests.emulator.answers import NOT_PAID_FOR
from tests.emulator.call import Call, Errors, Problem
from tests.emulator.configs_check import BLANK
from tests.emulator.store import Stored

_OF_NUMBERS = ("whatsapp.message.", "whatsapp.conversation.", "whatsapp.contact.", "whatsapp.meta_business_agent.")
_OF_PROJECTS = ("whatsapp.phone_number.", "whatsapp.account.", "workflow.", "kapso_agent.", "project.")
_PAID = "project.event"


def check(call: Call, after: dict[str, Any], item: Stored | None, errors: Errors) -> None:
    """Add the errors of the whole webhook to those of single fields. Raise Problem 402 for an event of a paid plan.

    ``after`` has all values after the write. ``item`` is the changed webhook, None for a creation.
    """
    if errors:
        return
    if item and after["kind"] != item.values["kind"]:
        errors["kind"] = ["cannot be changed"]
        return
    # Observed at Kapso for a webhook of a number. The schema allows null in a change, and for the project's webhooks.
    if after.get("secret_key") == "" or (not item and after["config_id"] and not after.get("secret_key")):
        errors["secret_key"] = [BLANK]
    if after["kind"] == "meta":
        _check_meta(call, after, item, errors)
        return
    if not after["events"]:
        errors["events"] = [BLANK]  # documented for a number, a guess for the project
    if any(name.startswith(_OF_PROJECTS if after["config_id"] else _OF_NUMBERS) for name in after["events"]):
        errors["events"] = ["are not available in this scope"]
    if _PAID in after["events"] and not errors and not call.settings.project_events:
        raise Problem(402, NOT_PAID_FOR["error"])


def _check_meta(call: Call, after: dict[str, Any], item: Stored | None, errors: Errors) -> None:
    if not after["config_id"]:
        errors["phone_number_id"] = [BLANK]
    if after.get("buffer_enabled"):
        errors["buffer_enabled"] = ["is not supported for meta webhooks"]
    if any(
        other is not item and (other.values["kind"], other.values["config_id"]) == ("meta", after["config_id"])
        for other in call.store.webhooks.values()
    ):
        errors["kind"] = ["has already been taken"]


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a webhook with the API's defaults for null; defaults of the buffer only if it is enabled."""
    defaults: dict[str, Any] = {"inactivity_minutes": 60, "payload_version": "v2"}
    if values.get("buffer_enabled"):
        # The default of 50 is from the docs of the legacy API. The platform documents none.
        defaults |= {"buffer_window_seconds": 5, "max_buffer_size": 50}
    filled = {**values, **{name: value for name, value in defaults.items() if values.get(name) is None}}
    return {**filled, "events": []} if filled.get("kind") == "meta" else filled
