# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the emulator with ``python -m tests.emulator``, print its URL, and serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from tests.emulator.server import Options, Server
from tests.emulator.settings import Settings
from tests.emulator.store import Store
from tests.emulator.world import World


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator; return the exit status."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn shuts down and then raises the signal again. Here that is a normal exit.
        signal.signal(number, _exit)
    try:
        api_version = {"api_version": options.api_version} if options.api_version else {}
        settings = Settings.model_validate({**options.settings, **api_version})
        world = World(settings)
        seed(world.store, options.seed, settings.default_project)
    except (ValueError, OSError, TypeError) as problem:
        print(f"cannot start: {problem}", file=sys.stderr)
        return 2
    where = Options(options.host, options.port, options.tls_cert, options.tls_key, options.keep_alive, options.parent)
    Server(world, where).run()
    return 0


def seed(store: Store, what: str, project: str) -> None:
    """Fill the store with a number of example configurations, or from a JSON file.

    The file has the form ``{"customers": [], "configs": []}``.
    """
    if what.isdigit():
        for _time in range(int(what)):
            store.add_config(project, {})
        return
    content: dict[str, list[dict[str, Any]]] = json.loads(Path(what).read_text("utf-8"))
    for values in content.get("customers", []):
        store.add_customer(project, values)
    for values in content.get("configs", []):
        store.add_config(project, values)


def _exit(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0, the default: any free port")
    parser.add_argument("--api-version", choices=("omits", "nulls", "echoes"))
    parser.add_argument("--settings", type=json.loads, default={}, help="a JSON object of settings, see the README")
    parser.add_argument("--seed", default="0", help="how many example configurations, or a JSON file of objects")
    parser.add_argument("--tls-cert", metavar="FILE")
    parser.add_argument("--tls-key", metavar="FILE")
    parser.add_argument("--keep-alive", type=int, default=75, help="seconds that an idle connection stays open")
    parser.add_argument(
        "--exit-with-parent",
        dest="parent",
        type=int,
        nargs="?",
        const=os.getppid(),
        metavar="PID",
        help="end when the process that started this one (PID, if given) has ended",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
