# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the emulator as a separate process, or attach to a running one, and control it from Python.

This module uses the standard library only, so that a program can start the emulator without its packages.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from tests.emulator.journal import WRITES, Entry

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
_CALL_SECONDS = 30.0


class EmulatorError(RuntimeError):
    """Say that the emulator did not start, or that it refused a command. The text has the reason."""


class Emulator:
    """Control a running emulator.

    url: the API's base URL, with ``/api/v1`` at its end. key: a valid API key of the default project.
    """

    def __init__(self, url: str, process: subprocess.Popen[str] | None = None) -> None:
        """Attach to the emulator that serves ``url``. Raise OSError if there is none."""
        self.url = url
        self.process = process
        self._refusing: list[socket.socket] = []
        parts = urlsplit(url)
        self._control = f"{parts.scheme}://{parts.netloc}"
        info = self._call("info")
        self._control = info["control"]
        self.key: str = info["key"]

    @property
    def platform_url(self) -> str:
        """Return the base URL of the platform API, with ``/platform/v1`` at its end."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/platform/v1"

    @classmethod
    def start(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | str | Path = 0,
        tls_cert: str | Path | None = None,
        tls_key: str | Path | None = None,
        keep_alive: int = 75,
        **settings: Any,
    ) -> Emulator:
        """Start an emulator with these settings. Raise EmulatorError if it does not start within START_SECONDS.

        It ends on ``close()``, at the end of a ``with`` block, and when the process that started it ends.
        """
        command = [sys.executable, "-m", "tests.emulator", f"--exit-with-parent={os.getpid()}"]
        command += [f"--host={host}", f"--port={port}", f"--seed={seed}", f"--keep-alive={keep_alive}"]
        command += [f"--settings={json.dumps(settings)}"]
        command += [f"--tls-cert={tls_cert}"] if tls_cert else []
        command += [f"--tls-key={tls_key}"] if tls_key else []
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        url = _first_line(process)
        if not url:
            _end(process)
            raise EmulatorError(f"the emulator did not start (exit status {process.returncode}), see above")
        return cls(url, process)

    def close(self) -> None:
        """End the emulator, if this handle started it."""
        for sock in self._refusing:
            sock.close()
        self._refusing.clear()
        if self.process is not None:
            _end(self.process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def batch(self, *commands: tuple[str, dict[str, Any]]) -> list[Any]:
        """Run several commands with one request, each with its arguments; return the list of results as JSON data.

        This is for tests that run the same commands thousands of times.
        """
        return cast(list[Any], self._call("batch", commands=commands))

    # Objects

    def reset(self, **settings: Any) -> None:
        """Remove objects, journal, faults and counters; return to the settings of the start, with these changes."""
        self._call("reset", **settings)

    def add(self, **fields: Any) -> str:
        """Add a configuration with any of its fields, also ``id`` and ``project``; return its ID."""
        return cast(str, self._call("add", **fields))

    def add_many(self, n: int, **fields: Any) -> list[str]:
        """Add n configurations; return their IDs. In a text, ``{n}`` is the number of the object, from 1."""
        return cast(list[str], self._call("add_many", n=n, **fields))

    def add_customer(self, **fields: Any) -> str:
        """Add a customer; return its ID."""
        return cast(str, self._call("add_customer", **fields))

    def add_webhook(self, **fields: Any) -> str:
        """Add a webhook to the number ``phone_number_id`` or to the project; return its ID."""
        return cast(str, self._call("add_webhook", **fields))

    def add_setup_link(self, customer_id: str, /, **fields: Any) -> str:
        """Add a setup link of a customer, which revokes the active one; return its ID."""
        return cast(str, self._call("add_setup_link", customer_id=customer_id, **fields))

    def pause(self, webhook_id: str, /) -> None:
        """Pause a webhook as Kapso does when too many deliveries fail."""
        self._call("pause", webhook_id=webhook_id)

    def edit(self, object_id: str, /, *, touch: bool = True, **fields: Any) -> None:
        """Change an object, as a person in Kapso's web app does. Without ``touch``, ``updated_at`` does not move."""
        self._call("edit", object_id=object_id, touch=touch, **fields)

    def remove(self, object_id: str, /) -> None:
        """Remove an object as a person in Kapso's web app does."""
        self._call("remove", object_id=object_id)

    def get(self, object_id: str, /) -> dict[str, Any] | None:
        """Return the state of an object, with write-only fields and secrets in clear; None if it does not exist."""
        return cast("dict[str, Any] | None", self._call("get", object_id=object_id))

    def configs(self) -> list[dict[str, Any]]:
        """Return all configurations with their write-only fields, oldest first."""
        return cast(list[dict[str, Any]], self._call("configs"))

    def customers(self) -> list[dict[str, Any]]:
        """Return all customers, oldest first."""
        return cast(list[dict[str, Any]], self._call("customers"))

    def webhooks(self) -> list[dict[str, Any]]:
        """Return all webhooks with their secrets, oldest first."""
        return cast(list[dict[str, Any]], self._call("webhooks"))

    def setup_links(self) -> list[dict[str, Any]]:
        """Return all setup links with their tokens, oldest first."""
        return cast(list[dict[str, Any]], self._call("setup_links"))

    # Behavior

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings at run time; return all of them."""
        return cast(dict[str, Any], self._call("settings", **changes))

    def fault(self, **rule: Any) -> str:
        """Add a fault rule; return its name."""
        return cast(str, self._call("fault", **rule))

    def faults(self) -> list[dict[str, Any]]:
        """Return the fault rules, each with the number of times it has fired."""
        return cast(list[dict[str, Any]], self._call("faults"))

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._call("clear_faults")

    def advance(self, seconds: float) -> None:
        """Move the server's clock forward: time stamps, rate limit windows, latency and delays follow it."""
        self._call("advance", seconds=seconds)

    def down(self) -> None:
        """Refuse connections at the API's port, and drop open ones."""
        self._call("down")

    def up(self) -> None:
        """Listen at the API's port again."""
        self._call("up")

    def hang_up(self) -> None:
        """Drop open connections, as servers do with connections that are idle for too long."""
        self._call("hang_up")

    def refused_url(self) -> str:
        """Return a base URL that refuses connections until this handle is closed."""
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        self._refusing.append(sock)
        return f"http://127.0.0.1:{sock.getsockname()[1]}/api/v1"

    # Observations

    def journal(self) -> list[Entry]:
        """Return all API requests since the reset, in order of arrival."""
        return [Entry(**item) for item in self._call("journal")]

    def writes(self) -> list[Entry]:
        """Return the writes in the journal: POST, PUT, PATCH, DELETE."""
        return [entry for entry in self.journal() if entry.method in WRITES]

    def short(self) -> str:
        """Return the methods in the journal as one text, such as ``GET PATCH``."""
        return " ".join(entry.method for entry in self.journal())

    def clear_journal(self) -> None:
        """Empty the journal. Counters and objects stay."""
        self._call("clear_journal")

    def connections(self) -> int:
        """Return the number of TCP connections that have carried API requests since the reset."""
        return cast(int, self._call("connections"))

    def crashes(self) -> list[str]:
        """Return the tracebacks of errors in the emulator itself since the reset. A test run fails if there are any."""
        return cast(list[str], self._call("crashes"))

    def _call(self, command: str, **arguments: Any) -> Any:
        parts = urlsplit(self._control)
        assert parts.hostname is not None
        connection = (
            HTTPSConnection(parts.hostname, parts.port, timeout=_CALL_SECONDS, context=_unchecked())
            if parts.scheme == "https"
            else HTTPConnection(parts.hostname, parts.port, timeout=_CALL_SECONDS)
        )
        try:
            connection.request("POST", f"/_emulator/{command}", json.dumps(arguments), {"Connection": "close"})
            response = connection.getresponse()
            content = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise EmulatorError(f"{command}: {content['error']}")
        return content


def _unchecked() -> ssl.SSLContext:
    """Return a TLS context without checks, for the one request to the API's port: it asks for the private URL."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _first_line(process: subprocess.Popen[str]) -> str:
    """Return the line that a starting emulator prints, empty if it ends or takes longer than START_SECONDS."""
    assert process.stdout is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    reader = process.stdout
    threading.Thread(target=lambda: lines.put(reader.readline()), daemon=True).start()
    try:
        return lines.get(timeout=START_SECONDS).strip()
    except queue.Empty:
        return ""


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=_CALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
