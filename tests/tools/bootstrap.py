# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare ``.venv`` for ``demo`` or ``test``, with the standard library only.

Any ``python3`` of the machine can run this file, so it must load on old versions, to refuse them with a clear message.
A second run installs nothing: a stamp in ``.venv`` has the fingerprint of the installed packages.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
REQUIREMENTS = ("requirements.txt", "tests/emulator/requirements.txt", "tests/harness.txt", "tests/requirements.txt")
# The demo needs a few packages only. Their versions are those of the tests.
PACKAGES = {
    "demo": "-c tests/requirements.txt -r requirements.txt -r tests/emulator/requirements.txt ansible-core",
    "test": "-r tests/requirements.txt",
}


def stop(*lines: str) -> None:
    """Exit with status 1 and a message."""
    sys.exit("\n".join(("", *lines, "")))


def fingerprint() -> str:
    """Return a digest of the requirements and of the interpreter's version."""
    digest = hashlib.sha256(sys.version.encode())
    for name in REQUIREMENTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(purpose: str) -> Path:
    """Return the path of the file with the fingerprint of the packages installed for a purpose."""
    return VENV / f"ready-for-{purpose}"


def is_ready(purpose: str, wanted: str) -> bool:
    """Return whether an earlier run installed the packages. Those for the tests include those for the demo."""
    stamps = [stamp(purpose), stamp("test")]
    return PYTHON.exists() and any(path.exists() and path.read_text() == wanted for path in stamps)


def create() -> None:
    """Create the virtual environment, unless there is one of this Python with pip."""
    version = ".".join(map(str, sys.version_info[:2]))
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != ({version.replace('.', ', ')}))"
    if PYTHON.exists() and subprocess.call([str(PYTHON), "-c", probe], stderr=subprocess.DEVNULL) == 0:
        return
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        stop(
            f"{sys.executable} could not create the virtual environment {VENV}: see above.",
            "On Debian and Ubuntu the module for it is a package of its own: apt-get install python3-venv",
        )


def install(purpose: str) -> None:
    """Install the packages. If that fails, exit with the errors of pip."""
    print(f"Installing what `make {purpose}` needs into .venv (once) ...", flush=True)
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", *PACKAGES[purpose].split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.splitlines()
        errors = [line for line in said if line.startswith("ERROR:")] or said[-3:]
        stop(
            f"`make {purpose}` needs Python packages from the package index, and could not get them:",
            *(f"  {line}" for line in errors),
            "The index must be reachable: directly, or as pip is configured (index-url, proxy, cert).",
            f"To see all that pip has to say: cd {ROOT} && {' '.join(command)}",
        )


def main() -> None:
    """Prepare .venv for the purpose on the command line."""
    purpose = sys.argv[1]
    if sys.version_info < OLDEST:
        stop(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed here; {sys.executable} is {sys.version.split()[0]}.",
            f"If there is a newer one, name it: make {purpose} PYTHON=python3.12",
        )
    wanted = fingerprint()
    if not is_ready(purpose, wanted):
        create()
        install(purpose)
        stamp(purpose).write_text(wanted)


if __name__ == "__main__":
    main()
