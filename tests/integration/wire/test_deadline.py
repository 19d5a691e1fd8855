# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the timeout of one request for any slow server, and that a 1xx hint is no answer."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterable, Iterator

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import deadline
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport, TransportError

from tests.support.race_hooks import once_sent

LIMIT = 30.0  # seconds until the server ends an endless answer
PACE = threading.Event()  # never set: a pause between two pieces
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"

ENDLESS: dict[str, tuple[list[bytes], float]] = {
    "one continue after the other": ([CONTINUE], 0),
    "a continue now and then": ([CONTINUE], 0.01),
    "one hint after the other": ([HINT], 0),
    "a head that drips": ([b"HTTP/1.1 200 OK\r\nX-Head: ", b"x"], 0.01),
    "a status that drips": ([b"H", b"TTP/1.1 200 "], 0.01),
    "a body of no length that drips": ([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"], 0.01),
}


@contextlib.contextmanager
def server(pieces: Iterable[bytes], pause: float) -> Iterator[str]:
    """Run a server that sends these pieces, then a correct answer, to each client. Yield its URL."""

    def answer() -> None:
        with contextlib.suppress(OSError), listening.accept()[0] as connection:
            connection.recv(65536)
            until = time.monotonic() + LIMIT
            for piece in pieces:
                connection.sendall(piece)
                if PACE.wait(pause) or time.monotonic() > until:
                    break
            connection.sendall(b"\r\n\r\n" + HEAD)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(LIMIT)
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    thread.join(2 * LIMIT)


@pytest.mark.parametrize("how", ENDLESS)
def test_an_endless_answer_is_ended_by_the_timeout(how: str) -> None:
    (first, *rest), pause = ENDLESS[how]
    with server(itertools.chain([first], itertools.cycle(rest or [first])), pause) as url:
        transport = Transport(Settings(url, "example-key-not-real", timeout=20))
        # Leave little time after the request is sent, on a machine of any speed.
        with once_sent(lambda: deadline.begin(0.2)), pytest.raises(TransportError, match="within 20 s"):
            transport.send("GET", url)


def test_a_1xx_hint_is_not_the_answer() -> None:
    with server([CONTINUE + HINT + HEAD], 0) as url:
        answer = Transport(Settings(url, "example-key-not-real")).send("PATCH", url, b"{}")
    assert (answer.status, answer.body) == (200, b"{}")
