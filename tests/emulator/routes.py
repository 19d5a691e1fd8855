# SPDX-License-Identifier: GPL-3.0-or-later
"""List the routes, each with its handler and its part of the OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tests.emulator import configs, customers, schemas
from tests.emulator.answers import Answer
from tests.emulator.settings import Settings

Handler = Callable[..., Answer]
BASE = "/api/v1"

_PAGES: dict[str, dict[str, Any]] = {
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "per_page": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
}
# The platform documents no maximum.
_PLATFORM_PAGES = {"page": _PAGES["page"], "per_page": {"type": "integer", "minimum": 1, "default": 20}}
_CONFIG_FILTERS = (
    *_PAGES,
    "business_account_id",
    "q[business_account_id_eq]",
    "q[name_cont]",
    "q[created_at_gteq]",
    "q[created_at_lteq]",
)
_CUSTOMER_FILTERS = (
    *_PAGES,
    "q[name_cont]",
    "q[external_customer_id_eq]",
    "q[created_at_gteq]",
    "q[created_at_lteq]",
)


def _always(_settings: Settings) -> bool:
    return True


@dataclass(frozen=True)
class Route:
    """Describe one route. ``refusals`` has the status codes of the handler's errors, besides 401 and 429.

    answer, shows: the body of a successful answer, as a model or as a schema. there: whether the route exists under the
    settings.
    """

    method: str
    path: str
    handler: Handler
    status: int
    answer: type[BaseModel] | None
    refusals: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    body: schemas.Schema | None = None
    there: Callable[[Settings], bool] = _always
    shows: schemas.Schema | None = None

    @property
    def responses(self) -> dict[int | str, dict[str, Any]]:
        """Return the errors in the form that FastAPI requires."""
        refusals: dict[int | str, dict[str, Any]] = {code: {"model": schemas.Error} for code in (401, *self.refusals)}
        return {**refusals, 429: {"model": schemas.Error, "headers": schemas.LIMIT_HEADERS}}

    @property
    def description(self) -> dict[str, Any]:
        """Return the parts that FastAPI cannot derive from the handler: parameters, the request's body, the key."""
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        pages = _PAGES if self.path.startswith(BASE) else _PLATFORM_PAGES
        for name in self.query:
            kind = pages.get(name, {"type": "string"})
            parameters.append({"name": name, "in": "query", "required": False, "schema": kind})
        described: dict[str, Any] = {"parameters": parameters, "security": [{"ProjectKey": []}]}
        if self.shows:
            described["responses"] = {str(self.status): {"content": {"application/json": {"schema": self.shows}}}}
        if self.body:
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": self.body}}}
        return described


_CONFIGS = f"{BASE}/whatsapp_configs"
_CUSTOMERS = f"{BASE}/customers"

ROUTES = (
    Route(
        "GET",
        _CONFIGS,
        configs.list_all,
        200,
        schemas.WhatsappConfigs,
        query=_CONFIG_FILTERS,
        there=lambda settings: settings.has_project_list,
    ),
    Route("GET", f"{_CONFIGS}/{{config_id}}", configs.get, 200, schemas.OneWhatsappConfig, (404,)),
    Route(
        "PATCH",
        f"{_CONFIGS}/{{config_id}}",
        configs.patch,
        200,
        schemas.OneWhatsappConfig,
        (400, 404, 422),
        body=schemas.CHANGED_CONFIG,
    ),
    Route("DELETE", f"{_CONFIGS}/{{config_id}}", configs.delete, 204, None, (404,)),
    Route(
        "GET",
        f"{_CONFIGS}/{{config_id}}/health",
        configs.get_health,
        200,
        schemas.Health,
        (404,),
        there=lambda settings: settings.api_version != "echoes",
    ),
    Route(
        "GET",
        f"{_CUSTOMERS}/{{customer_id}}/whatsapp_configs",
        configs.list_of_customer,
        200,
        schemas.WhatsappConfigs,
        (404,),
        query=_CONFIG_FILTERS,
    ),
    Route(
        "POST",
        f"{_CUSTOMERS}/{{customer_id}}/whatsapp_configs",
        configs.create,
        201,
        schemas.OneWhatsappConfig,
        (400, 404, 422),
        body=schemas.NEW_CONFIG,
    ),
    Route("GET", _CUSTOMERS, customers.list_all, 200, schemas.Customers, query=_CUSTOMER_FILTERS),
    Route("POST", _CUSTOMERS, customers.create, 201, schemas.OneCustomer, (400, 422), body=schemas.NEW_CUSTOMER),
    Route("GET", f"{_CUSTOMERS}/{{customer_id}}", customers.get, 200, schemas.OneCustomer, (404,)),
    Route(
        "PATCH",
        f"{_CUSTOMERS}/{{customer_id}}",
        customers.patch,
        200,
        schemas.OneCustomer,
        (400, 404, 422),
        body=schemas.CHANGED_CUSTOMER,
    ),
    Route("DELETE", f"{_CUSTOMERS}/{{customer_id}}", customers.delete, 204, None, (404,)),
)
