# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet where it is the server that takes the time: far away, or under its rate limit."""

from __future__ import annotations

import math
from pathlib import Path

from tests.bench.contest import EMPTY, Contender, hold
from tests.bench.fleet import NTH, bare, requests_of
from tests.bench.page import Chapter, Table, Target
from tests.bench.scene import Scene
from tests.bench.sizes import Sizes
from tests.emulator import Emulator

LATENCY = 0.05  # seconds
CONCURRENCIES = (4, 8)
TIMES = 1.3  # the ideal, with the highest concurrency
SHORT_NTH = 5  # more to write, so that the rate limit is met


def far_away(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Each request takes its time on the way. The ideal is the pages one by one, then the writes side by side."""
    scene = Scene(kapso, place, sizes.fleet, NTH)
    kapso.settings(latency=LATENCY)
    requests = requests_of(scene)
    fleets = {
        number: Contender(
            f"fleet, concurrency: {number}",
            scene.playbook("fleet", "-e", f"concurrency={number}"),
            requests,
            connections=number,
        )
        for number in CONCURRENCIES
    }
    scripts = {
        number: Contender(f"bare script, {number} threads", bare(scene, number), requests, connections=number)
        for number in CONCURRENCIES
    }
    contest = hold(scene, (EMPTY, *scripts.values(), *fleets.values()), sizes.rounds)
    rows, ratio = [], 0.0
    for number in CONCURRENCIES:
        ideal = (requests.pages + requests.patches / number) * LATENCY
        taken = contest.beyond(fleets[number].name)
        script = contest.median(scripts[number].name)
        ratio = taken / ideal
        rows.append((str(number), f"{ideal:.2f} s", f"{script / ideal:.2f} x", f"{taken:.2f} s", f"{ratio:.2f} x"))
    head = ("concurrency", "ideal", "bare script to ideal", "fleet beyond empty", "fleet to ideal")
    return Chapter(
        f"A fleet {1000 * LATENCY:.0f} ms away",
        f"The server takes {1000 * LATENCY:.0f} ms for each request. One of {NTH} differs.",
        [contest.table(f"{sizes.fleet} objects", scripts[CONCURRENCIES[0]].name), Table("Ideal", head, rows)],
        [Target(f"concurrency {CONCURRENCIES[-1]}: at most {TIMES} times the ideal", f"{ratio:.2f}", ratio <= TIMES)],
        contest.problems,
    )


def limited(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """So many requests a window, and more to do than fits into one. No round but one: the windows go on meanwhile."""
    scene = Scene(kapso, place, sizes.fleet, SHORT_NTH)
    limit = sizes.fleet // 10
    requests = requests_of(scene)
    windows = math.ceil(requests.requests / limit)
    concurrency = CONCURRENCIES[0]
    kapso.settings(
        rate_limit={"limit": limit, "window_seconds": sizes.window},
        retry_after="remaining",
        retry_after_on_success=True,
    )
    fleet = Contender("fleet", scene.playbook("fleet"), requests, refusals=concurrency * (windows - 1))
    contest = hold(scene, (EMPTY, fleet), rounds=1)
    waited = (windows - 1) * sizes.window
    measured = contest.by_name[fleet.name]
    return Chapter(
        f"A fleet under a limit of {limit} requests in {sizes.window} s",
        f"One of {SHORT_NTH} differs: {requests.requests} requests, which takes {windows} windows. Real windows "
        "have 60 s; these are short, and the server tells how long to wait. One run.",
        [
            Table(
                f"{sizes.fleet} objects",
                ("", "beyond empty", "least wait", "requests", "429 at most"),
                [
                    (
                        fleet.name,
                        f"{contest.beyond(fleet.name):.1f} s",
                        f"{waited} s",
                        str(measured.counts),
                        str(fleet.refusals),
                    )
                ],
            )
        ],
        [],
        contest.problems,
    )
