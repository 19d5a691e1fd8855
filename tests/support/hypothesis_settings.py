# SPDX-License-Identifier: GPL-3.0-or-later
"""How the dice are thrown in tests whose inputs are made up."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings


def throws(number: int, variable: str | None = None, **more: Any) -> settings:
    """So many examples, the same ones at every run: a failure is the change's, not the dice's.

    `variable` names one of the environment that asks for another number, and then the examples are others each time.
    """
    asked = os.environ.get(variable) if variable else None
    return settings(
        max_examples=int(asked or number),
        derandomize=asked is None,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        **more,
    )
