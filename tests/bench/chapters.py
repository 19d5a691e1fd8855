# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure one thing in each chapter."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench import parts
from tests.bench.comparison import EMPTY, Comparison, Contender, compare
from tests.bench.page import Chapter, Table, Target
from tests.bench.processes import peak_memory
from tests.bench.scene import PER_PAGE, Counts, Scene, Size, configurations, whole_project
from tests.emulator import Emulator
from tests.support import mitogen

PROJECT_NTH, LOOP_NTH, LIMIT_NTH = 20, 10, 5  # one object of so many differs
CONCURRENCY, MOST_CONCURRENCY = 4, 8  # the default, and a value for a distant server
LATENCY = 0.05  # seconds to a distant server

# The aims
TASK_MS = 60  # milliseconds beyond an empty playbook and the import of requests
LOOP_TIMES, ITEM_MS = 25, 8  # times faster than uri; milliseconds for an item
PROJECT_TIMES, MEBIBYTES = 2.5, 400  # times the bare script; memory of the large project
LINEAR = 1.1  # time for an object in the large project, divided by that in the usual one
IDEAL_TIMES = 1.3  # times the ideal, with the highest concurrency

BARE, PROJECT = "bare script", "project"
OURS, SHIPPED, URI = "our loop", "our loop, run_in_process: never", "ansible.builtin.uri loop"
MITOGEN, UNDER_MITOGEN = "uri loop under mitogen_linear", "our loop under mitogen_linear"
DATA = "empty playbook with the same data"
MEMORY = "Memory at the peak, all processes of a run together, what they share counted once"

SAVINGS = [
    "Ansible compiles the collection's source in each run, since it keeps no bytecode of collections: about 70 ms.",
    "Ansible templates the lists, and sends them back from the worker with the result, whatever the task returns.",
    "Ansible asks 1,000 times a second whether a worker is done. `ANSIBLE_INTERNAL_POLL_INTERVAL=0.01` asks 100 times.",
    "`requests` takes half of the imports. A smaller library would take less, but `requests` is on most controllers.",
]


@dataclass(frozen=True)
class Sizes:
    """Hold numbers of objects, unless a comment says otherwise."""

    rounds: int  # of each comparison; the contenders take turns
    task_rounds: int  # of the short comparison of a single task
    loop: int  # items of a loop for all contenders
    long_loop: int  # items of a loop without the contenders that take minutes
    project: int
    large_project: int
    platform: Size
    large_platform: Size
    platform_differing: int
    window: int  # seconds of a shortened window of the rate limit


_FULL = Sizes(
    rounds=5,
    task_rounds=25,
    loop=60,
    long_loop=300,
    project=1000,
    large_project=10_000,
    platform=Size(customers=200, numbers=1000, webhooks=2000),
    large_platform=Size(customers=200, numbers=1000, webhooks=10_000),
    platform_differing=50,
    window=6,
)
_QUICK = Sizes(1, 3, 10, 100, 400, 2000, Size(20, 100, 200), Size(20, 100, 1000), platform_differing=10, window=3)
# Large enough for a test that everything runs and is counted correctly.
_SMALLEST = Sizes(1, 1, 4, 10, 120, 240, Size(2, 5, 110), Size(2, 5, 220), platform_differing=5, window=2)
SIZES = {"full": _FULL, "quick": _QUICK, "smallest": _SMALLEST}


def task(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure one task with nothing to change, with an empty playbook and the import of `requests` next to it."""
    scene = configurations(kapso, place, objects=1, nth=1)
    python = Contender("python -c pass", (sys.executable, "-c", "pass"), differ=False)
    imports = Contender("python -c 'import requests'", (sys.executable, "-c", "import requests"), differ=False)
    ours = Contender("the task", scene.playbook("single"), Counts(gets=1), differ=False, connections=1)
    debug = Contender("a task of ansible.builtin.debug", scene.playbook("debug"), differ=False)
    comparison = compare(scene, (python, imports, EMPTY, debug, ours), sizes.task_rounds)
    beyond = comparison.beyond(ours.name)
    imported = comparison.median(imports.name) - comparison.median(python.name)
    extra = 1000 * (beyond - imported)
    return Chapter(
        "One task with nothing to change",
        f"Medians of {sizes.task_rounds}. The task adds {1000 * beyond:.0f} ms to an empty playbook, of which any "
        f"task takes {1000 * comparison.beyond(debug.name):.0f} ms; `import requests` adds {1000 * imported:.0f} ms "
        "to an empty Python.",
        [comparison.table("One task", floor=imports.name)],
        [Target(f"at most {TASK_MS} ms beyond an empty playbook and the import", f"{extra:.0f} ms", extra <= TASK_MS)],
        comparison.problems,
    )


def loop(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure all contenders with a short loop, and those that do not take minutes with a long one."""
    place.mkdir()
    ways = (BARE, OURS, SHIPPED, URI, MITOGEN, UNDER_MITOGEN)
    short = _loop(kapso, place / "short", sizes.loop, sizes.rounds, ways)
    long = _loop(kapso, place / "long", sizes.long_loop, sizes.rounds, (BARE, OURS))
    times, faster_than_mitogen = (short.beyond(name) / short.beyond(OURS) for name in (URI, MITOGEN))
    cpu = short.cpu_beyond(MITOGEN) / short.cpu_beyond(OURS)
    item = 1000 * long.beyond(OURS) / sizes.long_loop
    connections = max(comparison.by_name[OURS].connections for comparison in (short, long))
    faster = f"{sizes.loop} items: at least {LOOP_TIMES} times faster than uri"
    return Chapter(
        "A loop",
        f"One of {LOOP_NTH} differs. GET each, then PATCH where it differs. `mitogen_linear` is a strategy of Mitogen "
        f"{mitogen.version()}, which keeps processes for modules. Beyond an empty playbook, `uri` under it takes "
        f"{faster_than_mitogen:.1f} times as long as our loop under Ansible's own strategy, and {cpu:.1f} times the "
        f"CPU seconds. With {sizes.long_loop} items, the ways that ship a module for each item are left out: they take "
        "minutes.",
        [short.table(f"{sizes.loop} items", BARE), long.table(f"{sizes.long_loop} items", BARE)],
        [
            Target(faster, f"{times:.1f} times", times >= LOOP_TIMES),
            Target(
                f"{sizes.loop} items: faster than uri under Mitogen's strategy",
                f"{faster_than_mitogen:.1f} times",
                faster_than_mitogen > 1,
            ),
            Target(f"{sizes.long_loop} items: at most {ITEM_MS} ms an item", f"{item:.1f} ms", item <= ITEM_MS),
            Target("one connection for the whole loop", str(connections), connections == 1),
        ],
        short.problems + long.problems,
    )


def _loop(kapso: Emulator, place: Path, items: int, rounds: int, names: tuple[str, ...]) -> Comparison:
    scene = configurations(kapso, place, items, LOOP_NTH)
    playbooks = {OURS: "loop", SHIPPED: "shipped", URI: "uri", MITOGEN: "uri", UNDER_MITOGEN: "loop"}
    settings = mitogen.settings("mitogen_linear") if MITOGEN in names else {}
    requests = Counts(gets=items, patches=scene.differing)
    contenders = (
        Contender(
            name,
            scene.playbook(playbooks[name]) if name in playbooks else scene.bare("one-by-one"),
            requests,
            connections=1 if name in (BARE, OURS, UNDER_MITOGEN) else None,
            settings=settings if name in (MITOGEN, UNDER_MITOGEN) else {},
        )
        for name in names
    )
    return compare(scene, (EMPTY, *contenders), rounds)


def project(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure a project of two sizes: its time next to a bare script, and its memory."""
    place.mkdir()
    comparisons, memory = [], []
    for number in (sizes.project, sizes.large_project):
        scene = configurations(kapso, place / str(number), number, PROJECT_NTH)
        comparisons.append(_project(scene, math.ceil(number / PER_PAGE), sizes.rounds))
        scene.begin(differ=True)
        commands = (EMPTY.command, scene.playbook("project"))
        memory.append((number, *(peak_memory(command, scene.environment) for command in commands)))
    usual, large = comparisons
    times = usual.beyond(PROJECT) / usual.median(BARE)
    against_data = (usual.median(PROJECT) - usual.median(DATA)) / usual.median(BARE)
    growth = (large.beyond(PROJECT) / sizes.large_project) / (usual.beyond(PROJECT) / sizes.project)
    peak = memory[1][2]
    enough = peak is not None and peak < MEBIBYTES * 2**20
    return Chapter(
        "A project",
        f"One of {PROJECT_NTH} differs; `concurrency: {CONCURRENCY}`. An empty playbook with the same data shows "
        f"what Ansible takes to read them: compared with that playbook, the project of {sizes.project} takes "
        f"{against_data:.1f} times the bare script.",
        [
            usual.table(f"{sizes.project} objects", BARE),
            large.table(f"{sizes.large_project} objects", BARE),
            Table(
                MEMORY,
                ("objects", "empty playbook", "project"),
                [(str(number), _shown(empty), _shown(full)) for number, empty, full in memory],
            ),
        ],
        [
            Target(
                f"{sizes.project} objects: at most {PROJECT_TIMES} times the bare script",
                f"{times:.1f}",
                times <= PROJECT_TIMES,
            ),
            Target(f"{sizes.large_project} objects: under {MEBIBYTES} MiB", _shown(peak), enough),
            Target(f"time grows linearly: an object costs at most {LINEAR} times", f"{growth:.2f}", growth <= LINEAR),
        ],
        usual.problems + large.problems,
    )


def _project(scene: Scene, pages: int, rounds: int, name: str = "project") -> Comparison:
    """Compare the runs of a project. Each page of a list must be read once, each different object written once."""
    requests = Counts(pages=pages, patches=scene.differing)
    listed, playbook = Counts(pages=pages), scene.playbook(name)
    threaded = f"{BARE}, {CONCURRENCY} threads"
    contenders = (
        EMPTY,
        Contender(DATA, scene.playbook("empty"), differ=False),
        Contender(BARE, scene.bare("pages", 1), requests, connections=1),
        Contender(threaded, scene.bare("pages", CONCURRENCY), requests, connections=CONCURRENCY),
        Contender(PROJECT, playbook, requests, connections=CONCURRENCY),
        Contender("project, nothing to do", playbook, listed, differ=False, connections=CONCURRENCY),
        Contender("project, dry run", (*playbook, "--check"), listed, writes=False, connections=CONCURRENCY),
    )
    return compare(scene, contenders, rounds)


def platform(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure customers, numbers and webhooks in one task: time next to a bare script, memory, and growth."""
    place.mkdir()
    comparisons, memory = [], []
    for size in (sizes.platform, sizes.large_platform):
        scene = whole_project(kapso, place / str(size.objects), size, sizes.platform_differing)
        comparisons.append(_project(scene, size.pages, sizes.rounds, "platform"))
        scene.begin(differ=True)
        commands = (EMPTY.command, scene.playbook("platform"))
        memory.append((str(size), *(_shown(peak_memory(command, scene.environment)) for command in commands)))
    usual, large = comparisons
    times = usual.beyond(PROJECT) / usual.median(BARE)
    growth = (large.beyond(PROJECT) / sizes.large_platform.objects) / (usual.beyond(PROJECT) / sizes.platform.objects)
    return Chapter(
        "Customers, numbers and webhooks in one task",
        f"{sizes.platform_differing} objects differ, of all kinds; `concurrency: {CONCURRENCY}`. Each list is read by "
        "the page, and what differs is written: no other request is made.",
        [
            usual.table(str(sizes.platform), BARE),
            large.table(str(sizes.large_platform), BARE),
            Table(MEMORY, ("objects", "empty playbook", "project"), memory),
        ],
        [
            Target(f"at most {PROJECT_TIMES} times the bare script", f"{times:.1f}", times <= PROJECT_TIMES),
            Target(f"time grows linearly: an object costs at most {LINEAR} times", f"{growth:.2f}", growth <= LINEAR),
        ],
        usual.problems + large.problems,
    )


def profile(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure the parts of the processor time of a project."""
    scene = whole_project(kapso, place, sizes.platform, sizes.platform_differing)
    return Chapter(
        "Where the time of a project goes",
        f"{sizes.platform}, of which {sizes.platform_differing} objects differ. A callback counts the CPU seconds of "
        "each part, in all processes and threads. The callback itself takes little.",
        [parts.table(scene, "platform", sizes.rounds)],
        savings=SAVINGS,
    )


def _shown(peak: int | None) -> str:
    return "not told by this system" if peak is None else f"{peak / 2**20:.0f} MiB"


def latency(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure a project at a distant server. The ideal is one page after the other, then all writes in parallel."""
    scene = configurations(kapso, place, sizes.project, PROJECT_NTH)
    kapso.settings(latency=LATENCY)
    requests = Counts(pages=math.ceil(sizes.project / PER_PAGE), patches=scene.differing)
    projects, scripts = {}, {}
    for number in (CONCURRENCY, MOST_CONCURRENCY):
        command = scene.playbook("project", "-e", f"concurrency={number}")
        projects[number] = Contender(f"project, concurrency: {number}", command, requests, connections=number)
        command = scene.bare("pages", number)
        scripts[number] = Contender(f"{BARE}, {number} threads", command, requests, connections=number)
    comparison = compare(scene, (EMPTY, *scripts.values(), *projects.values()), sizes.rounds)
    rows, ratio = [], 0.0
    for number, contender in projects.items():
        ideal = (requests.pages + requests.patches / number) * LATENCY
        taken, script = comparison.beyond(contender.name), comparison.median(scripts[number].name)
        ratio = taken / ideal
        rows.append((str(number), f"{ideal:.2f} s", f"{script / ideal:.2f} x", f"{taken:.2f} s", f"{ratio:.2f} x"))
    head = ("concurrency", "ideal", "bare script to ideal", "project beyond empty", "project to ideal")
    aim = f"concurrency {MOST_CONCURRENCY}: at most {IDEAL_TIMES} times the ideal"
    return Chapter(
        f"A project {1000 * LATENCY:.0f} ms away",
        f"The server takes {1000 * LATENCY:.0f} ms for each request. One of {PROJECT_NTH} differs.",
        [comparison.table(f"{sizes.project} objects", scripts[CONCURRENCY].name), Table("Ideal", head, rows)],
        [Target(aim, f"{ratio:.2f}", ratio <= IDEAL_TIMES)],
        comparison.problems,
    )


def limit(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Measure a project with more requests than a window of the rate limit allows.

    Run it once only, since the windows continue between two runs.
    """
    scene = configurations(kapso, place, sizes.project, LIMIT_NTH)
    most = sizes.project // 10
    requests = Counts(pages=math.ceil(sizes.project / PER_PAGE), patches=scene.differing)
    windows = math.ceil(requests.requests / most)
    window = {"limit": most, "window_seconds": sizes.window}
    kapso.settings(rate_limit=window, retry_after="remaining", retry_after_on_success=True)
    ours = Contender(PROJECT, scene.playbook("project"), requests, refusals=CONCURRENCY * (windows - 1))
    comparison = compare(scene, (EMPTY, ours), rounds=1)
    taken, waited = f"{comparison.beyond(PROJECT):.1f} s", f"{(windows - 1) * sizes.window} s"
    row = (PROJECT, taken, waited, str(comparison.by_name[PROJECT].counts), str(ours.refusals))
    head = ("", "beyond empty", "least wait", "requests", "429 at most")
    return Chapter(
        f"A project under a limit of {most} requests in {sizes.window} s",
        f"One of {LIMIT_NTH} differs: {requests.requests} requests, which takes {windows} windows. Real windows "
        "have 60 s; these are short, and the server tells how long to wait. One run.",
        [Table(f"{sizes.project} objects", head, [row])],
        [],
        comparison.problems,
    )


CHAPTERS = {chapter.__name__: chapter for chapter in (task, loop, project, platform, profile, latency, limit)}
