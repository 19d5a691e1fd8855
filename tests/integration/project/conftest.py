# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the project."""

from __future__ import annotations
