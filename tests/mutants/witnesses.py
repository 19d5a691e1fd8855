# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests come by which lines, and how long each takes: found out by running them once, on what is right.

Only what a test does in its own process is seen. One that starts Ansible is none of them: too slow to ask a
thousand times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Seconds = float


@dataclass
class Witnesses:
    """What is known of the tests after they were run."""

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
