# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the unit tests."""

from __future__ import annotations

from hypothesis import settings

from tests.support.hypothesis_settings import throws

settings.register_profile("shared", throws(100))
settings.load_profile("shared")
