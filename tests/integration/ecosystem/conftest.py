# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the artifact, and a platform on which it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import build_artifact
from tests.support.platform import Platform


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as it is given to users."""
    return build_artifact(tmp_path_factory.mktemp("artifact"))


@pytest.fixture
def platform(artifact: Path, tmp_path: Path) -> Platform:
    """A platform with nothing but the collection."""
    platform = Platform(tmp_path)
    platform.install(artifact)
    return platform
