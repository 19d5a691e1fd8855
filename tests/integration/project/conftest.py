# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of the project module."""

from __future__ import annotations
