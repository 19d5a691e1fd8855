# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Hypothesis for tests with random inputs."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings


def throws(number: int, variable: str | None = None, **more: Any) -> settings:
    """Return settings with a number of examples, the same at every run, so that only a change of code can fail.

    `variable` is the name of an environment variable with another number. If it is set, the examples differ at each
    run.
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
