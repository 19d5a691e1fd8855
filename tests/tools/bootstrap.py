# SPDX-License-Identifier: GPL-3.0-or-later
"""Make ``.venv`` ready for ``demo`` or for ``test``, with nothing but the standard library.

Run by whatever ``python3`` the machine has, so this file must load on old ones, to refuse them in plain words. A second
run costs nothing: a stamp in ``.venv`` remembers what was installed.
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
# The demo takes a few packages only; their versions come from the tests' pins.
PACKAGES = {
    "demo": "-c tests/requirements.txt -r requirements.txt -r tests/emulator/requirements.txt ansible-core",
    "test": "-r tests/requirements.txt",
}


def stop(*lines: str) -> None:
    """End with a plain message."""
    sys.exit("\n".join(("", *lines, "")))


def fingerprint() -> str:
    """What the installed packages depend on: the requirements, and the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for name in REQUIREMENTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(purpose: str) -> Path:
    """The file that holds the fingerprint of what was installed for a purpose."""
    return VENV / f"ready-for-{purpose}"


def is_ready(purpose: str, wanted: str) -> bool:
    """Whether an earlier run installed just this; what serves the tests serves the demo, too."""
    stamps = [stamp(purpose), stamp("test")]
    return PYTHON.exists() and any(path.exists() and path.read_text() == wanted for path in stamps)


def create() -> None:
    """Create the virtual environment, unless there is one of this Python with a pip in it."""
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
    """Install the packages; say plainly what is missing where that is impossible."""
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
    """Make .venv ready for the purpose named on the command line."""
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
