# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between here and the API, as one kind of exception with the facts that a reader needs."""

from __future__ import annotations

import traceback
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from .texts import escaped, escaped_lines

# What is known of a write when a run fails, in the words of the result, and as a sentence says it.
OUTCOMES = {
    "not_sent": "nothing was changed",
    "rejected": "the write was refused and nothing was changed",
    "applied": "whatever else was sent took effect",
    "unknown": "whether the write took effect is not known",
}


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


class ApiError(Exception):
    """A request, or a conversation of several, that did not end well.

    `what` and `advice` are halves of the sentence that the user reads. `message` is what the server or the network
    said, masked and cut. Whatever a server put into these texts, they can be printed. `outcome` is a key of OUTCOMES.
    `stops_run` is true where nothing else would succeed either.
    `repeatable`: a write whose answer was lost, that may be sent again once it is clear that it is still needed.
    """

    def __init__(
        self,
        what: str,
        advice: str,
        *,
        method: str | None = None,
        url: str | None = None,
        status: int | None = None,
        message: str = "",
        attempts: int = 1,
        retries: int = 0,
        outcome: str = "not_sent",
        stops_run: bool = False,
        repeatable: bool = False,
        answer: str = "",
    ) -> None:
        super().__init__(what)
        self.what = escaped(what)
        self.advice = escaped(advice)
        self.method = method
        self.url = url
        self.status = status
        self.message = escaped_lines(message)
        self.attempts = attempts
        self.retries = retries
        self.outcome = outcome
        self.stops_run = stops_run
        self.repeatable = repeatable
        self.answer = answer  # the whole text of the answer, for those who decide by it; never shown

    @property
    def may_have_changed(self) -> bool:
        """Whether a write took effect, or may have."""
        return self.outcome in ("applied", "unknown")

    def sentence(self, subject: str) -> str:
        """One plain sentence: which object, what happened, what was and was not changed, what to do."""
        return f"{subject}: {self.what}; {OUTCOMES[self.outcome]}; {self.advice}."

    def details(self) -> dict[str, Any]:
        """The structured form, as the result returns it."""
        keys = ("status", "message", "method", "url", "attempts", "outcome")
        return {key: getattr(self, key) for key in keys}
