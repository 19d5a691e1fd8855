# SPDX-License-Identifier: GPL-3.0-or-later
"""List the facts about the API: routes, status codes, fields, pages, limits and errors, each with its certainty.

The sources are the API's documentation and public client code, not the emulator: tests compare the emulator with this
table. It covers the legacy API only, in all versions of its documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Sure(Enum):
    """Name the kind of evidence for a fact."""

    DOCUMENTED = "documented"
    OBSERVED = "observed in public code"
    ASSUMED = "assumed, no source"


DOCUMENTED, OBSERVED, ASSUMED = Sure

SOURCES = {
    "L0": "openapi.yaml 1.0.0, the oldest API version; docs.kapso.ai/api-reference/whatsapp-configs/*, first captures",
    "LP": "openapi-platform.yaml 1.0.0; docs.kapso.ai/api-reference/whatsapp-configs/*, later captures",
    "LW": "openapi-whatsapp.yaml 1.0.0; docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/*",
    "introduction": "docs.kapso.ai/api-reference/introduction",
    "rate limits": "docs.kapso.ai/api/rate-limits",
    "overview": "docs.kapso.ai/api/platform/v1/platform-api-overview",
    "platform introduction": "docs.kapso.ai/api-reference/platform-introduction",
    "clients": "public client code, and what its authors noted",
    "none": "inferred",
}
API_VERSIONS = ("L0", "LP", "LW")


@dataclass(frozen=True)
class Known:
    """Hold the kind of evidence for a fact, and its sources, as keys of SOURCES."""

    sure: Sure
    sources: tuple[str, ...]


ALL = Known(DOCUMENTED, API_VERSIONS)
LATER = Known(DOCUMENTED, ("LP", "LW"))
SEEN = Known(OBSERVED, ("clients",))
GUESS = Known(ASSUMED, ("none",))


# Routes and their codes


@dataclass(frozen=True)
class Route:
    """Describe one route below the base URL: its status codes, and the envelope key of its body."""

    method: str
    path: str
    codes: dict[int, Known]
    envelope: str | None = None
    pages: bool = False
    wrapped: bool = True  # in `data`


def _codes(known: Known, *codes: int) -> dict[int, Known]:
    return dict.fromkeys(codes, known)


CONFIGS = "/whatsapp_configs"
CONFIG = "/whatsapp_configs/{id}"
OF_CUSTOMER = "/customers/{customer_id}/whatsapp_configs"
CUSTOMERS = "/customers"
CUSTOMER = "/customers/{id}"
CUSTOMER_PAGES = Known(DOCUMENTED, ("L0", "platform introduction"))

ROUTES = (
    Route("GET", CONFIGS, _codes(LATER, 200, 401), pages=True),
    Route("GET", CONFIG, _codes(ALL, 200, 401, 404)),
    Route("PATCH", CONFIG, _codes(ALL, 200, 401, 404, 422), envelope="whatsapp_config"),
    Route("DELETE", CONFIG, _codes(ALL, 204, 401, 404)),
    Route("GET", CONFIG + "/health", _codes(LATER, 200, 401, 404), wrapped=False),
    Route("GET", OF_CUSTOMER, _codes(ALL, 200, 401, 404), pages=True),
    Route("POST", OF_CUSTOMER, _codes(ALL, 201, 401, 404, 422), envelope="whatsapp_config"),
    Route("GET", CUSTOMERS, _codes(CUSTOMER_PAGES, 200, 401), pages=True),
    Route("POST", CUSTOMERS, _codes(CUSTOMER_PAGES, 201, 401, 422), envelope="customer"),
    Route("GET", CUSTOMER, _codes(CUSTOMER_PAGES, 200, 401, 404)),
    Route("PATCH", CUSTOMER, _codes(CUSTOMER_PAGES, 200, 401, 404, 422), envelope="customer"),
    Route("DELETE", CUSTOMER, _codes(CUSTOMER_PAGES, 204, 401, 404)),
)

# On any route. No page documents them for a single route.
EVERYWHERE = {
    400: Known(ASSUMED, ("none",)),  # a missing envelope: the introduction shows a body, no page names a route
    429: Known(DOCUMENTED, ("rate limits", "introduction")),
    500: Known(DOCUMENTED, ("introduction",)),
}

# No API version documents these.
ABSENT = {
    ("POST", CONFIGS): Known(DOCUMENTED, API_VERSIONS),
    ("PUT", CONFIG): Known(DOCUMENTED, API_VERSIONS),
    ("GET", CONFIG + "/webhook"): Known(OBSERVED, ("clients",)),
}


# Fields


class Said(Enum):
    """Name the statement of an API version about a field in a request or in an answer."""

    REQUIRED = "required"
    PRODUCTION = "required for production"
    YES = "yes"
    NO = "no"
    SHAPE = "in the schema of the answer, but said not to be returned"
    SILENT = "not mentioned"


REQ, PROD, YES, NO, SHAPE, SILENT = Said


@dataclass(frozen=True)
class Field:
    """Describe one field: its JSON type, and the statements of (L0, LP, LW) for a creation, a change and an answer."""

    name: str
    type: str
    create: tuple[Said, Said, Said]
    update: tuple[Said, Said, Said]
    returned: tuple[Said, Said, Said]
    format: str | None = None
    enum: tuple[str, ...] = ()
    nullable: bool = False
    secret: bool = False
    default: object = None
    known: Known = ALL


NEVER, ALWAYS = (NO, NO, NO), (YES, YES, YES)
# LW documents no creation, so that its statements about one are unknown.
BY_LP, SINCE_LP, SINCE_LW = (SILENT, YES, SILENT), (SILENT, YES, YES), (SILENT, SILENT, YES)
ID_CREATE, ID_UPDATE = (REQ, PROD, SILENT), (YES, PROD, YES)
KINDS = ("production", "sandbox")
ONLY_LW = Known(DOCUMENTED, ("LW",))

CONFIG_FIELDS = (
    Field("id", "string", NEVER, NEVER, ALWAYS, format="uuid", known=ONLY_LW),  # the older ones say string
    Field("name", "string", (REQ, REQ, SILENT), ALWAYS, ALWAYS),
    Field("kind", "string", BY_LP, BY_LP, SINCE_LW, enum=KINDS, default="production", known=LATER),
    Field("phone_number_id", "string", ID_CREATE, ID_UPDATE, ALWAYS),
    Field("business_account_id", "string", ID_CREATE, ID_UPDATE, ALWAYS),
    Field("access_token", "string", (YES, PROD, SILENT), ID_UPDATE, NEVER, secret=True),
    Field("webhook_verify_token", "string", (REQ, YES, SILENT), ALWAYS, (YES, SHAPE, NO), secret=True),
    Field("webhook_destination_url", "string", (YES, YES, SILENT), ALWAYS, (YES, SHAPE, NO)),
    Field("inbound_processing_enabled", "boolean", BY_LP, BY_LP, SINCE_LP, default=True, known=LATER),
    Field("calls_enabled", "boolean", BY_LP, BY_LP, SINCE_LP, default=False, known=LATER),
    Field("display_name", "string", NEVER, NEVER, ALWAYS),
    Field("display_phone_number", "string", NEVER, NEVER, SINCE_LP, known=LATER),
    Field("display_phone_number_normalized", "string", NEVER, NEVER, SINCE_LP, known=LATER),
    Field("is_coexistence", "boolean", NEVER, NEVER, SINCE_LW, known=ONLY_LW),
    Field("webhook_verified_at", "string", NEVER, NEVER, SINCE_LW, format="date-time", nullable=True, known=ONLY_LW),
    # Observed: absent or null for objects that belong to the project itself.
    Field("customer_id", "string", NEVER, NEVER, ALWAYS, format="uuid", nullable=True),
    Field("created_at", "string", NEVER, NEVER, ALWAYS, format="date-time"),
    Field("updated_at", "string", NEVER, NEVER, ALWAYS, format="date-time"),
    Field("status", "string", NEVER, NEVER, (SILENT, SILENT, SILENT), known=SEEN),
)

CUSTOMER_FIELDS = (
    Field("id", "string", NEVER, NEVER, ALWAYS, format="uuid", known=CUSTOMER_PAGES),
    Field("name", "string", (REQ, REQ, SILENT), ALWAYS, ALWAYS, known=CUSTOMER_PAGES),
    Field("external_customer_id", "string", (REQ, SILENT, SILENT), ALWAYS, ALWAYS, known=CUSTOMER_PAGES),
    Field("created_at", "string", NEVER, NEVER, ALWAYS, format="date-time", known=CUSTOMER_PAGES),
    Field("updated_at", "string", NEVER, NEVER, ALWAYS, format="date-time", known=CUSTOMER_PAGES),
)

HEALTH_STATUS = ("healthy", "degraded", "unhealthy", "error")
HEALTH_KEYS = {"status": str, "timestamp": str, "checks": dict}  # documented; one sample says checked_at
HEALTH_CHECKS = ("phone_number_access", "messaging_health", "webhook_subscription", "webhook_verified")
HEALTH_CHECK_KEYS = ("passed", "details", "error", "overall_status")  # all except the first are optional


# Pages

LARGEST_PAGE = 100
PAGE_PARAMETERS: dict[str, tuple[int, int | None, int]] = {  # minimum, maximum, default: documented
    "page": (1, None, 1),
    "per_page": (1, LARGEST_PAGE, 20),
}
PAGE_META = ("page", "per_page", "total_pages", "total_count")  # integers, beside `data` in `meta`: documented
TOTAL_PAGES_OF_NOTHING = (0, 1)  # the documented minimum, and the value in fixtures of clients

# The filters of lists. Lists ignore unknown ones (observed with phone_number_id).
FILTERS = {
    CONFIGS: {
        "business_account_id": LATER,
        "q[business_account_id_eq]": LATER,
        "q[name_cont]": LATER,
        "q[created_at_gteq]": LATER,
        "q[created_at_lteq]": LATER,
    },
    CUSTOMERS: {
        "q[name_cont]": CUSTOMER_PAGES,
        "q[external_customer_id_eq]": CUSTOMER_PAGES,
        "q[created_at_gteq]": Known(DOCUMENTED, ("L0",)),
        "q[created_at_lteq]": Known(DOCUMENTED, ("L0",)),
    },
}
FILTERS[OF_CUSTOMER] = FILTERS[CONFIGS]
IGNORED_FILTERS = {CONFIGS: ("phone_number_id",), OF_CUSTOMER: ("phone_number_id",)}


# The key, the limit, the errors

KEY_HEADER = "X-API-Key"
LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining")  # with every answer: documented, newest page
PLANS = {"free": 100, "pro": 500, "platform": 1000, "enterprise": 2000}  # requests in a fixed minute
RETRY_AFTER = 60  # seconds, an integer, with a 429


@dataclass(frozen=True)
class Refusal:
    """Describe the body of an error by its known texts. `error` is always present, and always a string."""

    status: int
    error: str
    known: Known
    message: str | None = None


UNAUTHORIZED = Refusal(401, "Invalid or missing API key", Known(DOCUMENTED, ("introduction",)))
CONFIG_UNKNOWN = Refusal(404, "WhatsApp configuration not found", SEEN)
CUSTOMER_UNKNOWN = Refusal(404, "Customer not found", Known(DOCUMENTED, ("LP",)))
CUSTOMER_TAKEN = Refusal(422, "External customer has already been taken", SEEN)
TOO_MANY = Refusal(
    429,
    "Rate limit exceeded",
    Known(DOCUMENTED, ("rate limits",)),
    message="You have exceeded the rate limit. Please try again later.",
)
ENVELOPE_MISSING = 400  # assumed; a client has seen the error `missing_parameter`

# Optional keys beside `error`, documented by L0 and LW. Some answers with 422 have a `code`: observed.
ERROR_KEYS = {"error": str, "message": str, "status": int, "code": str}
