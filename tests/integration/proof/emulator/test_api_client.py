# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that a third-party client of the platform API works with the emulator."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.platform_routes import PLATFORM_ROUTES
from tests.support import proof
from tests.tools import extra_venv

SCRIPT = Path(__file__).with_name("others_client.py")
REQUIREMENTS = ("-r", "tests/linters/kapso_client.txt")
SECONDS = 60  # an upper limit; it takes about two
REFUSED = {
    "customers.create": "ValidationError: External customer has already been taken | status=422",
    "phone_numbers.connect": "WhatsAppAPIError: Phone number is already connected | status=409",
    "webhooks.create": "ValidationError: Secret key can't be blank | status=422",
    "phone_numbers.get": "NotFoundError: WhatsApp configuration not found | status=404",
}


@pytest.fixture(scope="session")
def programs() -> Path:
    """Return the programs of the environment with the client."""
    return extra_venv.ready("kapso-client", REQUIREMENTS)


def test_a_third_party_client_works_with_the_emulator(kapso: Emulator, programs: Path) -> None:
    command = [str(programs / "python"), str(SCRIPT), kapso.platform_url, kapso.key]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    made: dict[str, list[Any]] = told["made"]
    assert told["left_out"] == []
    refused = [(name, result) for name, results in made.items() for result in results if isinstance(result, str)]
    assert sorted(refused) == sorted(REFUSED.items())
    assert {len(result) for name, results in made.items() if name.endswith(".list") for result in results} == {1}
    assert [result["status"] for result in made["setup_links.iter"][0]] == ["active", "revoked"]
    assert [result["phone_number_id"] for result in made["project_webhooks.iter"][0]] == ["100000000000777", None]
    assert kapso.customers() == kapso.configs() == kapso.webhooks() == kapso.setup_links() == []
    _each_route_was_asked(kapso)
    proof.count("emulator", "calls of a client that others wrote", sum(map(len, made.values())))


def _each_route_was_asked(kapso: Emulator) -> None:
    asked = [(entry.method, entry.path) for entry in kapso.journal()]
    for route in PLATFORM_ROUTES:
        pattern = re.sub(r"\{[a-z_]+\}", "[^/]+", route.path)
        assert any(method == route.method and re.fullmatch(pattern, path) for method, path in asked), route.path
