# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session of a task: its context, clients and receipts, wherever the task runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable

from .._api import urls
from .._api.client import Base, Client
from .._api.clock import CLOCK
from .._api.masking import Mask
from .._api.pace import Pace
from .._api.rate_limit import RateLimiter
from .._api.transport import Settings, Transport, per_process
from .._reconcile import receipts
from .._reconcile.outcome import Outcome
from .._reconcile.progress import waiting
from .._reconcile.sensitive import KEYS, secrets_in
from .._resources import RESOURCES
from .._resources.apis import APIS, Api
from .._resources.model import Resource
from .arguments import InvalidArguments, checked_text

Params = Mapping[str, Any]

LONGEST_TIMEOUT = 86_400  # seconds; a socket cannot wait longer than 24 days
NO_CERTS = "validate_certs is false: anyone on the network path can read the API key and change the answers"


@dataclass(frozen=True)
class RunContext:
    """The context of a task."""

    check_mode: bool = False  # predict the writes and send none
    diff_mode: bool = False
    receipts: Mapping[str, str] | None = None  # texts of the stored receipts, by place; None if none are stored
    plan: str | None = None  # text of the plan file that limits this run
    plan_wanted: bool = False  # whether the result must hold the text of a plan file
    announce: Callable[[str], None] | None = None  # called with progress messages, and when a wait begins
    save: Callable[[str, str | None], bool] | None = None  # stores a receipt under a place; False: that failed
    save_alias: Callable[[str, str | None], bool] | None = None  # stores an ID under a place; False: that failed
    secrets: frozenset[str] | None = None  # secrets in the options; None: not collected yet
    wrote: threading.Event = field(default_factory=threading.Event)  # set before the first write is sent


class Session:
    """The clients and the receipts that the objects of a task share. Raise InvalidArguments for wrong options."""

    def __init__(
        self, resources: Sequence[Resource], params: Params, context: RunContext, mask: Mask, connections: int = 1
    ) -> None:
        self.context = context
        self.clock = CLOCK
        self.on_wait = self._announce_wait  # called with the reason and the seconds of a wait
        apis = dict.fromkeys(resource.api for resource in resources)
        settings = {api: connection(APIS[api], params, connections) for api in apis}
        self._urls = {api: one.url for api, one in settings.items()}
        self._receipts_key = checked_text("receipts_key", params.get("receipts_key") or params["api_key"], "token")
        self._found: Mapping[str, str] = context.receipts or {}
        self._problems: dict[str, str] = {}  # faults of receipts, by place
        self._advice = [] if params["validate_certs"] else [NO_CERTS]
        self.clients = {api: self._client(one, params, mask) for api, one in settings.items()}
        self._pending: dict[str, str | None] = {}
        self._aliases: dict[str, str | None] = {}

    def pace(self, limits: Mapping[int, int]) -> Pace:
        """Return the pace for requests with a separate rate limit. All tasks of this process with one key share it."""
        shared: Pace = per_process(_pace, (self.client.settings.key, tuple(limits.items())))
        return shared

    def _client(self, settings: Settings, params: Params, mask: Mask) -> Client:
        """Return a client. Its connections and its rate limit are shared by the tasks of this process."""
        return Client(
            per_process(Transport, settings),
            per_process(_limiter, settings.key),
            mask,
            params["retries"],
            params["rate_limit_timeout"],
            self._wait,
            base=per_process(_base, (settings.url, settings.key)),
            on_write=self.context.wrote.set,
        )

    def _wait(self, why: str, seconds: float) -> None:
        self.on_wait(why, seconds)

    def _announce_wait(self, why: str, seconds: float) -> None:
        if self.context.announce is not None:
            said = waiting(why, seconds, self.clock)
            self.context.announce(f"{said[:1].upper()}{said[1:]}")

    @property
    def client(self) -> Client:
        """Return the client of a task that uses only one API."""
        (client,) = self.clients.values()
        return client

    def receipts_of(self, resource: Resource) -> Callable[[str], receipts.Receipt]:
        """Return a function from an ID to the receipt of that object; the receipt is empty if none is stored."""
        key, url, lasts = self._receipts_key, self._urls[resource.api], self.context.receipts is not None

        def receipt_of(object_id: str) -> receipts.Receipt:
            signer = receipts.ReceiptSigner(key, url, resource.name, object_id, resource.canonical)
            place = place_of(resource.name, object_id)
            receipt, problem = receipts.load(self._found.get(place), signer, lasts)
            if problem is not None:
                self._problems[place] = problem
            return receipt

        nothing = receipt_of("")  # for each object whose ID is not known yet
        return lambda object_id: receipt_of(object_id) if object_id else nothing

    def plan_signer(self, address: str) -> receipts.ReceiptSigner:
        """Return the signer of one object's part of a plan file."""
        return receipts.ReceiptSigner(self._receipts_key, " ".join(self._urls.values()), "project", address)

    def save(self, outcome: Outcome) -> bool:
        """Save the receipt of an object if it has changed, and delete the receipts of deleted objects.

        Return false if that failed.
        """
        alias, kind = outcome.target.alias, outcome.target.resource.name
        if self.context.check_mode or self.context.receipts is None or not outcome.target.resource.write_only:
            return True
        known = alias is None or self._save_alias(place_of(kind, alias), outcome)
        gone = [place_of(kind, str(row["id"])) for row in outcome.others if outcome.error is None]
        return all([known, self._save_receipt(outcome), *(self._save_text(place, None) for place in gone)])

    def _save_alias(self, name: str, outcome: Outcome) -> bool:
        object_id = None if outcome.absent else outcome.target.object_id
        if object_id is None and not outcome.absent:
            return True  # its ID is still unknown
        if self.context.save_alias is not None:
            return self.context.save_alias(name, object_id)
        self._aliases[name] = object_id
        return True

    def _save_receipt(self, outcome: Outcome) -> bool:
        object_id = outcome.target.object_id
        if object_id is None:
            return True
        place = place_of(outcome.target.resource.name, object_id)
        if outcome.new_receipt == outcome.receipt and not (outcome.absent and place in self._found):
            return True
        return self._save_text(place, None if outcome.absent else outcome.new_receipt.dump())

    def _save_text(self, place: str, text: str | None) -> bool:
        if self.context.save is not None:
            return self.context.save(place, text)
        self._pending[place] = text and receipts.encode(text)
        return True

    def pending_receipts(self) -> dict[str, Any]:
        """Return the receipts and IDs that the controller must still save, by place. None: delete it."""
        return {"_receipts": self._pending, "_aliases": self._aliases}

    def notes(self, outcomes: Iterable[Outcome] = ()) -> list[str]:
        """Return warnings about the whole task. A fault of a receipt that no field depends on is left out."""
        targets = (outcome.target for outcome in outcomes if outcome.plan.not_shown)
        places = [place_of(target.resource.name, str(target.object_id)) for target in targets]
        problems = dict.fromkeys(self._problems[place] for place in places if place in self._problems)
        found = [
            f"a receipt is {problem} and was ignored: its write-only fields are sent again" for problem in problems
        ]
        first, *others = self.clients.values()
        return [*first.notes(*others), *self._advice, *found]


def place_of(kind: str, name: str) -> str:
    """Return the place of a receipt or an alias, unique in a task: objects of two resources may have the same ID."""
    return f"{kind} {name}"


def mask_of(resources: Sequence[Resource], params: Params, known: frozenset[str] | None = None) -> Mask:
    """Return a mask that knows the secrets in a task's options, and learns those in responses.

    `known` are the secrets in the options, if they were collected already.
    """
    keys = [params.get("api_key"), params.get("receipts_key")]
    mask = Mask([*keys, *(known or ())], partial(secrets_in, resources), KEYS)
    if known is None:
        mask.learn({name: value for name, value in params.items() if name not in ("receipts", "plan_in")})
    return mask


def connection(api: Api, params: Params, connections: int) -> Settings:
    """Return the settings of the connection from the options. Raise InvalidArguments."""
    key = params.get("api_key")
    if not key:
        raise InvalidArguments(
            "api_key is not set: give the option, or KAPSO_API_KEY in the environment where the module runs"
        )
    checked_text("api_key", key, "token")  # from the environment it comes unchecked
    try:
        url = base_url(api, params[api.option], params["allow_http"])
    except urls.BadUrl as error:
        raise InvalidArguments(f"{api.option} {error}") from None
    for name, least in (("timeout", 0.001), ("retries", 0), ("rate_limit_timeout", 0)):
        if params[name] < least:
            raise InvalidArguments(f"{name} must be {'at least 0' if least == 0 else 'more than 0'}")
    if params["timeout"] > LONGEST_TIMEOUT:
        raise InvalidArguments(f"timeout must be at most {LONGEST_TIMEOUT} seconds, which is a day")
    return Settings(
        url,
        key,
        params["timeout"],
        params["validate_certs"],
        params["ca_path"],
        connections,
        option=api.option,
        example=api.default,
        ending=api.path,
        proof=api.proof,
    )


def base_url(api: Api, url: str, allow_http: bool) -> str:
    """Return the base URL in one spelling. Raise BadUrl, also for the base URL of another API."""
    return urls.base_url(
        url,
        allow_http,
        api.path,
        {other.path: _other_api_advice(other, api) for other in APIS.values() if other is not api},
    )


def _other_api_advice(found: Api, wanted: Api) -> str:
    """Return what to do with the base URL of another API, as the end of a sentence."""
    modules = [resource.module for resource in RESOURCES.values() if resource.api == found.name]
    others = f", or use {' or '.join(filter(None, (', '.join(modules[:-1]), modules[-1])))}" if modules else ""
    return (
        f"is a base URL of the {found.name} API, but this module needs one of the {wanted.name} API, ending in "
        f"{wanted.path}: correct it{others}"
    )


def _limiter(_shared_by: Any) -> RateLimiter:
    return RateLimiter(CLOCK)


def _pace(shared_by: tuple[str, tuple[tuple[int, int], ...]]) -> Pace:
    return Pace(dict(shared_by[1]), CLOCK)


def _base(_shared_by: Any) -> Base:
    return Base()
