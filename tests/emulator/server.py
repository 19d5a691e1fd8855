# SPDX-License-Identifier: GPL-3.0-or-later
"""Run uvicorn with a second, private port, so that tests can control the emulator while the API is down."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass

import uvicorn

from tests.emulator.admin import Admin, Switchboard
from tests.emulator.app import build
from tests.emulator.gate import Gate
from tests.emulator.play import Way
from tests.emulator.routes import BASE
from tests.emulator.world import World


@dataclass(frozen=True)
class Options:
    """Hold the addresses to listen on. The server ends when the process ``parent`` ends. keep_alive: seconds."""

    host: str = "127.0.0.1"
    port: int = 0
    tls_cert: str | None = None
    tls_key: str | None = None
    keep_alive: int = 75
    parent: int | None = None


class Server(uvicorn.Server):
    """Serve HTTP, and print the URL as soon as the server is ready."""

    def __init__(self, world: World, options: Options) -> None:
        self._switchboard = Switchboard()
        self._switchboard.down = self._down
        self._switchboard.up = self._up
        self._switchboard.hang_up = self._hang_up
        self._options = options
        self._socket = _bound(options.host, options.port)
        self._port = self._socket.getsockname()[1]
        gate = Gate(world, build(), Admin(world, self._switchboard))
        super().__init__(
            uvicorn.Config(
                gate,
                http=Way,
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=False,  # the gate adds it, by the emulator's own clock
                proxy_headers=False,
                timeout_keep_alive=options.keep_alive,
                timeout_graceful_shutdown=1,
                ssl_certfile=options.tls_cert,
                ssl_keyfile=options.tls_key,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on both ports, then print the URL."""
        await super().startup(sockets=[*(sockets or []), self._socket])
        control = await self._listen(_bound("127.0.0.1", 0), tls=False)
        self.servers.append(control)
        scheme = "https" if self._options.tls_cert else "http"
        host = f"[{self._options.host}]" if ":" in self._options.host else self._options.host
        self._switchboard.url = f"{scheme}://{host}:{self._port}{BASE}"
        self._switchboard.control = f"http://127.0.0.1:{control.sockets[0].getsockname()[1]}"
        print(self._switchboard.url, flush=True)

    async def on_tick(self, counter: int) -> bool:
        """End the server if the parent process has ended, then do the work of uvicorn."""
        parent = self._options.parent
        if parent is not None and os.getppid() != parent:
            self.should_exit = True
        return await super().on_tick(counter)

    async def _listen(self, sock: socket.socket, *, tls: bool) -> asyncio.Server:
        def protocol() -> Way:
            return Way(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

        return await asyncio.get_running_loop().create_server(
            protocol, sock=sock, ssl=self.config.ssl if tls else None, backlog=self.config.backlog
        )

    async def _down(self) -> None:
        if self.servers[0].is_serving():
            self.servers[0].close()
            # A socket that is bound but does not listen refuses connections, and keeps the port.
            self._socket = _bound(self._options.host, self._port)
        await self._hang_up()

    async def _up(self) -> None:
        if not self.servers[0].is_serving():
            self.servers[0] = await self._listen(self._socket, tls=True)

    async def _hang_up(self) -> None:
        ways = [way for way in self.server_state.connections if isinstance(way, Way) and way.port == self._port]
        for way in ways:
            way.drop()
        # A client could use a connection until it is closed.
        await asyncio.gather(*(way.gone_within(1) for way in ways))


def _bound(host: str, port: int) -> socket.socket:
    # Name the protocol: otherwise asyncio leaves Nagle's algorithm on, which adds 40 ms to each answer.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock
