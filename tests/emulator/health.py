# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the health of a number on the platform (docs.kapso.ai/api/platform/v1/phone-numbers/check-phone-health).

The API repeats a report for three minutes. While Meta rejects the token it repeats a report longer each time, with
``retry_after``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.emulator.call import Call
from tests.emulator.configs_view import health
from tests.emulator.store import Checkup, Stored, iso

_FRESH = timedelta(minutes=3)
_HELD = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))
_AT_META = ("phone_number_access", "messaging_health", "webhook_subscription")
_REFUSED = 'Meta Graph API error: 400 - {"error" => {"message" => "Invalid OAuth access token", "code" => 190}}'


def checkup(call: Call, item: Stored) -> dict[str, Any]:
    """Return the report on a number: the last one if it is still valid and the number has not changed since."""
    now, of = call.store.clock.now(), item.values["updated_at"]
    last = call.store.checkups.get(item.values["id"])
    if last and last.of == of and now < last.until:
        return last.report
    report = _report(item, health(item, now))
    if item.values["access_token"] not in call.settings.refused_tokens:
        kept = Checkup(report, now + _FRESH, of, 0)
    else:
        failures = last.failures if last and last.of == of else 0
        until = now + _HELD[min(failures, len(_HELD) - 1)]
        checks = {name: {"passed": False, "error": _REFUSED} for name in _AT_META}
        report |= {"status": "unhealthy", "retry_after": iso(until), "checks": {**report["checks"], **checks}}
        kept = Checkup(report, until, of, failures + 1)
    call.store.checkups[item.values["id"]] = kept
    return kept.report


def _report(item: Stored, report: dict[str, Any]) -> dict[str, Any]:
    """Return the common report of both APIs, with the parts that only the platform has."""
    connected = {"CONNECTED": True, "DISCONNECTED": False}.get(item.values["status"])
    connection = {
        "passed": connected,
        "details": {"status": "UNKNOWN" if connected is None else item.values["status"]},
    }
    checks = {**report["checks"], "phone_number_connection": connection}
    if item.values["is_coexistence"]:
        checks["token_validity"] = {"passed": True}
    return {**report, "status": "unhealthy" if connected is False else report["status"], "checks": checks}
