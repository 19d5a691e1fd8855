# SPDX-License-Identifier: GPL-3.0-or-later
"""Test setup links: the active link of a customer, which no route reads or deletes, and whose URL is a secret."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.runner import Runner, reasons
from tests.support.shared_time import SharedTime

MODULE, LIST = "kapso.whatsapp.kapso_setup_link", "kapso.whatsapp.kapso_setup_link_info"
KEY = "clinic-7"
CUSTOMER = "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22"
DAY = 86_400
FIELDS: dict[str, Any] = {
    "success_redirect_url": "https://app.example.org/ok?state=canary-state",
    "allowed_connection_types": ["dedicated"],
    "language": "en",
}


class Links(Runner):
    """Run tasks about the link of one customer, and assert that no result has the URL of a link."""

    def run(self, *about: Any, **options: Any) -> dict[str, Any]:
        """Run the task."""
        result = super().run(*about, **options)
        if not options.get("return_url"):
            assert "EXAMPLE-LINK" not in repr(result)
        return result

    def links(self) -> list[tuple[str, str]]:
        """Return ID and status of each link at the server, oldest first."""
        return [(link["id"], link["status"]) for link in self.kapso.setup_links()]


@pytest.fixture
def task(kapso: Emulator, shared_time: SharedTime) -> Links:
    """Return a runner of tasks about the link of a customer without links."""
    kapso.add_customer(id=CUSTOMER, external_customer_id=KEY)
    return Links(kapso, None, MODULE, time=shared_time, platform_api_url=kapso.platform_url, external_customer_id=KEY)


def e164(number: dict[str, Any]) -> str:
    """Return a phone number in the international form."""
    return "+" + "".join(filter(str.isdigit, number["display_phone_number"]))


def test_a_link_is_created_found_as_the_active_one_and_then_left_alone(kapso: Emulator, task: Links) -> None:
    dry = task.dry_run(fields=FIELDS)
    made = task.run(fields=FIELDS)

    assert (made["changed"], made["changes"], made["diff"]) == (True, dry["changes"], dry["diff"])
    assert (made["resource"], made["key"], made["parent"]) == ("setup_link", None, CUSTOMER)
    assert kapso.short() == "GET GET GET POST"  # the customer, its active link, its numbers, the creation
    assert "status=active" in kapso.journal()[1].query
    assert kapso.writes()[0].sent == FIELDS
    assert task.links() == [(made["id"], "active")]
    assert (made["data"]["url"], made["data"]["token"]) == ("(sensitive)", "(sensitive)")

    again = task.run(fields=FIELDS)
    assert (again["changed"], again["id"], kapso.short()) == (False, made["id"], "GET GET")
    by_id = task.run(external_customer_id=None, customer_id=CUSTOMER)
    assert (by_id["changed"], by_id["id"], kapso.short()) == (False, made["id"], "GET")


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("language", "en", "es"),
        ("allowed_origins", ["https://a.example.org"], ["https://a.example.org", "https://b.example.org"]),
        ("allowed_connection_types", ["coexistence"], ["dedicated"]),
        ("theme_config", None, {"primary_color": "#1A7F37"}),
        ("provision_phone_number", False, True),
    ],
)
def test_only_differences_that_can_be_changed_are_sent(
    kapso: Emulator, task: Links, field: str, old: Any, new: Any
) -> None:
    link = kapso.add_setup_link(CUSTOMER, **{field: old})

    dry = task.dry_run(fields={field: new})
    changed = task.run(fields={field: new})

    assert (changed["changes"], changed["diff"]) == (dry["changes"], dry["diff"])
    assert reasons(changed) == {field: "differs"}
    (entry,) = kapso.writes()
    assert (entry.method, entry.sent) == ("PATCH", {field: new})
    assert entry.path.endswith(f"/customers/{CUSTOMER}/setup_links/{link}")
    assert task.run(fields={field: new})["changed"] is False


def test_the_order_of_sets_is_no_difference_and_a_field_is_cleared_once(kapso: Emulator, task: Links) -> None:
    kapso.settings(reverse_sets=True)
    origins = ["https://a.example.org", "https://b.example.org"]
    kapso.add_setup_link(CUSTOMER, allowed_origins=origins, language="en")

    assert task.run(fields={"allowed_origins": origins})["changed"] is False
    assert task.run(clear=["language"])["changed"]
    assert kapso.writes()[0].sent == {"language": None}
    assert task.run(clear=["language"])["changed"] is False


def test_send_write_only_has_no_effect_on_a_link(kapso: Emulator, task: Links) -> None:
    kapso.settings(omit_fields=["language"])
    kapso.add_setup_link(CUSTOMER, language="en")

    assert reasons(task.run(fields={"language": "es"}, send_write_only="adopt")) == {"language": "no_receipt"}


def test_a_link_that_ends_too_soon_is_extended_and_its_url_stays(kapso: Emulator, task: Links) -> None:
    link = task.run()["id"]
    kapso.advance(24 * DAY)

    dry = task.dry_run(fields={"language": "es"})
    changed = task.run(fields={"language": "es"})

    assert (changed["changes"], changed["steps"], changed["diff"]) == (dry["changes"], dry["steps"], dry["diff"])
    assert reasons(changed) == {"language": "differs", "expires_at": "ends_soon"}
    assert changed["changes"][-1]["after"] == dry["data"]["expires_at"] == "(set at apply)"
    assert '"expires_at": "(set at apply)"' in changed["diff"]["after"]
    assert "if Kapso does not extend it, a new setup link is created, which revokes" in dry["steps"][0]["note"]
    (entry,) = kapso.writes()
    assert (entry.method, entry.sent) == ("PATCH", {"language": "es", "expires_at": "2026-02-25T03:04:05Z"})
    assert changed["data"]["expires_at"].startswith("2026-02-25T03:04:05")
    assert task.links() == [(link, "active")]
    assert (task.run(fields={"language": "es"})["changed"], kapso.short()) == (False, "GET GET")


@pytest.mark.parametrize(
    ("validity", "days", "extended"),
    [("12h", 29, False), ("36h", 29, True), ("7d", 22, False), ("7d", 24, True), ("29d", 2, True), (None, 22, False)],
)
def test_min_validity_decides_whether_a_link_is_extended(
    kapso: Emulator, task: Links, validity: str | None, days: float, extended: bool
) -> None:
    task.run()
    kapso.advance(days * DAY)

    assert task.run(min_validity=validity)["changed"] is extended


def test_a_link_without_an_end_is_valid_and_a_missing_end_is_a_warning(kapso: Emulator, task: Links) -> None:
    kapso.add_setup_link(CUSTOMER, expires_at=None)
    forever = task.run()
    assert (forever["changed"], forever["warnings"]) == (False, [])
    kapso.settings(omit_fields=["expires_at"])
    doubted = task.run()
    assert doubted["changed"] is False
    assert "does not show when the link expires" in doubted["warnings"][0]
    kapso.settings(omit_fields=[])
    kapso.fault(method="GET", path="/setup_links", merge={"expires_at": "in 3 days"})
    unread = task.run()
    assert unread["changed"] is False
    assert "expires_at has an unknown format" in unread["warnings"][0]


def test_a_link_that_has_expired_is_no_active_one(kapso: Emulator, task: Links) -> None:
    old = task.run()["id"]
    kapso.advance(31 * DAY)
    assert task.run(state="absent")["changed"] is False

    made = task.run()

    assert (made["changed"], made["steps"][0]["note"]) == (True, "")
    assert task.links() == [(old, "expired"), (made["id"], "active")]


def test_an_immutable_field_that_differs_causes_a_new_link_and_the_plan_names_the_revoked_one(
    task: Links,
) -> None:
    old = task.run()["id"]
    fields = {"meta_billing_mode": "partner_managed", "language": "en"}

    dry = task.dry_run(fields=fields)
    made = task.run(fields=fields)

    assert (made["changes"], made["diff"]) == (dry["changes"], dry["diff"])
    assert reasons(dry) == dict.fromkeys(("language", "meta_billing_mode"), "replaced")
    assert dry["steps"] == [
        {"action": "create", "id": None, "fields": [*reasons(dry)], "note": f"revokes setup link {old}"}
    ]
    assert dry["id"] is None
    assert task.kapso.short() == "GET GET GET POST"
    assert task.links() == [(old, "revoked"), (made["id"], "active")]
    assert task.run(fields=fields)["changed"] is False


def test_a_new_link_that_is_not_as_declared_is_reported_with_its_own_values(task: Links) -> None:
    task.run(fields={"language": "es"})
    task.kapso.fault(method="POST", merge={"language": "es"}, count=1)

    made = task.run(fields={"language": "en", "meta_billing_mode": "partner_managed"})

    assert (made["failed"], made["changed"], made["error"]["outcome"]) == (True, True, "applied")
    assert "language is 'es'" in made["msg"]  # the value in the answer about the new link


@pytest.mark.parametrize("others", [{}, {"language": "es"}])
def test_a_server_that_ignores_the_extension_gets_a_new_link(
    kapso: Emulator, task: Links, others: dict[str, Any]
) -> None:
    old = task.run()["id"]
    kapso.advance(24 * DAY)
    kapso.settings(ignore_fields=["expires_at"])

    made = task.run(fields=others)

    assert (made["changed"], "failed" in made) == (True, False)
    assert [entry.method for entry in kapso.writes()] == ["PATCH", "POST"]
    assert [(step["action"], step["id"]) for step in made["steps"]] == [("update", old), ("create", made["id"])]
    assert f"Kapso did not extend {old}: a new setup link was created in its place" in made["warnings"][0]
    assert task.links() == [(old, "revoked"), (made["id"], "active")]
    assert task.run(fields=others)["changed"] is False


@pytest.mark.parametrize(
    ("until", "requests"), [("2026-02-05T00:00:00Z", "PATCH"), ("2026-02-01T00:00:00Z", "PATCH POST")]
)
def test_a_shorter_extension_does_if_it_is_long_enough(kapso: Emulator, task: Links, until: str, requests: str) -> None:
    """It is the 26th of January, and the link must be valid for a week."""
    task.run()
    kapso.advance(24 * DAY)
    kapso.fault(method="PATCH", merge={"expires_at": until}, count=1)

    extended = task.run()

    assert (extended["changed"], "failed" in extended) == (True, False)
    assert " ".join(entry.method for entry in kapso.writes()) == requests


@pytest.mark.parametrize("status", ["used", "expired", "revoked"])
def test_a_link_that_is_not_active_any_more_after_a_change_is_no_success(
    kapso: Emulator, task: Links, status: str
) -> None:
    task.run()
    kapso.fault(method="PATCH", merge={"status": status}, count=1)

    late = task.run(fields={"language": "es"})

    assert (late["changed"], late["error"]["outcome"]) == (True, "applied")
    assert "it changed at Kapso after the task had read it" in late["msg"]


def test_if_the_new_link_is_refused_as_well_the_task_says_both(kapso: Emulator, task: Links) -> None:
    old = task.run()["id"]
    kapso.advance(24 * DAY)
    kapso.settings(ignore_fields=["expires_at"])
    kapso.fault(method="POST", status=422, json={"error": "no"})

    for fields, outcome in (({}, "rejected"), ({"language": "es"}, "applied")):
        result = task.run(fields=fields)
        assert (result["changed"], result["error"]["outcome"]) == (outcome == "applied", outcome)
        assert "Kapso did not extend it, and creating a new setup link in its place failed" in result["msg"]
        assert task.links() == [(old, "active")]


def test_the_active_link_is_revoked_and_then_nothing_is_to_be_done(kapso: Emulator, task: Links) -> None:
    link = task.run()["id"]

    dry = task.dry_run(state="absent")
    gone = task.run(state="absent")

    assert (gone["changed"], gone["changes"], gone["steps"]) == (True, dry["changes"], dry["steps"])
    assert gone["steps"] == [{"action": "delete", "id": link, "fields": ["id"], "note": "its URL stops working"}]
    (entry,) = kapso.writes()
    assert (entry.method, entry.sent) == ("PATCH", {"status": "revoked"})
    assert task.links() == [(link, "revoked")]
    assert (task.run(state="absent")["changed"], kapso.short()) == (False, "GET GET")
    for customer in (
        {"external_customer_id": "clinic-9"},
        {"external_customer_id": None, "customer_id": f"{CUSTOMER[:-1]}0"},
    ):
        unknown = task.run(state="absent", **customer)
        assert (unknown["changed"], unknown.get("failed")) == (False, None)
        assert task.run(**customer)["failed"]


def test_all_active_links_are_revoked_and_the_newest_is_kept(kapso: Emulator, task: Links) -> None:
    """Kapso allows one active link. If a list has several, `present` keeps the newest, and `absent` revokes all."""
    ids = [kapso.add_setup_link(CUSTOMER, created_at=f"2026-01-0{day}T00:00:00Z") for day in (1, 2)]
    kapso.edit(ids[0], status="active")

    assert task.run()["id"] == ids[1]
    assert task.run(state="absent")["changed"]
    assert task.links() == [(ids[0], "revoked"), (ids[1], "revoked")]


def test_a_customer_with_a_number_is_left_alone_unless_it_is_to_be_reconnected(kapso: Emulator, task: Links) -> None:
    number = kapso.get(kapso.add(customer_id=CUSTOMER)) or {}
    kapso.add(customer_id=kapso.add_customer())

    left = task.run(fields=FIELDS)
    assert (left["changed"], left["changes"], kapso.writes()) == (False, [], [])
    assert f"the customer has 1 number ({number['display_phone_number']})" in left["warnings"][0]

    dry = task.dry_run(fields=FIELDS, reconnect=True)
    made = task.run(fields=FIELDS, reconnect=True)
    assert (made["changes"], made["diff"], made["steps"][0]["fields"]) == (
        dry["changes"],
        dry["diff"],
        dry["steps"][0]["fields"],
    )
    to_reconnect = e164(number)
    assert kapso.writes()[0].sent == {**FIELDS, "reconnect_phone_number": to_reconnect}
    again = task.run(fields=FIELDS, reconnect=True)
    assert (again["changed"], again["warnings"], kapso.short()) == (False, [], "GET GET")
    declared = {**FIELDS, "reconnect_phone_number": to_reconnect}
    assert task.run(fields=declared, reconnect=True)["changed"] is False
    kapso.advance(24 * DAY)
    assert task.run(fields=FIELDS)["changed"] is False  # the link is too short, but it is not needed
    assert reasons(task.run(fields=FIELDS, reconnect=True)) == {"expires_at": "ends_soon"}


def test_of_several_numbers_the_one_to_reconnect_has_to_be_named(kapso: Emulator, task: Links) -> None:
    numbers = [kapso.get(kapso.add(customer_id=CUSTOMER)) or {} for _time in range(2)]

    for check in (True, False):
        refused = task.run(reconnect=True, check=check)
        assert "the customer has 2 numbers" in refused["msg"]
        assert all(number["display_phone_number"] in refused["msg"] for number in numbers)
        assert kapso.writes() == []
    named = {"reconnect_phone_number": e164(numbers[0])}
    assert task.run(reconnect=True, fields=named)["changed"]
    assert kapso.short() == "GET GET POST"
    assert task.run(reconnect=True, fields={"language": "es"})["changed"]  # the link names the number
    other = {"reconnect_phone_number": e164(numbers[1])}
    assert set(reasons(task.run(reconnect=True, fields=other)).values()) == {"replaced"}


def test_without_a_number_there_is_nothing_to_reconnect_and_an_active_link_of_no_number_is_named(
    kapso: Emulator, task: Links
) -> None:
    assert task.run(reconnect=True)["changed"]
    assert kapso.writes()[0].sent == {}
    kapso.add(customer_id=CUSTOMER)
    again = task.run(reconnect=True)
    assert again["changed"] is False
    assert "the active link cannot reconnect a number" in again["warnings"][0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"external_customer_id": None}, "customer_id or external_customer_id is required"),
        ({"customer_id": CUSTOMER}, "give customer_id or external_customer_id, not both"),
        ({"min_validity": "7"}, "min_validity must be a number with a unit"),
        ({"min_validity": "1w"}, "min_validity must be a number with a unit"),
        ({"min_validity": "31d"}, "min_validity must be at most 30d"),
        ({"min_validity": "721h"}, "min_validity must be at most 30d"),
        ({"reconnect_phone_number": "+15551234567"}, "needs `reconnect: true`"),
        (
            {"reconnect_phone_number": 15551234567, "reconnect": True},
            "must be a phone number in the international form",
        ),
        ({"allowed_connection_types": ["shared"]}, "must be one of coexistence, dedicated"),
        ({"clear": ["meta_billing_mode"]}, "clear"),
    ],
)
def test_invalid_links_are_refused_before_any_request(
    kapso: Emulator, task: Links, options: dict[str, Any], said: str
) -> None:
    result = task.run(**options)

    assert said in result["msg"]
    assert (result["failed"], kapso.journal()) == (True, [])


def test_a_creation_without_an_answer_is_found_as_the_new_link(kapso: Emulator, task: Links) -> None:
    old = task.run()["id"]
    fields = {"meta_billing_mode": "partner_managed"}
    kapso.fault(method="POST", drop="after", count=1)

    made = task.run(fields=fields)

    assert (made["changed"], "failed" in made) == (True, False)
    assert "the object was found" in made["warnings"][0]
    assert task.links() == [(old, "revoked"), (made["id"], "active")]

    kapso.fault(method="POST", drop="before", count=1)
    kapso.edit(made["id"], meta_billing_mode="customer_managed")
    lost = task.run(fields=fields)
    assert (lost["changed"], lost["error"]["outcome"]) == (True, "unknown")
    assert "the object did not appear" in lost["msg"]
    assert task.links()[-1] == (made["id"], "active")


def test_an_object_found_after_a_lost_creation_is_not_changed_if_it_cannot_be_as_declared(
    kapso: Emulator, task: Links
) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    kapso.fault(method="GET", path="/setup_links", merge={"meta_billing_mode": "customer_managed"})

    lost = task.run(fields={"meta_billing_mode": "partner_managed"})

    (link,) = kapso.setup_links()
    assert (lost["changed"], lost["error"]["outcome"]) == (True, "unknown")
    assert f"{link['id']}, which was found, is not as declared" in lost["msg"]
    assert [entry.method for entry in kapso.writes()] == ["POST"]


@pytest.mark.parametrize("arrives", ["after", "before"])
def test_a_change_or_a_revocation_without_an_answer_is_searched_for_in_the_list(
    kapso: Emulator, task: Links, arrives: str
) -> None:
    task.run()
    kapso.advance(24 * DAY)
    kapso.fault(method="PATCH", drop=arrives, count=1)

    extended = task.run()
    assert (extended["changed"], "failed" in extended) == (True, False)
    assert reasons(extended) == {"expires_at": "ends_soon"}
    assert len(task.links()) == 1
    kapso.fault(method="PATCH", drop=arrives, count=1)
    gone = task.run(state="absent")
    assert (gone["changed"], "failed" in gone) == (True, False)
    assert [status for _id, status in task.links()] == ["revoked"]


@pytest.mark.parametrize("rows", [[], [{"status": "used"}]])
def test_a_link_that_is_used_or_gone_meanwhile_needs_no_revocation(
    kapso: Emulator, task: Links, rows: list[dict[str, str]]
) -> None:
    link = task.run()["id"]
    kapso.fault(method="PATCH", status=422, json={"error": "Link is no longer active"})
    kapso.fault(method="GET", path="/setup_links", after=1, json={"data": [{"id": link, **row} for row in rows]})

    gone = task.run(state="absent")

    assert (gone["changed"], "failed" in gone, kapso.short()) == (True, False, "GET GET PATCH GET")


def test_a_server_that_ignores_the_revocation_makes_the_task_fail(kapso: Emulator, task: Links) -> None:
    url = f"{kapso.platform_url}/customers/{CUSTOMER}/setup_links/{task.run()['id']}"
    kapso.settings(ignore_fields=["status"])

    for shown in (": status is 'active'", ""):
        result = task.run(state="absent")

        told = [result["error"][fact] for fact in ("outcome", "method", "url", "status")]
        assert (result["changed"], told) == (False, ["rejected", "PATCH", url, 200])
        assert f"but the setup link is still there{shown}; " in result["msg"]
        assert "ask Kapso why" in result["msg"]
        kapso.fault(method="PATCH", omit=["status"])


@pytest.mark.parametrize(
    ("fault", "requests", "outcome"),
    [
        ({"merge": {"id": "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22"}}, "PATCH GET", "ok"),
        ({"json": {"data": {"id": "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22"}}}, "PATCH GET", "rejected"),
        ({"omit": ["id"]}, "PATCH", "ok"),
        ({"drop": "before"}, "PATCH GET PATCH GET", "unknown"),
        ({"status": 300}, "PATCH GET", "unknown"),
    ],
    ids=["about another", "about another and without effect", "about none", "lost", "redirected"],
)
def test_a_revocation_is_verified_by_the_answer_or_the_list(
    kapso: Emulator, task: Links, fault: dict[str, Any], requests: str, outcome: str
) -> None:
    link = task.run()["id"]
    kapso.fault(method="PATCH", **fault)

    result = task.run(state="absent", retries=1)

    told = result["error"]["outcome"] if "failed" in result else "ok"
    assert (result["changed"], told, kapso.short()) == (outcome != "rejected", outcome, f"GET GET {requests}")
    if outcome != "ok":
        url = f"{kapso.platform_url}/customers/{CUSTOMER}/setup_links/{link}"
        assert (result["error"]["method"], result["error"]["url"]) == ("PATCH", url)


def test_the_url_is_shown_on_demand_alone_and_the_token_never(kapso: Emulator, task: Links) -> None:
    made = task.run(return_url=True)
    (link,) = kapso.setup_links()
    assert (made["data"]["url"], made["data"]["token"]) == (link["url"], "(sensitive)")
    assert repr(made).count(link["token"]) == 1
    for check in (True, False):
        again = task.run(return_url=True, check=check)
        assert (again["changed"], again["data"]["url"]) == (False, link["url"])
    kapso.fault(method="PATCH", status=422, json={"error": f"no change for {link['url']} and {link['token']}"})
    failed = task.run(fields={"language": "es"})
    assert failed["msg"].count("(sensitive)") == 2


@pytest.mark.usefixtures("task")
def test_the_list_is_of_one_customer_with_the_filters_of_the_api(kapso: Emulator) -> None:
    look = Links(kapso, None, LIST, platform_api_url=kapso.platform_url, external_customer_id=KEY)
    ids = [kapso.add_setup_link(CUSTOMER) for _time in range(3)]
    kapso.add_setup_link(kapso.add_customer())
    kapso.edit(ids[0], status="used", whatsapp_setup_status="completed")

    listed = look.run()["setup_links"]
    assert {row["id"]: row["status"] for row in listed} == dict(zip(ids, ("used", "revoked", "active"), strict=True))
    assert {row["url"] for row in listed} == {"(sensitive)"}
    kapso.fault(method="GET", path="/setup_links", query="status=used", count=1, json={"data": listed})
    (used,) = look.run(status="used")["setup_links"]  # also if the server ignores the filter
    assert (used["id"], used["whatsapp_setup_status"]) == (ids[0], "completed")
    assert look.run(created_after="2999-01-01T00:00:00Z")["setup_links"] == []
    (active,) = look.run(status="active", return_url=True, external_customer_id=None, customer_id=CUSTOMER)[
        "setup_links"
    ]
    assert active["url"] == next(link["url"] for link in kapso.setup_links() if link["id"] == ids[2])
    for options, said in (
        ({"external_customer_id": None}, "customer_id or external_customer_id is required"),
        ({"status": "open"}, "status must be one of active, used, expired, revoked"),
        ({"external_customer_id": "clinic-9"}, "no customer has external_customer_id clinic-9"),
    ):
        assert said in look.run(**options)["msg"]
