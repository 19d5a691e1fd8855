# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the API as a FastAPI application: routing, the check of the API key, the OpenAPI description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp as App
from starlette.types import Receive, Scope, Send

from tests.emulator.answers import UNAUTHORIZED, Answer, encode
from tests.emulator.call import PLATFORM_BASE, Call, Problem, answer
from tests.emulator.platform_routes import PLATFORM_ROUTES
from tests.emulator.routes import ROUTES, Route

NOT_FOUND = encode({"error": "Not found"})
DESCRIPTIONS = ("/openapi.json", f"{PLATFORM_BASE}/openapi.json")
CALL = "kapso.call"
"""Key of the Call in the ASGI scope."""


class _Described(FastAPI):
    """Extend FastAPI: the OpenAPI description names the API key."""

    def openapi(self) -> dict[str, Any]:
        schema = super().openapi()
        key = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
        schema.setdefault("components", {})["securitySchemes"] = {"ProjectKey": key}
        return schema


def build() -> App:
    """Return the application. It requires the undecoded path in ``scope["path"]``, and a Call in ``scope[CALL]``."""
    legacy = _generation(ROUTES, DESCRIPTIONS[0], "The legacy routes of whatsapp_configs and customers")
    platform = _generation(
        PLATFORM_ROUTES, DESCRIPTIONS[1], "The platform's routes of customers, their numbers and what belongs to them"
    )

    async def by_path(scope: Scope, receive: Receive, send: Send) -> None:
        app = platform if scope["path"].startswith(f"{PLATFORM_BASE}/") else legacy
        await app(scope, receive, send)

    return by_path


def _generation(routes: tuple[Route, ...], address: str, what: str) -> FastAPI:
    app = _Described(
        title="Kapso API, emulated",
        version="1.0.0",
        description=f"{what}, on loopback, for tests.",
        openapi_url=address,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _not_found},
    )
    for route in routes:
        app.add_api_route(
            route.path,
            _endpoint(route),
            methods=[route.method],
            status_code=route.status,
            response_model=route.answer,
            responses=route.responses,
            summary=(route.handler.__doc__ or "").rstrip("."),
            operation_id=f"{route.method.lower()}{route.path.translate(str.maketrans('/{}', '___'))}",
            openapi_extra=route.description,
        )
    return app


def _endpoint(route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def run(request: Request) -> Response:
        call: Call = request.scope[CALL]
        try:
            result = _handle(route, call, request.path_params)
        except Problem as problem:
            result = problem.answer(call.settings)
        result.headers += call.headers
        return _response(result)

    return run


def _handle(route: Route, call: Call, path_params: dict[str, str]) -> Answer:
    if not route.there(call.settings):
        raise Problem(404, "Not found")
    project = call.settings.keys.get(call.key)
    if project is None:
        return answer(401, UNAUTHORIZED)
    call.project = project
    # Decode after routing, so that an encoded slash stays inside an ID.
    return route.handler(call, **{name: unquote(value) for name, value in path_params.items()})


def _response(result: Answer) -> Response:
    response = Response(result.body, result.status)
    response.raw_headers = result.headers
    return response


async def _not_found(_request: Request, _problem: Exception) -> Response:
    """Answer as the API does if no route matches the path or the method."""
    return _response(Answer(404, NOT_FOUND, [(b"content-type", b"application/json; charset=utf-8")]))
