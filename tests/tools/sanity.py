# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on the artifact, unpacked, where only the Python package index can be reached.

ansible-test insists on three things that an artifact does not offer: a directory named
``ansible_collections/kapso/whatsapp``, a git repository of its own, and a script that it downloads to install pip.
All that, and a home for the virtual environments that ansible-test keeps, lives under ``.build/sanity``.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from configparser import RawConfigParser
from importlib.util import find_spec
from pathlib import Path

from tests.collection import BUILD, build_artifact

PLACE = BUILD / "sanity"
HOME = PLACE / "home"
COPY = PLACE / "ansible_collections" / "kapso" / "whatsapp"

# What ansible-test runs in place of the script it would download. It is given the packages to install, and two
# options that today's pip no longer knows. ensurepip in a process of its own: it changes pip's environment.
GET_PIP = """\
import runpy
import subprocess
import sys

subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
sys.argv = ["pip", "install"] + [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def unpack_artifact() -> None:
    """Unpack what users install into a fresh repository: Automation Hub runs these tests on the same."""
    shutil.rmtree(COPY, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place, tarfile.open(build_artifact(Path(place))) as artifact:
        artifact.extractall(COPY, filter="data")
    subprocess.run(["git", "init", "--quiet", "."], cwd=COPY, check=True)


def seed_pip() -> None:
    """Put our script where the installed ansible-test looks for the one it would download.

    Raises:
        SystemExit: this ansible-test names no pip version where it used to.
    """
    spec = find_spec("ansible_test._internal.python_requirements")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    versions = set(re.findall(r"\bpip\s*=\s*'([0-9][0-9.]*)'", source))
    if not versions:
        raise SystemExit("sanity: this ansible-test does not say which pip it wants; mend seed_pip() in " + __file__)
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in versions:
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")


def keep_pip_settings() -> None:
    """Write pip's settings (index, certificates, proxy) where pip finds them: ansible-test clears the environment."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    )
    settings = RawConfigParser()
    settings.add_section("global")
    for line in listing.stdout.splitlines():
        name, value = line.split("=", 1)
        option = re.sub(r"^(global|:env:)\.", "", name)
        if "." not in option:  # options of single commands have a section of their own
            settings.set("global", option, str(ast.literal_eval(value)).replace("\n", "\n\t"))
    settings.set("global", "quiet", "2")  # errors only
    place = HOME / ".pip" / "pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch(mode=0o600)  # an index URL may hold a password
    with place.open("w", encoding="utf-8") as file:
        settings.write(file)


def main() -> int:
    """Run the sanity tests; return ansible-test's exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    parser.add_argument(
        "--python", default=running, help="the Python version to test on; default: this one, %(default)s"
    )
    parser.add_argument("rest", nargs="*", help="passed on to ansible-test sanity, after a --")
    arguments = parser.parse_args()

    unpack_artifact()
    seed_pip()
    keep_pip_settings()
    environment = dict(os.environ, HOME=str(HOME))
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    command = ["ansible-test", "sanity", "--local", "--requirements", "--color", "no", "--python", arguments.python]
    command += arguments.rest
    return subprocess.run(command, cwd=COPY, env=environment, check=False, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
