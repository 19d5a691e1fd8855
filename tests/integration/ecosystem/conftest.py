# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the collection archive, and a platform on which it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import build_artifact
from tests.support.platform import Platform


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the collection archive."""
    return build_artifact(tmp_path_factory.mktemp("artifact"))


@pytest.fixture
def platform(artifact: Path, tmp_path: Path) -> Platform:
    """Return a platform with this collection only."""
    platform = Platform(tmp_path)
    platform.install(artifact)
    return platform
