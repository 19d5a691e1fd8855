# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of requests. An error is never edited: its methods `but` and `also` return a new one.

- ApiError
  - NotSent: no write was sent
  - Rejected: Kapso rejected the write
  - Applied: the write took effect, but something else is wrong
  - OutcomeUnknown: the write may have taken effect
"""

from __future__ import annotations

import traceback
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .texts import escaped, escaped_lines

CHECK_AND_REPORT = "check the object at Kapso, run again, and report this to the maintainers of the collection"


class Faults(AbstractContextManager["Faults"]):
    """A context manager that catches faults of the collection itself. Its text gives type and place, no value.

    `error` is the exception that was caught, or None. An ApiError passes through.
    """

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
    """The details of an error."""

    method: str | None = None
    url: str | None = None
    status: int | None = None
    message: str = ""  # text of the server or the network, masked and shortened
    attempts: int = 1
    retries: int = 0
    retry_after: float = 0.0  # seconds that a 503 asks to wait
    stops_run: bool = False  # every other request would fail, too
    repeatable: bool = False  # the response to a write was lost; send it again if a read shows that it had no effect
    answer: str = ""  # the whole text of the response, for code that examines it; never shown


class ApiError(Exception):
    """A request, or a sequence of requests, that failed.

    `what` and `advice` are two clauses of the message to the user. Characters that cannot be printed are escaped in
    them. `facts` are the fields of Facts.
    """

    outcome = ""  # a key of OUTCOMES: the effect of the write

    def __init__(self, what: str, advice: str, **facts: Any) -> None:
        super().__init__(what)
        self._texts = escaped(what), escaped(advice)
        self.facts = Facts(**{**facts, "message": escaped_lines(facts.get("message", ""))})

    @property
    def what(self) -> str:
        """Return the clause that says what happened."""
        return self._texts[0]

    @property
    def advice(self) -> str:
        """Return the clause that says what to do."""
        return self._texts[1]

    @property
    def status(self) -> int | None:
        """Return the HTTP status of the response, or None if there was no response."""
        return self.facts.status

    @property
    def stops_run(self) -> bool:
        """Return whether every other request would fail, too."""
        return self.facts.stops_run

    @property
    def may_have_changed(self) -> bool:
        """Return whether the write took effect or may have taken effect."""
        return self.outcome in ("applied", "unknown")

    def but(self, what: str = "", advice: str = "", outcome: str = "", **facts: Any) -> ApiError:
        """Return a copy of the error with other texts, another outcome or other facts."""
        known = {**asdict(replace(self.facts)), **facts}
        return ERRORS[outcome or self.outcome](what or self.what, advice or self.advice, **known)

    def also(self, cause: str, other: ApiError) -> ApiError:
        """Return a copy that adds the error of a later read. `cause` is a clause such as "the next read failed"."""
        what = f"{self.what}, and {cause}: {other.what}"
        return self.but(what, stops_run=self.stops_run or other.stops_run)

    def sentence(self, subject: str) -> str:
        """Return the message to the user: the object, what happened, what changed at Kapso, and what to do."""
        return f"{subject}: {self.what}; {OUTCOMES[self.outcome]}; {self.advice}."

    def details(self) -> dict[str, Any]:
        """Return the error as a dict for the result of a task."""
        keys = ("status", "message", "method", "url", "attempts")
        return {**{key: getattr(self.facts, key) for key in keys}, "outcome": self.outcome}


class NotSent(ApiError):
    """No write was sent. Errors of reads are of this class, too."""

    outcome = "not_sent"


class Rejected(ApiError):
    """Kapso rejected the write."""

    outcome = "rejected"


class Applied(ApiError):
    """The write took effect, but something else is wrong."""

    outcome = "applied"


class OutcomeUnknown(ApiError):
    """The write may have taken effect."""

    outcome = "unknown"


ERRORS: dict[str, type[ApiError]] = {kind.outcome: kind for kind in (NotSent, Rejected, Applied, OutcomeUnknown)}
# The effect of a write on Kapso, by outcome, as messages state it.
OUTCOMES = {
    NotSent.outcome: "nothing was changed",
    Rejected.outcome: "Kapso rejected the write and nothing was changed",
    Applied.outcome: "all other sent fields took effect",
    OutcomeUnknown.outcome: "whether the write took effect is not known",
}
