# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare each run with the promises in the docs, whatever fault happens to it.

The assertions use the promises (docs/rate-limits.md, docs/receipts.md), the journal and the state of the emulator. They
do not use knowledge about the implementation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt, ReceiptSigner, load
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.timestamps import differs
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.locations import open_store
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.store import address

from tests.emulator.journal import WRITES, Entry
from tests.support.matrix.faults import BROKEN, HARMLESS, MISLEADING, Fault
from tests.support.matrix.scenario import Point, Scenario
from tests.support.matrix.stage import OPTIONS, Asked, Objects, Part, Run, Stage
from tests.support.matrix.subjects import Target

OUTCOMES = ("not_sent", "rejected", "applied", "unknown")
LOOKS = 7  # reads that search for a creation without an answer
LOOKING = 60.0  # seconds of that search
SLACK = 5.0  # seconds that a busy machine can add; this only guards against a run that does not end


def problem(stage: Stage, point: Point, fault: Fault, *, always: bool) -> str | None:
    """Run one cell, and return the first broken promise, None if there is none."""
    run = stage.run(point, fault, always=always)
    try:
        assert_true(run)
        assert_repeats(run)
        assert_bounded(run)
        assert_kept_at_it(run, point, fault, always=always)
        assert_others_done(run, point, fault)
        if fault.row != MISLEADING:
            assert_shown(run)
        assert_receipts_true(stage, run)
        if must_succeed(point, fault, always=always):
            assert_ended_well(run)
        assert_converges(stage, run)
    except AssertionError as error:
        return f"{error} ({', '.join(run.labels)}: {run.result.get('msg', 'no failure')})"
    return None


# Results, shown objects and receipts are true.


def assert_true(run: Run) -> None:
    """Assert that the result of a run matches the writes and the objects."""
    result, scenario = run.result, run.scenario
    text = repr((result, run.told))
    assert not [secret for secret in ("canary", "example-key-not-real", "Traceback") if secret in text], "it is told"
    for told in [result, *result.get("results", ())]:
        assert ("msg" in told, "error" in told) == (bool(told.get("failed")),) * 2 or "results" not in result
        if told.get("failed"):
            _assert_one_sentence(told["msg"], told["error"])
            _assert_answered(run, told["error"])
    if scenario.lists:
        assert (result["changed"], run.writes, run.before) == (False, [], run.after), "a list changes nothing"
        told = (result.get("error", {}).get("outcome"), result[scenario.subject.resource.plural])
        assert not result.get("failed") or told == ("not_sent", [])
        return
    parts = run.parts
    for part in parts:
        _assert_part(part, scenario.check)
    mine = [entry for part in parts for entry in part.writes]
    assert all(entry in mine for entry in run.writes), "something else was written to"
    if "results" in result:
        assert result["changed"] == any(part.told["changed"] for part in parts)
        assert bool(result.get("failed")) >= any(part.failed for part in parts)
        assert result["summary"]["requests"] == len(run.asked)
        assert result["summary"]["failed"] == sum(part.failed for part in parts)


def _assert_one_sentence(msg: str, error: Mapping[str, Any]) -> None:
    own = msg.replace(str(error["message"]), "")
    assert msg.endswith("."), "no sentence"
    assert "\n" not in msg, "more than one line"
    assert re.search(r"[.!?] +[A-Z]", own) is None, f"more than one sentence: {msg}"
    assert error["outcome"] in OUTCOMES


def _assert_answered(run: Run, error: Mapping[str, Any]) -> None:
    """Assert that a request was answered with the status of the error: one with its method, if it names one.

    An object that was not tried names no method. Its status is that of the error that stopped the run.
    """
    method, status = error["method"], error["status"]
    asked = [(asked.label.split()[0].replace("LIST", "GET"), asked.status) for asked in run.asked]
    found = status is None or any(status == code and method in (verb, None) for verb, code in asked)
    assert found, f"{method} {status}, and answered were {asked}"


def _assert_part(part: Part, check: bool) -> None:
    if check or part.told.get("held_back"):
        assert part.writes == [], "a dry run writes nothing, nor does a plan that is held back"
        return
    refused = part.failed and part.told["error"]["outcome"] == "rejected"
    assert part.told["changed"] == (bool(part.writes) and not refused), "changed: a write took effect or may have"
    creations = [entry for entry in part.writes if entry.method == "POST"]
    assert sum(entry.applied for entry in creations) < 2, "created twice"
    replaces = bool(part.target.subject.resource.replaces)
    assert part.before is None or creations == [] or replaces, "created, and it was there"
    if not part.failed:
        assert part.as_declared, "a success that is none"
        return
    answered = [entry.status for entry in part.writes]
    match part.told["error"]["outcome"]:
        case "not_sent":
            assert part.writes == [], "not_sent, and sent"
            assert part.is_untouched, "not_sent, and changed"
        case "rejected":
            assert part.writes, "rejected, and never sent"
            assert part.is_untouched, "rejected, and in force"
        case "applied":
            assert any(entry.applied for entry in part.writes), "applied, and nowhere"
            # With several writes, one can take effect and a later one not.
            assert part.as_declared or part.target.twins, "applied, and not in force"
        case _:
            assert any(s is None or not 400 <= s < 500 for s in answered), f"unknown, and all answered: {answered}"


def assert_shown(run: Run) -> None:
    """Assert that a successful result shows the values at the server."""
    scenario, resource = run.scenario, run.scenario.subject.resource
    plain = [field for field in resource.writable if not (field.secret or field.write_only)]
    if scenario.lists:
        if not run.result.get("failed"):
            shown, there = ({row["id"]: row for row in rows} for rows in (run.result[resource.plural], run.after))
            assert shown.keys() == there.keys(), "the list shows other objects"
            for row in shown.values():
                _assert_same(row, there[row["id"]], plain)
        return
    for part in run.parts:
        if not part.failed and part.after is not None and not scenario.check:
            declared = [field for field in plain if field.name in part.target.declared]
            _assert_same(part.told.get("data") or {}, part.after, declared)


def _assert_same(shown: Mapping[str, Any], there: Mapping[str, Any], fields: Iterable[Field]) -> None:
    for name, is_url in ((field.name, field.format == "url") for field in fields if field.name in shown):
        # The query of a URL is masked.
        told, true = (str(one[name]).partition("?")[0] if is_url else one[name] for one in (shown, there))
        assert told == true, f"another {name} is shown"


def assert_receipts_true(stage: Stage, run: Run) -> None:
    """Assert that no receipt has the digest of a value that the server does not hold."""
    for target in run.scenario.targets:
        for there in target.found_in(run.after):
            receipt = receipt_of(stage, there["id"])
            for name in target.subject.resource.write_only & receipt.entries.keys():
                assert receipt.remembers(name, there[name]), f"the receipt vouches for a {name} that is not there"


def receipt_of(stage: Stage, object_id: str) -> Receipt:
    """Return the receipt of an object."""
    resource = stage.scenario.subject.resource
    text = open_store(str(stage.receipts)).get(address(stage.url, resource.name, object_id))
    signer = ReceiptSigner(stage.kapso.key, stage.url, resource.name, object_id, resource.canonical)
    receipt, trouble = load(text, signer)
    assert trouble is None, f"a receipt is {trouble}"
    return receipt


# Retries, waits and requests are those of docs/rate-limits.md, and no more.


def assert_repeats(run: Run) -> None:
    """Assert that a write was only sent again if that is safe."""
    for path in {entry.path for entry in run.journal}:
        conversation = [entry for entry in run.journal if entry.path == path or _looks_for(run, entry, path)]
        for method in WRITES:
            places = [place for place, entry in enumerate(conversation) if entry.method == method]
            for first, second in pairwise(places):
                between = conversation[first + 1 : second]
                _assert_safe(conversation[first], conversation[second], looked=any(e.method == "GET" for e in between))


def _looks_for(run: Run, entry: Entry, path: str) -> bool:
    """Return whether it reads the only list that shows the object of that path."""
    is_list = run.scenario.subject.resource.reads == "list"
    return is_list and entry.method == "GET" and entry.path == path.rpartition("/")[0]


def _assert_safe(first: Entry, second: Entry, *, looked: bool) -> None:
    what = f"{first.method} was sent again after {first.status or 'no answer'}"
    if first.status == 429:
        return
    assert first.method != "POST", what
    if first.status == 422:
        assert set(second.sent) > set(first.sent), what
    elif first.status is None:
        assert looked, f"{what}, without a look"
    else:
        assert first.status in (502, 503, 504), what


def assert_kept_at_it(run: Run, point: Point, fault: Fault, *, always: bool) -> None:
    """Assert that a request was retried as often as the docs promise, and that the run waited as the server asked."""
    _assert_waits(run, fault)
    promise, sequence = fault.promise(point.method), point.scenario.sequence
    if sequence[point.place + 1 : point.place + 2] == [point.label] or point.seeks:
        return  # the scenario repeats this request in any case
    first = [asked for asked in run.asked if asked.label == point.label][point.earlier]
    tries = _tries(run, first)
    spent = sum(label == f"{point.label}*" for label in sequence[: point.place])
    most = 1 + {**OPTIONS, **point.scenario.options}["retries"] - spent
    if promise.startswith("again") and not (fault.row == BROKEN and first.status is not None):  # a 404, say
        assert tries == (most if always else 2), f"{tries} tries"
    elif promise == "no":
        assert tries == 1, f"{tries} tries"


def _tries(run: Run, first: Asked) -> int:
    """Return how often a request was made in a row, without requests to other paths."""
    start = next(place for place, asked in enumerate(run.asked) if asked is first)  # others may be equal to it
    there = [asked for asked in run.asked[start:] if asked.path == first.path]
    return len(list(takewhile(lambda asked: asked.label == first.label, there)))


def _assert_waits(run: Run, fault: Fault) -> None:
    for place, asked in enumerate(run.asked):
        if asked.status in (429, 503):
            any_other = run.scenario.in_turn and asked.status == 429
            later = (o for o in run.asked[place + 1 :] if any_other or o.label == asked.label)
            assert all(round(other.at - asked.at, 6) >= fault.asked for other in [*later][:1]), "not waited"


def assert_bounded(run: Run) -> None:
    """Assert that the run stayed within the number of requests and seconds in docs/rate-limits.md."""
    options = {**OPTIONS, **run.scenario.options}
    retries, timeout, max_wait = options["retries"], options["timeout"], options["rate_limit_timeout"]
    most = _most_requests(run.scenario, retries)
    limited = sum(asked.status == 429 for asked in run.asked)
    assert len(run.asked) <= most * (1 + retries) + limited, f"{len(run.asked)} requests"
    request = (1 + retries) * (timeout + max_wait + timeout) + sum(min(30.0, 0.5 * 2.0**r) for r in range(retries))
    looking = LOOKING if "POST" in run.scenario.requests else 0.0
    assert run.took <= most * request + looking + SLACK, f"{run.took} s"


def _most_requests(scenario: Scenario, retries: int) -> int:
    """Return the greatest number of requests. A request and its retries count as one."""
    if [target.object_id for target in scenario.targets] == ["one"] and "POST" not in scenario.requests:
        return 5 + retries
    lists = scenario.requests.count("LIST") * 3  # a list that moves is read three times
    writes = sum(scenario.requests.count(method) for method in ("PATCH", "DELETE"))
    looks = LOOKS * 3 + 5 + retries if "POST" in scenario.requests else 0
    reads = scenario.requests.count("GET") + len(scenario.targets) * 2
    return lists + reads + writes * (3 + 2 * retries) + looks


# The end of a run, and the next runs.


def must_succeed(point: Point, fault: Fault, *, always: bool) -> bool:
    """Return whether the docs promise that the run succeeds as a run without a fault does."""
    promise = fault.promise(point.method)
    if point.scenario.fails or promise == MISLEADING:
        return False
    if promise == HARMLESS or (not always and promise in ("again", "wait", "look, then again", "again, then look")):
        return True
    return "look" in promise and fault.applied is True and _can_be_seen(point)


def _can_be_seen(point: Point) -> bool:
    """Return whether a read shows that the write at this point took effect."""
    targets = (t for t in point.scenario.targets if t.object_id in (None, point.label.split()[1]))
    return point.method != "PATCH" or all(not point.scenario.not_shown & t.declared.keys() for t in targets)


def assert_ended_well(run: Run) -> None:
    """Assert that the run succeeded."""
    assert not run.result.get("failed"), f"failed: {run.result.get('msg')}"


def assert_others_done(run: Run, point: Point, fault: Fault) -> None:
    """Assert that a fault at one object of many did not make the others fail."""
    names = {target.name for target in run.scenario.targets}
    name = point.label.split()[1]
    if point.kind != "LIST" and name in names and not fault.stops_run and "on_error" not in run.scenario.options:
        for part in run.parts:
            assert not part.failed or part.target.name == name, f"{part.target} failed, too"


def _needed(stage: Stage, target: Target, objects: Objects) -> list[tuple[str, set[str]]]:
    twins = [("DELETE", set[str]()) for _twin in target.twins_in(objects)]
    return [*needed(stage, target, objects), *twins]


def needed(stage: Stage, target: Target, objects: Objects) -> list[tuple[str, set[str]]]:
    """Return the writes that the next run must send, as method and fields: the fewest that apply the entry."""
    there = next(iter(target.found_in(objects)), None)
    if target.absent:
        removal = target.subject.resource.removal
        return [] if there is None else [("DELETE", set()) if removal is None else ("PATCH", set(removal))]
    if there is None:
        return [("POST", set(target.declared))]
    receipt, settings, resource = receipt_of(stage, there["id"]), stage.scenario.settings, target.subject.resource
    shown = target.declared.keys() - stage.scenario.not_shown
    fields = {name for name in shown if there[name] != target.declared[name]}
    fields |= {n for n in target.declared.keys() - shown if not _vouched(receipt, n, target, there, stage.scenario)}
    fields |= {name for name, old in target.renews.items() if there[name] == old}
    if any(field.access == "create" for field in resource.fields if field.name in fields):
        return [("POST", set(target.declared))]
    required_on_write = set(resource.required_on_write)
    if not fields or not settings.get("demand_meta_fields") or required_on_write <= fields:
        return [("PATCH", fields)] if fields else []
    fuller = ("PATCH", fields | (required_on_write & target.declared.keys()))
    return [fuller] if receipt.required_by_server else [("PATCH", fields), fuller]


def _vouched(receipt: Receipt, name: str, target: Target, there: Mapping[str, Any], scenario: Scenario) -> bool:
    """Return whether a receipt makes a write of the field unnecessary: same value, object not modified since."""
    if not receipt.remembers(name, target.declared[name]):
        return False
    instant = receipt.entries[name].updated_at
    # Without the time of that write, nothing shows whether the object was modified since.
    return scenario.updated_at_unstable or (instant is not None and not differs(instant, there["updated_at"]))


def assert_converges(stage: Stage, run: Run) -> None:
    """Assert that the next run applies the declared values with the fewest writes, and the one after it sends none."""
    scenario = run.scenario
    writes = [_needed(stage, target, run.after) for target in scenario.targets]
    reads = sum(label.split()[0] not in WRITES for label in scenario.sequence)  # of a run with nothing to do
    if scenario.module is scenario.subject.many:  # an absent object that no list shows is read by itself
        reads += sum(target.absent for target in scenario.targets)
    again = last = _clean(stage)
    for part, expected in zip(again.parts if scenario.targets else (), writes, strict=True):
        sent = [(entry.method, set(entry.sent)) for entry in part.writes]
        assert scenario.updated_at_unstable or sent == expected, f"the next run sends {sent}, and {expected} is needed"
        assert part.as_declared, "the next run does not bring it about"
    most = reads + sum(map(len, writes))
    assert scenario.updated_at_unstable or len(again.asked) <= most, f"the next run takes {again.labels}"
    for _time in range(2 if scenario.updated_at_unstable else 1):
        if last.result["changed"]:
            last = _clean(stage)
    assert last.writes == [], "a write after all was done"
    assert not last.result["changed"], "changed, and nothing was to be done"
    assert len(last.asked) <= reads, f"{last.labels} to see that all is well"


def _clean(stage: Stage) -> Run:
    """Run the scenario without faults, assert that it succeeds and that its result is true, and return it."""
    run = stage.run_clean()
    run = replace(run, scenario=replace(run.scenario, check=False))
    assert_ended_well(run)
    assert_true(run)
    assert_receipts_true(stage, run)
    return run
