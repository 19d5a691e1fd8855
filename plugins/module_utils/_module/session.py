# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task has, from validated options to a result, and wherever it runs: circumstances, client, receipts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

LONGEST_TIMEOUT = 86_400  # seconds; what a socket can wait ends at 24 days
NO_CERTS = "validate_certs is false: whoever sits between here and the API can read and change everything"


@dataclass(frozen=True)
class RunContext:
    """The circumstances of a task."""

    check_mode: bool = False
    diff_mode: bool = False
    receipts: Mapping[str, str] | None = None  # the texts that were found, by place; None if none are kept
    plan: str | None = None  # the text of the plan file that binds this run
    plan_wanted: bool = False  # whether the result is to hold the text of a plan file
    announce: Callable[[str], None] | None = None  # hears how a long run is getting on, and of waits as they begin
    save: Callable[[str, str | None], bool] | None = None  # takes a place and its receipt; false if that failed
    save_alias: Callable[[str, str | None], bool] | None = None  # takes a place and the id that it stands for
    wrote: threading.Event = field(default_factory=threading.Event)  # set before the first write is sent


class Session:
    """What the objects of a task share: the client, and the receipts. Raises InvalidArguments for bad options."""

    def __init__(
        self, resources: Sequence[Resource], params: Params, context: RunContext, mask: Mask, connections: int = 1
    ) -> None:
        self.context = context
        self.clock = CLOCK
        self.on_wait = self._announce_wait  # hears why no request goes out, and for how many seconds
        apis = dict.fromkeys(resource.api for resource in resources)
        settings = {api: connection(APIS[api], params, connections) for api in apis}
        self._urls = {api: one.url for api, one in settings.items()}
        self._receipts_key = checked_text("receipts_key", params.get("receipts_key") or params["api_key"], "token")
        self._found: Mapping[str, str] = context.receipts or {}
        self._problems: dict[str, str] = {}  # what is wrong with a receipt, by id
        self._advice = [] if params["validate_certs"] else [NO_CERTS]
        self.clients = {api: self._client(one, params, mask) for api, one in settings.items()}
        self._pending: dict[str, str | None] = {}
        self._aliases: dict[str, str | None] = {}

    def pace(self, limits: Mapping[int, int]) -> Pace:
        """Return what keeps requests to limits of their own, which all tasks of this process share."""
        shared: Pace = per_process(_pace, (self.client.settings.key, tuple(limits.items())))
        return shared

    def _client(self, settings: Settings, params: Params, mask: Mask) -> Client:
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
        """The client of a task that speaks with one generation of the API."""
        (client,) = self.clients.values()
        return client

    def receipts_of(self, resource: Resource) -> Callable[[str], receipts.Receipt]:
        """Return what finds the receipts of one kind of object, by id: an empty one if there is none."""

        def receipt_of(object_id: str) -> receipts.Receipt:
            signer = receipts.ReceiptSigner(
                self._receipts_key, self._urls[resource.api], resource.name, object_id, resource.canonical
            )
            place = place_of(resource.name, object_id)
            receipt, problem = receipts.load(self._found.get(place), signer)
            if problem is not None:
                self._problems[place] = problem
            return replace(receipt, lasts=self.context.receipts is not None)

        return receipt_of

    def plan_signer(self, address: str) -> receipts.ReceiptSigner:
        """Return the signer of what a plan file says of one object."""
        return receipts.ReceiptSigner(self._receipts_key, " ".join(self._urls.values()), "project", address)

    def save(self, outcome: Outcome) -> bool:
        """Have the receipt saved, if it is another than before, and those of deleted objects removed.

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
            return True  # nothing new is known of it
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
        """Return what the controller is still to save: encoded receipts and ids by place; None: to be deleted."""
        return {"_receipts": self._pending, "_aliases": self._aliases}

    def notes(self, outcomes: Iterable[Outcome] = ()) -> list[str]:
        """Return warnings about the task as a whole. A receipt that nothing depended on is not mentioned."""
        targets = (outcome.target for outcome in outcomes if outcome.plan.not_shown)
        places = [place_of(target.resource.name, str(target.object_id)) for target in targets]
        problems = dict.fromkeys(self._problems[place] for place in places if place in self._problems)
        found = [f"a receipt is {problem} and is ignored: write-only fields are sent again" for problem in problems]
        first, *others = self.clients.values()
        return [*first.notes(*others), *self._advice, *found]


def place_of(kind: str, name: str) -> str:
    """Return what a receipt or an alias is found by among those of a task: two kinds may have one id."""
    return f"{kind} {name}"


def mask_of(resources: Sequence[Resource], params: Params) -> Mask:
    """Return a mask that knows the secret values in a task's options, and learns those in answers."""
    mask = Mask([params.get("api_key"), params.get("receipts_key")], partial(secrets_in, resources), KEYS)
    mask.learn({name: value for name, value in params.items() if name not in ("receipts", "plan_in")})
    return mask


def connection(api: Api, params: Params, connections: int) -> Settings:
    """Return the settings of the session that the options describe. Raises InvalidArguments."""
    key = params.get("api_key")
    if not key:
        raise InvalidArguments(
            "api_key is not set: give the option, or KAPSO_API_KEY in the environment where the module runs"
        )
    checked_text("api_key", key, "token")  # it may have come from the environment
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
    """Return the base URL in one spelling. Raises BadUrl, also for one of another generation of the API."""
    return urls.base_url(
        url, allow_http, api.path, {other.path: _meant(other, api) for other in APIS.values() if other is not api}
    )


def _meant(found: Api, wanted: Api) -> str:
    """Return what to do with a base URL of another generation, as the rest of a sentence."""
    modules = [resource.module for resource in RESOURCES.values() if resource.api == found.name]
    others = f", or use {' or '.join(filter(None, (', '.join(modules[:-1]), modules[-1])))}" if modules else ""
    return (
        f"is a base URL of the {found.name} API, and this module uses the {wanted.name} API, whose base URL ends in "
        f"{wanted.path}: correct it{others}"
    )


def _limiter(_shared_by: Any) -> RateLimiter:
    return RateLimiter(CLOCK)


def _pace(shared_by: tuple[str, tuple[tuple[int, int], ...]]) -> Pace:
    return Pace(dict(shared_by[1]), CLOCK)


def _base(_shared_by: Any) -> Base:
    return Base()
