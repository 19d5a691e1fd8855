# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Schemathesis on the emulator: it must find no 500, and no answer that the description does not have.

Checks that the API itself would not pass are left out: it accepts some invalid requests (it reduces a page that is too
large, and drops unknown keys), rejects some valid ones (a name that is taken), and answers 404 to an unknown method.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support import proof
from tests.support.api_scenes import CANARIES, NOT_IN_L0, SETTING
from tests.tools import extra_venv

REQUIREMENTS = ("-r", "tests/linters/schemathesis.txt")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
)
EXAMPLES = 8  # for each operation and phase
SEED = 20260102
SECONDS = 120  # an upper limit; one run takes ten to thirty
CODES = {200, 201, 204, 400, 401, 404, 422}
# The oldest API version requires a field that the others do not, so that random creations rarely succeed.
CODES_OF_L0 = CODES - {201}
OFTEN_FULL = {"rate_limit": {"limit": 200, "window_seconds": 2}}
RESHAPING = {"null_clears": False, "trim_values": True, "lower_urls": True}


@pytest.fixture(scope="session")
def programs() -> Path:
    """Return the programs of the environment with Schemathesis."""
    return extra_venv.ready("schemathesis", REQUIREMENTS)


@pytest.mark.parametrize(
    ("api_version", "settings", "codes"),
    [
        ("L0", {}, CODES_OF_L0),
        ("LP", {}, CODES),
        ("LW", {}, CODES),
        ("LW", RESHAPING, CODES),
        ("LW", OFTEN_FULL, {429}),
    ],
    ids=["L0", "LP", "LW", "values are reshaped", "a limit that is often used up"],
)
def test_all_answers_match_the_description(
    kapso: Emulator, programs: Path, tmp_path: Path, api_version: str, settings: dict[str, object], codes: set[int]
) -> None:
    kapso.reset(api_version=SETTING[api_version], **settings)
    kapso.add(customer_id=kapso.add_customer(), **CANARIES)
    done = _hunt(
        programs, tmp_path, kapso.url, kapso.key, [path for path, _method in NOT_IN_L0] if api_version == "L0" else []
    )
    assert done.returncode == 0, done.stdout
    journal = kapso.journal()
    met = {entry.status for entry in journal}
    assert codes <= met <= CODES | {429}
    proof.count("emulator", "requests hunted", len(journal))


def test_all_answers_of_the_platform_match_the_description(kapso: Emulator, programs: Path, tmp_path: Path) -> None:
    kapso.reset(number_limit=3, project_events=False)
    number = (kapso.get(kapso.add(customer_id=kapso.add_customer())) or {})["phone_number_id"]
    kapso.add_webhook(phone_number_id=number)
    done = _hunt(programs, tmp_path, kapso.platform_url, kapso.key, [])
    assert done.returncode == 0, done.stdout
    journal = kapso.journal()
    met = {entry.status for entry in journal}
    assert CODES <= met <= CODES | {402, 409, 429}
    proof.count("emulator", "requests hunted", len(journal))


def _hunt(programs: Path, place: Path, base: str, key: str, without: list[str]) -> subprocess.CompletedProcess[str]:
    command = [str(programs / "schemathesis"), "run", base.removesuffix("/api/v1") + "/openapi.json"]
    command += [f"--header=X-API-Key: {key}", f"--checks={','.join(CHECKS)}", "--warnings=off"]
    command += [f"--max-examples={EXAMPLES}", f"--seed={SEED}", "--generation-database=none", "--no-color"]
    command += [f"--exclude-path=/api/v1{path.replace('{id}', '{config_id}')}" for path in without]
    outside = {**os.environ, "HOME": str(place)}
    return subprocess.run(command, cwd=place, env=outside, capture_output=True, text=True, timeout=SECONDS, check=False)
