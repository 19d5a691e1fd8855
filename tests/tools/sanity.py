# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on the unpacked collection archive, with only the Python package index reachable.

ansible-test requires three things that an archive does not have: a directory named
``ansible_collections/kapso/whatsapp``, a git repository, and a script that it downloads to install pip. These, and a
home for the virtual environments of ansible-test, are under ``.build/sanity``.
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

# ansible-test runs this in place of the script that it would download. Its arguments are packages to install, and two
# options that current versions of pip do not have. ensurepip runs in a separate process, since it changes pip's
# environment.
GET_PIP = """\
import runpy
import subprocess
import sys

subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
sys.argv = ["pip", "install"] + [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def unpack_artifact() -> None:
    """Unpack the archive that users install into a new repository. Automation Hub runs these tests on it, too."""
    shutil.rmtree(COPY, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place, tarfile.open(build_artifact(Path(place))) as artifact:
        artifact.extractall(COPY, filter="data")
    subprocess.run(["git", "init", "--quiet", "."], cwd=COPY, check=True)


def seed_pip() -> None:
    """Put our script at the path at which the installed ansible-test looks for a downloaded one.

    Raises:
        SystemExit: the source of this ansible-test has no pip version.
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
    """Write pip's settings (index, certificates, proxy) to its file, since ansible-test clears the environment."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    )
    settings = RawConfigParser()
    settings.add_section("global")
    for line in listing.stdout.splitlines():
        name, value = line.split("=", 1)
        option = re.sub(r"^(global|:env:)\.", "", name)
        if "." not in option:  # options of single commands belong in other sections
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
