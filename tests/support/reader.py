# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow pages of the documentation as a reader does, with an emulator in place of Kapso."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator
from tests.support import pages, platform

# The pages with blocks that readers follow.
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("roles/*/README.md")))
}
KAPSO_URL, KEY = "https://app.kapso.ai/api/v1", "EXAMPLE-API-KEY"  # the texts in the pages
CONNECTED = "3c9f6c1e-0c55-4f2f-9d61-3d0f5f2a7b11"  # a customer who has a number
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Objects at Kapso before a page begins. Each further ID in the page gets an object, too.
NUMBERS: tuple[dict[str, Any], ...] = (
    {"id": "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "name": "Number one", "phone_number_id": "100000000000001"},
    {"id": "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22", "name": "Number two", "phone_number_id": "100000000000002"},
)


@dataclass(frozen=True)
class Reader:
    """Follow pages in an empty directory, with the collection archive, an API key and a Redis."""

    kapso: Emulator
    place: Path
    artifact: Path
    redis_url: str

    def follow(self, page: Path) -> list[tuple[pages.Block, str]]:
        """Follow a page from top to bottom; return each block with its output.

        Raise AssertionError if that is not possible, or if a secret was printed.
        """
        text = page.read_text(encoding="utf-8").replace(KAPSO_URL, self.kapso.url).replace(KEY, self.kapso.key)
        found = pages.blocks(text)
        assert list(pages.unfit(found)) == []
        self._fill(text)
        secrets = {name: self.redis_url if "redis" in name else value for name, value in pages.secrets(found).items()}
        environment = self._prepare(found, secrets)
        tokens = re.findall(r"^export (\w+_TOKEN)=\.\.\.", text, re.MULTILINE)
        environment |= {name: f"canary-{name}" for name in tokens}
        printed = pages.follow(found, self.place, environment)
        said = "".join(printed.values())
        assert [secret for secret in ("canary", *pages.told_secrets(found)) if secret in said] == []
        return [(block, printed[block.line].replace(self.kapso.url, KAPSO_URL)) for block in found]

    def _fill(self, text: str) -> None:
        """Add the customers and configurations that a page names."""
        self.kapso.settings(health_per_second=1000, health_per_minute=1000)  # its clock stands still
        customers = set(re.findall(rf"customer_id: ({UUID})", text))
        known = {number["id"]: number for number in NUMBERS}
        for customer_id in sorted(customers):
            self.kapso.add_customer(id=customer_id)
        if CONNECTED in customers:
            self.kapso.add(customer_id=CONNECTED)
        for config_id in sorted({*re.findall(UUID, text), *known} - customers):
            self.kapso.add(**known.get(config_id, {"id": config_id}))

    def _prepare(self, found: list[pages.Block], secrets: dict[str, str]) -> dict[str, str]:
        """Prepare the directory, and return the environment."""
        commands = "".join(block.text for block in found if block.language == "console")
        settings = {
            "KAPSO_API_URL": self.kapso.url,
            "KAPSO_PLATFORM_API_URL": self.kapso.platform_url,
            "KAPSO_API_KEY": self.kapso.key,
        }
        if any(self.artifact.name in block.text for block in found) and "ansible-galaxy" in commands:
            (self.place / self.artifact.name).symlink_to(self.artifact)
            settings["ANSIBLE_COLLECTIONS_PATH"] = str(self.place / ".ansible" / "collections")
        if ".venv" in commands:  # in a clone
            for name, target in (("tests", ROOT / "tests"), (".venv", Path(sys.prefix))):
                (self.place / name).symlink_to(target)
        lines = "".join(f"{name}: {value}\n" for name, value in secrets.items())
        (self.place / "group_vars" / "all").mkdir(parents=True)
        (self.place / "group_vars" / "all" / "of-the-reader.yml").write_text(lines or "{}\n", encoding="utf-8")
        password = self.place / ".vault-password"
        password.write_text("example\n", encoding="utf-8")
        environment = ansible_environment(self.place, {**settings, "ANSIBLE_VAULT_PASSWORD_FILE": str(password)})
        if any(name in commands for name in platform.PROGRAMS):
            environment["PATH"] += f"{os.pathsep}{platform.programs()}"
        return environment
