# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator itself sustains, so that it is known not to be what is measured."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import fleet, loop
from tests.bench.page import Chapter, Table
from tests.bench.scene import Scene
from tests.bench.sizes import Sizes
from tests.emulator import Emulator

THREADS = 4
OBJECTS = 100  # a full page
TIMEOUT = 30.0  # seconds for one answer


def measure(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Requests a second, of each kind that the collection makes."""
    scene = Scene(kapso, place, OBJECTS, nth=OBJECTS)
    config_id = kapso.configs()[0]["id"]
    pages = max(sizes.requests // 10, THREADS)
    kinds = (
        ("GET of one object", sizes.requests, _request(kapso, "GET", f"/{config_id}")),
        (f"GET of a page of {OBJECTS}", pages, _request(kapso, "GET", f"?page=1&per_page={OBJECTS}")),
        ("PATCH of one object", sizes.requests, _request(kapso, "PATCH", f"/{config_id}", {"name": "Shop 1"})),
    )
    rows, each, sent = [], [], 0
    scene.begin(differ=False)
    for name, number, request in kinds:
        start = time.perf_counter()
        sent += _ask(kapso, number, request)
        seconds = time.perf_counter() - start
        each.append(seconds / number)
        rows.append((name, f"{number / seconds:.0f} / s", f"{1000 * seconds / number:.2f} ms"))
    get, page, patch = each
    loop_time = sizes.long_loop * (get + patch / loop.NTH)
    fleet_time = fleet.pages(sizes.fleet) * page + sizes.fleet / fleet.NTH * patch
    chapter = Chapter(
        "The emulator",
        f"What it sustains when {THREADS} threads, with a connection each, ask as fast as raw sockets can. At this "
        f"rate the requests of the loop of {sizes.long_loop} below take {loop_time:.2f} s, and those of the fleet of "
        f"{sizes.fleet} {fleet_time:.2f} s.",
        [Table("Requests", ("request", "sustained", "each"), rows)],
    )
    seen = scene.counts()
    if seen.requests != sent:
        chapter.problems.append(f"the emulator saw {seen}, and {sent} requests were sent")
    return chapter


def _request(kapso: Emulator, method: str, target: str, fields: dict[str, str] | None = None) -> bytes:
    parts = urlsplit(kapso.url)
    body = json.dumps({"whatsapp_config": fields}).encode() if fields else b""
    head = (
        f"{method} {parts.path}/whatsapp_configs{target} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"X-API-Key: {kapso.key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def _ask(kapso: Emulator, number: int, request: bytes) -> int:
    """Send a request so many times, from several threads; returns how many were sent."""
    shares = [number // THREADS + (thread < number % THREADS) for thread in range(THREADS)]
    parts = urlsplit(kapso.url)

    def take_share(share: int) -> int:
        with socket.create_connection((parts.hostname or "", parts.port or 80), TIMEOUT) as sock:
            for _time in range(share):
                sock.sendall(request)
                _read_answer(sock)
        return share

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(take_share, shares))


def _read_answer(sock: socket.socket) -> None:
    """Read one answer to its end. Raises ConnectionError where it has none or is no success."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _more(sock)
    head, _gap, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise ConnectionError(head.decode("latin-1"))
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    got = len(body)
    while got < length:
        got += len(_more(sock))


def _more(sock: socket.socket) -> bytes:
    some = sock.recv(65536)
    if not some:
        raise ConnectionError("the emulator closed the connection")
    return some
