# SPDX-License-Identifier: GPL-3.0-or-later
"""Test each fault at each request of a setup link's life: the result is true, and the next run repairs the link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.runner import Runner
from tests.support.shared_time import SharedTime

MODULE = "kapso.whatsapp.kapso_setup_link"
CUSTOMER = "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22"
OLD = 24 * 86_400  # seconds after which a link ends too soon
ANEW: dict[str, Any] = {"fields": {"meta_billing_mode": "partner_managed"}}
# The options, whether a link exists, its age in seconds, and the requests.
RUNS: dict[str, tuple[dict[str, Any], bool, int, str]] = {
    "a creation": ({}, False, 0, "GET GET GET POST"),
    "an extension": ({}, True, OLD, "GET GET GET PATCH"),
    "a change": ({"fields": {"language": "es"}}, True, 0, "GET GET GET PATCH"),
    "a new link in place of one": (ANEW, True, 0, "GET GET GET POST"),
    "a revocation": ({"state": "absent"}, True, 0, "GET GET PATCH"),
}
FAULTS: dict[str, dict[str, Any]] = {
    "never arrives": {"drop": "before"},
    "is not answered": {"drop": "after"},
    "fails": {"status": 500},
    "fails after all": {"status": 502, "apply": True},
    "is refused": {"status": 422, "echo": True},
    "finds nothing": {"status": 404},
    "meets the rate limit": {"status": 429, "headers": {"Retry-After": "5"}},
    "is answered in HTML": {"html": True, "status": 200, "apply": True},
    "is cut": {"truncate": True},
    "is about another": {"merge": {"id": "00000000-0000-4000-b000-00000000beef"}},
    "shows no id": {"omit": ["id"]},
    "shows no times": {"omit": ["expires_at"]},
}
LIES = {"is about another"}  # in a list, no client can detect this


def cells() -> Iterator[Any]:
    """Yield each run with each fault at each of its requests."""
    for run, (*_what, requests) in RUNS.items():
        for place, method in enumerate(requests.split()):
            for fault in (name for name in FAULTS if method != "GET" or name not in LIES):
                yield pytest.param(run, place, method, fault, id=f"{run}: {method} {place} {fault}")


@pytest.mark.parametrize(("name", "place", "method", "fault"), list(cells()))
def test_the_result_is_true_and_the_next_run_repairs_the_link(
    kapso: Emulator, shared_time: SharedTime, name: str, place: int, method: str, fault: str
) -> None:
    options, is_there, age, requests = RUNS[name]
    kapso.add_customer(id=CUSTOMER, external_customer_id="clinic-7")
    task = Runner(
        kapso,
        None,
        MODULE,
        time=shared_time,
        platform_api_url=kapso.platform_url,
        external_customer_id="clinic-7",
        retries=1,
    )
    if is_there:
        task.run()
        kapso.advance(age)
    before = _state(kapso)
    after = requests.split()[:place].count(method)
    kapso.fault(method=method, after=after, count=1, **FAULTS[fault])

    result = task.run(**options)

    assert "EXAMPLE-LINK" not in repr(result)
    assert len([link for link in kapso.setup_links() if link["status"] == "active"]) <= 1
    changed = _state(kapso) != before
    outcome = result.get("error", {}).get("outcome")
    assert result["changed"] is changed or (result["changed"] and outcome == "unknown"), result
    assert changed is False or result["changed"]
    if result.get("failed") or result["warnings"]:
        kapso.clear_faults()
        mended = task.run(**options)
        assert "failed" not in mended, mended
    again = task.run(**options)
    assert (again["changed"], kapso.writes()) == (False, [])
    assert _is_as_meant(kapso, options)


def _state(kapso: Emulator) -> list[Any]:
    return [{**link, "updated_at": None} for link in kapso.setup_links()]


def _is_as_meant(kapso: Emulator, options: dict[str, Any]) -> bool:
    active = [link for link in kapso.setup_links() if link["status"] == "active"]
    if options.get("state") == "absent":
        return active == []
    return len(active) == 1 and options.get("fields", {}).items() <= active[0].items()
