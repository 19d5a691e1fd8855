# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that makes the mistakes, and has the tests look for them. Prints a line of JSON for each.

pytest collects the tests once, and one emulator is started. Then there is a fork for each mutant, with the mistake in
its memory and in no file, which runs the tests that come by: tens of milliseconds, mostly.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest
from _pytest.main import pytest_runtestloop as run_tests

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.mutants.hot_patch import hot_patch
from tests.mutants.mistakes import mutants

PLACES = tuple(
    ROOT / "plugins" / name for name in ("module_utils/_reconcile", "module_utils/_api", "plugin_utils/summary")
)
COLLECTION = ("ansible_collections", "kapso", "whatsapp")
BUDGET = 60.0  # seconds of tests for one mutant
SLOWEST = 1.0  # seconds: what takes longer lets real time pass, and may fail for that alone
USUAL: dict[str, Any] = {"clock_runs": False}  # the wishes of the fixture for the emulator
PATIENCE = 60.0  # seconds besides, for a mutant that runs in circles

Seconds = float
NOTICED, UNNOTICED, ENDLESS = "noticed", "unnoticed", "endless"


class Trial:
    """A plugin of pytest, which instead of running the tests once runs some of them for each mutant of a file.

    `keys` are those of the mutants that are wanted, None for all. `tell` gets a line for each.
    """

    def __init__(self, name: str, keys: Sequence[str] | None, tell: Callable[[str], None]) -> None:
        self._path = next(path for place in PLACES if (path := place / name).exists())
        self._keys = keys
        self._tell = tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants that are wanted."""
        code = self._path.read_text(encoding="utf-8")
        with one_emulator() as kapso:
            tried = _Tried(session, found_out(session, self._path), self._path, kapso)
            self._demand_silence(tried, code)
            for mutant in mutants(code):
                if self._keys is None or mutant.key in self._keys:
                    verdict = tried.verdict(mutant.code, mutant.lines)
                    self._tell(json.dumps({"key": mutant.key, "verdict": verdict}))
            self._demand_silence(tried, code)  # still: no mutant has broken what the others needed
        return True

    def _demand_silence(self, tried: _Tried, code: str) -> None:
        if tried.verdict(code, frozenset(range(code.count("\n")))) != UNNOTICED:
            raise pytest.UsageError(f"the tests complain of {self._path.name} as it is: what they notice means nothing")


@dataclass
class Witnesses:
    """Which tests come by which lines, and how long each takes, found out by running them once on what is right.

    Only what a test does in its own process is seen: one that starts Ansible is too slow to ask a thousand times.
    """

    seconds: dict[str, Seconds] = field(default_factory=dict)  # by the id of the test
    by_line: dict[str, list[str]] = field(default_factory=dict)  # ids, by the number of the line

    def of(self, lines: Iterable[int], budget: Seconds) -> Sequence[str]:
        """The tests that come by one of these lines, as many as take `budget` together.

        First comes the quickest case of each test, so that the first ones are as different as can be, and so on.
        What is run on import belongs to no test: it is for all of them to notice.
        """
        found = {test for line in lines for test in self.by_line.get(str(line), ())} & self.seconds.keys()
        chosen = []
        cases: Counter[str] = Counter()
        ranked = []
        for test in sorted(found or self.seconds, key=self.seconds.__getitem__):
            name = test.partition("[")[0]
            cases[name] += 1
            ranked.append((cases[name], self.seconds[test], test))
        for _case, _seconds, test in sorted(ranked):
            budget -= self.seconds[test]
            if budget < 0:
                break
            chosen.append(test)
        return chosen


class _Tried:
    """One file, and those who know it."""

    def __init__(self, session: pytest.Session, witnesses: Witnesses, path: Path, kapso: Emulator) -> None:
        self._session = session
        self._kapso = kapso
        self._witnesses = witnesses
        self._module = importlib.import_module(".".join([*COLLECTION, *path.relative_to(ROOT).with_suffix("").parts]))

    def verdict(self, code: str, lines: frozenset[int]) -> str:
        """What the tests say to this text of the file: NOTICED, UNNOTICED or ENDLESS."""
        tests = self._witnesses.of(lines, BUDGET)
        self._kapso.up()  # a test that a mutant has broken off may have left it down
        bound = PATIENCE + 5 * sum(self._witnesses.seconds[test] for test in tests)
        status = in_fork(lambda: self._complains(tests, code), bound)
        if status is None:
            return ENDLESS
        return NOTICED if status else UNNOTICED

    def _complains(self, tests: Sequence[str], code: str) -> bool:
        hot_patch(self._module, code)
        by_id = {item.nodeid: item for item in self._session.items}
        return failed(self._session, [by_id[test] for test in tests])


def failed(session: pytest.Session, items: list[pytest.Item], most: int = 1) -> bool:
    """Run these tests, and no further than `most` failures, which is never for 0."""
    session.items = items
    session.config.option.maxfail = most
    try:
        run_tests(session)
    except (pytest.Session.Failed, pytest.Session.Interrupted):
        return True
    return session.testsfailed > 0


def found_out(session: pytest.Session, path: Path) -> Witnesses:
    """Run all tests to see who comes by where in that file. One that fails, or is slow, is no witness."""
    with tempfile.NamedTemporaryFile() as kept:

        def listen() -> bool:
            measured = coverage.Coverage(data_file=None, config_file=False, include=[str(path)])
            listener = _Listener(measured)
            session.config.pluginmanager.register(listener)
            measured.start()
            failed(session, session.items, 0)
            measured.stop()
            by_line = measured.get_data().contexts_by_lineno(str(path))
            Path(kept.name).write_text(json.dumps([listener.seconds, by_line]), encoding="utf-8")
            return False

        if in_fork(listen, 1800.0) != 0:
            raise pytest.UsageError("the tests cannot be run")
        return Witnesses(*json.loads(Path(kept.name).read_text(encoding="utf-8")))


class _Listener:
    """A plugin of pytest: one context of coverage for each test, and its duration."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._failed: set[str] = set()
        self.seconds: dict[str, Seconds] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Listen to one test."""
        self._measured.switch_context(item.nodeid)
        start = time.monotonic()
        result = yield
        seconds = time.monotonic() - start
        if seconds <= SLOWEST and item.nodeid not in self._failed:
            self.seconds[item.nodeid] = seconds
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a failure."""
        if report.failed:
            self._failed.add(report.nodeid)


def in_fork(work: Callable[[], bool], bound: Seconds) -> int | None:
    """1 if the work, done in a fork, says so or raises; 0 if not; None where it took longer than `bound` seconds."""
    child = os.fork()
    if child == 0:
        _do(work)
    end = time.monotonic() + bound
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return int(status != 0)
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _do(work: Callable[[], bool]) -> None:
    status = 1
    try:
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        status = int(work())
    finally:
        # Whatever it raised, and without what pytest does at its end: that is for the parent.
        sys.stdout.flush()
        os._exit(status)


@contextmanager
def one_emulator() -> Iterator[Emulator]:
    """One for all: the first in a process who starts an emulator as the fixture `kapso_server` does gets this one."""
    start = Emulator.start
    with pytest.MonkeyPatch.context() as patch, start(**USUAL) as shared:
        at_hand = [shared.url]

        def start_or_share(**wishes: Any) -> Emulator:
            return Emulator(at_hand.pop()) if wishes == USUAL and at_hand else start(**wishes)

        patch.setattr(Emulator, "start", start_or_share)
        yield shared


def main() -> int:
    """Try what standard input asks for: {"tests": paths, "file": name, "keys": of mutants, null for all}."""
    wanted = json.load(sys.stdin)
    lines = os.fdopen(os.dup(1), "w")
    trial = Trial(wanted["file"], wanted["keys"], lambda line: print(line, file=lines, flush=True))
    os.dup2(2, 1)
    options = [f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}", "-q", "-s", "-p", "no:cacheprovider"]
    return int(pytest.main([*options, "--hypothesis-seed=0", *wanted["tests"]], [trial]))


if __name__ == "__main__":
    sys.exit(main())
