# SPDX-License-Identifier: GPL-3.0-or-later
"""Try mutants in a process, and print a line of JSON for each.

Pytest collects the tests once, and one emulator starts. Then a fork for each mutant, with the change in its memory and
in no file, runs the tests that run the changed lines. Most mutants take tens of milliseconds.
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
SLOWEST = 1.0  # seconds: a longer test depends on real time, and could fail for that reason
USUAL: dict[str, Any] = {"clock_runs": False}  # the emulator's settings in the fixture
PATIENCE = 60.0  # additional seconds before a mutant counts as endless

Seconds = float
NOTICED, UNNOTICED, ENDLESS = "noticed", "unnoticed", "endless"


class Trial:
    """A plugin of pytest that runs some of the tests for each mutant of a file, in place of a normal run.

    `keys` are the keys of the mutants to try, None for all. `tell` gets a line for each.
    """

    def __init__(self, name: str, keys: Sequence[str] | None, tell: Callable[[str], None]) -> None:
        self._path = next(path for place in PLACES if (path := place / name).exists())
        self._keys = keys
        self._tell = tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the chosen mutants."""
        code = self._path.read_text(encoding="utf-8")
        with one_emulator() as kapso:
            tried = _Tried(session, found_out(session, self._path), self._path, kapso)
            self._demand_silence(tried, code)
            for mutant in mutants(code):
                if self._keys is None or mutant.key in self._keys:
                    verdict = tried.verdict(mutant.code, mutant.lines)
                    self._tell(json.dumps({"key": mutant.key, "verdict": verdict}))
            self._demand_silence(tried, code)  # no mutant has changed the state for the others
        return True

    def _demand_silence(self, tried: _Tried, code: str) -> None:
        if tried.verdict(code, frozenset(range(code.count("\n")))) != UNNOTICED:
            raise pytest.UsageError(f"the tests complain of {self._path.name} as it is: what they notice means nothing")


@dataclass
class Witnesses:
    """Hold the lines and the duration of each test, from one run of the unchanged code.

    Only lines in the test's own process count: a test that starts Ansible is too slow to run a thousand times.
    """

    seconds: dict[str, Seconds] = field(default_factory=dict)  # by the ID of the test
    by_line: dict[str, list[str]] = field(default_factory=dict)  # IDs of tests by line number

    def of(self, lines: Iterable[int], budget: Seconds) -> Sequence[str]:
        """Return tests that run one of these lines, as many as take `budget` seconds together.

        The quickest case of each test comes first, then the second of each, so that the first ones differ most. Lines
        that run on import belong to all tests.
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
    """Hold one file and its tests."""

    def __init__(self, session: pytest.Session, witnesses: Witnesses, path: Path, kapso: Emulator) -> None:
        self._session = session
        self._kapso = kapso
        self._witnesses = witnesses
        self._module = importlib.import_module(".".join([*COLLECTION, *path.relative_to(ROOT).with_suffix("").parts]))

    def verdict(self, code: str, lines: frozenset[int]) -> str:
        """Run the tests with this text of the file; return NOTICED, UNNOTICED or ENDLESS."""
        tests = self._witnesses.of(lines, BUDGET)
        self._kapso.up()  # an aborted test may have left the emulator down
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
    """Run these tests, and stop after `most` failures (0: never). Return whether one failed."""
    session.items = items
    session.config.option.maxfail = most
    try:
        run_tests(session)
    except (pytest.Session.Failed, pytest.Session.Interrupted):
        return True
    return session.testsfailed > 0


def found_out(session: pytest.Session, path: Path) -> Witnesses:
    """Run all tests and return the lines of that file that each runs. Leave out tests that fail or are slow."""
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
    """A plugin of pytest that records a context of coverage and the duration for each test."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._failed: set[str] = set()
        self.seconds: dict[str, Seconds] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Record one test."""
        self._measured.switch_context(item.nodeid)
        start = time.monotonic()
        result = yield
        seconds = time.monotonic() - start
        if seconds <= SLOWEST and item.nodeid not in self._failed:
            self.seconds[item.nodeid] = seconds
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a failure."""
        if report.failed:
            self._failed.add(report.nodeid)


def in_fork(work: Callable[[], bool], bound: Seconds) -> int | None:
    """Do the work in a fork. Return 1 if it returns true or raises, 0 if not, None if it takes longer than `bound`."""
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
        # End without the exit hooks of pytest, which are for the parent, after any exception.
        sys.stdout.flush()
        os._exit(status)


@contextmanager
def one_emulator() -> Iterator[Emulator]:
    """Start one emulator for all forks. The first fixture `kapso_server` in a fork gets this emulator."""
    start = Emulator.start
    with pytest.MonkeyPatch.context() as patch, start(**USUAL) as shared:
        at_hand = [shared.url]

        def start_or_share(**wishes: Any) -> Emulator:
            return Emulator(at_hand.pop()) if wishes == USUAL and at_hand else start(**wishes)

        patch.setattr(Emulator, "start", start_or_share)
        yield shared


def main() -> int:
    """Try the mutants that standard input names: {"tests": paths, "file": name, "keys": of mutants, null for all}."""
    wanted = json.load(sys.stdin)
    lines = os.fdopen(os.dup(1), "w")
    trial = Trial(wanted["file"], wanted["keys"], lambda line: print(line, file=lines, flush=True))
    os.dup2(2, 1)
    options = [f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}", "-q", "-s", "-p", "no:cacheprovider"]
    return int(pytest.main([*options, "--hypothesis-seed=0", *wanted["tests"]], [trial]))


if __name__ == "__main__":
    sys.exit(main())
