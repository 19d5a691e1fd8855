# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of requests, as a small hierarchy. An error is frozen: whoever knows more wraps it in a new one.

- ApiError
  - NotSent: no write was sent
  - Rejected: the server refused the write
  - Applied: the write took effect, and something is wrong all the same
  - OutcomeUnknown: the write may have taken effect
"""

from __future__ import annotations

import traceback
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .texts import escaped, escaped_lines

CHECK_AND_REPORT = "look at what Kapso has, run again, and report this to the maintainers of the collection"


class Faults(AbstractContextManager["Faults"]):
    """Catches what goes wrong in a block because the code itself fails. Its text tells the kind and place, no value."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Exception) and not isinstance(error, ApiError):
            self.error = error
        return self.error is not None

    def __str__(self) -> str:
        where = type(self.error).__name__
        for frame in traceback.extract_tb(self.error.__traceback__ if self.error else None)[-1:]:
            where = f"{where} in {Path(frame.filename).name}, line {frame.lineno}"
        return f"the collection has a fault ({where})"


@dataclass(frozen=True)
class Facts:
    """The circumstances of an error."""

    method: str | None = None
    url: str | None = None
    status: int | None = None
    message: str = ""  # what the server or the network said, masked and cut
    attempts: int = 1
    retries: int = 0
    retry_after: float = 0.0  # seconds that a 503 asks to wait
    stops_run: bool = False  # nothing else would succeed either
    repeatable: bool = False  # a write whose answer was lost, that may be sent again once it is clear that it is needed
    answer: str = ""  # the whole text of the answer, for those who decide by it; never shown


class ApiError(Exception):
    """A request, or a conversation of several, that did not end well.

    `what` and `advice` are halves of the sentence that the user reads. Whatever a server put into these texts, they can
    be printed. `facts` are the fields of Facts.
    """

    outcome = ""  # a key of OUTCOMES: what is known of the write

    def __init__(self, what: str, advice: str, **facts: Any) -> None:
        super().__init__(what)
        self._texts = escaped(what), escaped(advice)
        self.facts = Facts(**{**facts, "message": escaped_lines(facts.get("message", ""))})

    @property
    def what(self) -> str:
        """What happened."""
        return self._texts[0]

    @property
    def advice(self) -> str:
        """What to do."""
        return self._texts[1]

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer, None if there was none."""
        return self.facts.status

    @property
    def stops_run(self) -> bool:
        """Whether nothing else would succeed either."""
        return self.facts.stops_run

    @property
    def may_have_changed(self) -> bool:
        """Whether a write took effect, or may have."""
        return self.outcome in ("applied", "unknown")

    def but(self, what: str = "", advice: str = "", outcome: str = "", **facts: Any) -> ApiError:
        """Return the same error with other texts, another outcome or other facts."""
        known = {**asdict(replace(self.facts)), **facts}
        return ERRORS[outcome or self.outcome](what or self.what, advice or self.advice, **known)

    def also(self, cause: str, other: ApiError) -> ApiError:
        """Return the error with what went wrong when somebody looked for its effect."""
        what = f"{self.what}, and {cause}: {other.what}"
        return self.but(what, stops_run=self.stops_run or other.stops_run)

    def sentence(self, subject: str) -> str:
        """Return one plain sentence: which object, what happened, what was and was not changed, what to do."""
        return f"{subject}: {self.what}; {OUTCOMES[self.outcome]}; {self.advice}."

    def details(self) -> dict[str, Any]:
        """Return the structured form, as results have it."""
        keys = ("status", "message", "method", "url", "attempts")
        return {**{key: getattr(self.facts, key) for key in keys}, "outcome": self.outcome}


class NotSent(ApiError):
    """No write was sent."""

    outcome = "not_sent"


class Rejected(ApiError):
    """The server refused the write."""

    outcome = "rejected"


class Applied(ApiError):
    """The write took effect, and something is wrong all the same."""

    outcome = "applied"


class OutcomeUnknown(ApiError):
    """The write may have taken effect."""

    outcome = "unknown"


ERRORS: dict[str, type[ApiError]] = {kind.outcome: kind for kind in (NotSent, Rejected, Applied, OutcomeUnknown)}
# What is known of a write when a run fails, in the words of the result, and as a sentence says it.
OUTCOMES = {
    NotSent.outcome: "nothing was changed",
    Rejected.outcome: "Kapso rejected the write and nothing was changed",
    Applied.outcome: "all other sent fields took effect",
    OutcomeUnknown.outcome: "whether the write took effect is not known",
}
