# SPDX-License-Identifier: GPL-3.0-or-later
"""List scenes of the leak hunt: tasks with secrets, each with its own object and the answers of the server.

Secrets are in variables, as with a vault, since newer cores quote the lines of a playbook.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus

from tests.support.leaks import canary

CONFIG = "kapso.whatsapp.kapso_whatsapp_config"
PROJECT = "kapso.whatsapp.kapso_project"
INFO = "kapso.whatsapp.kapso_whatsapp_config_info"
ROLE = "kapso.whatsapp.kapso_provision"

Data = dict[str, Any]
Rule = dict[str, Any]
Command = tuple[str, Data]  # a command of the emulator, with its arguments

ODD = "/\"&<'+\\%~"
SECRETS = {
    "key": canary("key", ODD),
    "wrong_key": canary("wrong-key"),
    "receipts_key": canary("receipts-key", ODD),
    "token": canary("token", ODD),
    "verify": canary("verify", f"ä{ODD}"),
    "redis_password": canary("redis-password"),
    "url_password": canary("url-password"),
    "url_query": canary("url-query"),
    "header": canary("header", ODD),
}
SENT = [SECRETS[name] for name in ("token", "verify", "key", "receipts_key")]

ID = "<id>"  # in place of the ID of the scene's object
META_ID = "<Meta id>"  # in place of the ID of its phone number, if the scene has several objects
STORED_ID = "<stored id>"  # in place of the ID of this number in the emulator
CUSTOMER = "22222222-0000-4000-9000-000000000001"
NUMBERS = {"phone_number_id": "100000000000001", "business_account_id": "200000000000001"}
TOKEN = {"access_token": "{{ token }}"}
FIELDS = {"name": "Front desk", **TOKEN, "webhook_verify_token": "{{ verify }}"}
URL = {"webhook_destination_url": "https://hooks.example.org/{{ verify | urlencode }}"}

# The ways in which an answer can repeat sent values.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not in ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "Python": repr,
    "HTML": html.escape,
    "HTML as Rails has it": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    "path": quote,
    "segment": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of a login": lambda text: base64.b64encode(f"user:{text}:end".encode()).decode(),
    "base64 of a header": lambda text: base64.b64encode(f"X-Api-Key: {text}\n".encode()).decode(),
    "stripped": lambda text: f"{text.strip()} ",
}


@dataclass(frozen=True)
class Scene:
    """Hold one task, and further tasks with the same objects. Faults apply to the path of its object."""

    name: str
    action: str
    args: Mapping[str, Any]
    faults: tuple[Rule, ...] = ()
    check: bool = False
    register: bool = True
    there: tuple[Command, ...] | None = None  # add the objects; None: a configuration, if the arguments name one
    has_meta_id: bool = False
    then: tuple[Scene, ...] = ()

    @property
    def objects(self) -> tuple[Command, ...]:
        """Return the commands that add the objects to the emulator."""
        if self.there is not None:
            return self.there
        return (("add", {"id": ID, "name": "Old desk", **NUMBERS}),) if ID in str(self.args) else ()

    def object_id(self, number: int) -> str:
        """Return the ID of its object."""
        return f"7000{number:012}" if self.has_meta_id else identifier(number)

    def named(self, value: Any, number: int) -> Any:
        """Return a value with the IDs of the objects in place of the markers."""
        ids = {ID: self.object_id(number), META_ID: f"7000{number:012}", STORED_ID: f"4{identifier(number)[1:]}"}
        return _named(value, ids)

    @property
    def steps(self) -> tuple[Scene, ...]:
        """Return this task and the further ones."""
        return (self, *self.then)

    def rules(self, number: int) -> Iterator[Rule]:
        """Yield the fault rules of all its tasks."""
        for step in self.steps:
            for rule in step.faults:
                yield {"name": step.name, "path": self.object_id(number), **self.named(rule, number)}

    def tasks(self, number: int, way: str) -> list[Data]:
        """Return all tasks of the playbook."""
        return [step.task(number, way) for step in self.steps]

    def task(self, number: int, way: str) -> Data:
        """Return the first task of the playbook."""
        args = self.named(self.args, number)
        keywords: Data = {"ignore_errors": True, **({"check_mode": True} if self.check else {})}
        if self.action == ROLE:
            ours = {"kapso_provision_run_in_process": way, **args}
            return {"name": self.name, "ansible.builtin.import_role": {"name": ROLE}, "vars": ours, **keywords}
        if self.register:
            keywords["register"] = f"outcome_{re.sub('[^a-z]', '_', self.name.lower())}_{number}"
        usual: Data = {"run_in_process": way, "retries": 0}
        if not self.action.endswith("_info"):
            usual["receipts_key"] = "{{ receipts_key }}"
        return {"name": self.name, self.action: {**usual, **args}, **keywords}


def identifier(number: int) -> str:
    """Return the ID of a scene's object."""
    return f"11111111-0000-4000-8000-{number:012}"


def _named(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {_named(key, ids): _named(item, ids) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, ids) for item in value]
    if isinstance(value, str):
        for place, name in ids.items():
            value = value.replace(place, name)
    return value


def single(name: str, fields: Any = None, *faults: Rule, **options: Any) -> Scene:
    """Return a task about one object. The default fields are `FIELDS`."""
    declared = FIELDS if fields is None else fields
    return Scene(name, CONFIG, {"config_id": ID, "fields": declared, **options}, faults)


def project(name: str, fields: Any = None, *faults: Rule, **options: Any) -> Scene:
    """Return a task about many objects, one of them with these fields, by default `FIELDS`."""
    declared = FIELDS if fields is None else fields
    configs = {
        "configs": [{"config_id": ID, "fields": declared}],
        "defaults": {"configs": {"webhook_verify_token": "{{ verify }}"}},
    }
    return Scene(f"project: {name}", PROJECT, {**configs, **options}, faults)


def role(name: str, *faults: Rule, **variables: Any) -> Scene:
    """Return a use of the role with these variables, named without their prefix."""
    given = {
        "configs": [{"config_id": ID, "fields": FIELDS}],
        "defaults": {"configs": TOKEN},
        "api_key": "{{ key }}",
        "receipts_key": "{{ receipts_key }}",
        "api_url": "{{ url }}",
        "platform_api_url": "{{ platform_url }}",
        "retries": 0,
        **variables,
    }
    return Scene(
        f"role: {name}", ROLE, {f"kapso_provision_{key}": item for key, item in given.items()}, faults, register=False
    )


def dry(scene: Scene) -> Scene:
    """Return the same task in check mode."""
    return replace(scene, check=True)


def info(name: str, *faults: Rule, **options: Any) -> Scene:
    """Return a task that lists objects."""
    return Scene(f"info: {name}", INFO, {"config_id": ID, **options}, faults)


def _write(**answer: Any) -> Rule:
    return {"method": "PATCH", **answer}


def _read(**answer: Any) -> Rule:
    return {"method": "GET", **answer}


def answers(text: str) -> tuple[Rule, ...]:
    """Return rules that answer with one text: in JSON of several shapes, as plain text, in HTML, in headers."""
    return (
        {"status": 422, "json": {"error": text}},
        {"status": 400, "json": {"errors": {"access_token": [text], text: ["is odd"]}}},
        {"status": 422, "json": {"error": {"code": 7, "message": text}, "detail": text}},
        {"status": 500, "body": f"Parameters: {{{text}}}"},
        {"status": 403, "body": f"<html><title>Refused</title><p>{text}</p></html>", "content_type": "text/html"},
        {"status": 200, "body": f'{{"data": {{"name": "{text}'},
        {"status": 409, "json": {"title": "x" * 190 + text}},
    )


def _echoes() -> Iterator[Scene]:
    """Yield scenes with each spelling and each shape of an answer, in turn."""
    for number, (name, spell) in enumerate(SPELLINGS.items()):
        text = " ".join(spell(secret) for secret in SENT)
        shapes = answers(text)
        for offset, action in enumerate((single, project, single)):
            answer = shapes[(number + 2 * offset) % len(shapes)]
            yield action(f"echo as {name}, {answer['status']}, {offset}", FIELDS, _write(**answer))
    for number, answer in enumerate(answers(" ".join(SENT))):
        yield single(f"echo at the read, {number}", FIELDS, _read(**answer))
    for number, answer in enumerate(answers(SECRETS["key"])):
        yield info(f"echo, {number}", _read(**answer))


def _cut() -> Iterator[Scene]:
    token = SECRETS["token"]
    for length in (9, len(token) - 2):
        yield single(f"echo cut after {length}", FIELDS, _write(status=422, json={"error": f"Bad: {token[:length]}"}))
        body = json.dumps({"error": {"access_token": token}})
        yield project(
            f"body cut after {length}", FIELDS, _write(status=422, body=body[: body.index("canary") + length])
        )
        yield single(f"dots after {length}", FIELDS, _write(status=422, json={"error": f"{token[:length]}... is bad"}))
    for before in (185, 199):
        yield single(f"echo at {before}", FIELDS, _write(status=422, json={"error": "x" * before + token}))


def _headers() -> Iterator[Scene]:
    for name in ("token", "key"):
        plain = quote(SECRETS[name], safe="")
        for place in (f"https://elsewhere.example/?{name}={plain}", f"/{SECRETS['key']}", f"//{plain}@h.example/"):
            yield single(f"redirect of {name} to {place[:2]}", FIELDS, _write(redirect=place))
        yield single(f"redirect at the read of {name}", FIELDS, _read(redirect=f"https://elsewhere.example/{plain}"))
        for header in ("Content-Type", "Retry-After", "X-RateLimit-Remaining", "Date", "Content-Encoding", "Location"):
            odd = {"headers": {header: SECRETS["key"] if name == "key" else plain}}
            yield single(f"{name} in {header}", FIELDS, _write(status=503, **odd))
            if header != "Retry-After":
                yield project(f"{name} in {header} of a success", FIELDS, _write(body="no JSON", **odd))
    yield project("redirect", FIELDS, _write(redirect=f"https://{quote(SECRETS['token'], safe='')}.example/"))


def _successes() -> Iterator[Scene]:
    """Yield scenes with secrets in 2xx answers, which results, receipts and plans keep."""
    token, verify, key = (SECRETS[name] for name in ("token", "verify", "key"))
    merges: dict[str, Data] = {
        "the secrets": {"access_token": token, "webhook_verify_token": verify},
        "unknown keys": {"note": f"{token} {key}", verify: {"deep": [token, {token: None}]}, "list": [verify]},
        "known keys": {"display_name": token, "customer_id": key, "webhook_verified_at": verify},
        "the instant": {"updated_at": token},
        "the id": {"id": token},
        "another name": {"name": f"Front desk {token}"},
        "another URL": {"webhook_destination_url": f"https://h.example/{quote(verify, safe='')}"},
        "wrong types": {"name": [token], "calls_enabled": verify},
        "base64": {"note": base64.b64encode(f"k:{token}".encode()).decode()},
    }
    for name, merge in merges.items():
        yield dry(single(f"{name} with a success, dry run", {**FIELDS, **URL}, {"merge": merge}))
        yield single(f"{name} with a success, run", {**FIELDS, **URL}, {"merge": merge})
        yield project(f"{name} with a success", {**FIELDS, **URL}, _write(merge=merge))
    key = SECRETS["key"]
    for name in ("name", "id", "note", "access_token", "updated_at", key):
        yield info(f"the key as {name}" if name != key else "the key as a key", {"merge": {name: [key, {key: key}]}})
    yield info("secrets", {"merge": merges["the secrets"]})


def _wet(scene: Scene) -> Scene:
    return scene


def _lives() -> Iterator[Scene]:
    """Yield scenes that create, change, plan and delete objects without errors."""
    new = {**FIELDS, **URL, **NUMBERS}
    of_customer = {"config_id": None, "customer_id": CUSTOMER}
    refusal = {"path": CUSTOMER, "method": "POST", "status": 422, "echo": True, "count": 2}
    for kind, mode in {"a dry run": dry, "a run": _wet, "a further run": _wet}.items():
        yield mode(single(kind))
        yield mode(single(f"{kind}, a creation", {**new, "phone_number_id": "7001"}, **of_customer))
        yield mode(project(kind, TOKEN, return_unchanged=True))
        yield mode(role(kind))
    yield single("a creation that is refused", {**new, "phone_number_id": "7002"}, refusal, **of_customer)
    yield project(
        "a creation that is refused",
        configs=[{"customer_id": CUSTOMER, "fields": {**new, "phone_number_id": "7003"}}],
        defaults={"configs": TOKEN},
    )
    yield single("adopted", send_write_only="adopt")
    yield single("always", send_write_only="always")
    yield single("without receipts", receipts="none")
    yield single("with echo", FIELDS, _write(echo=True))
    yield project("with echo", FIELDS, _write(echo=True))
    yield role("with echo", _write(echo=True))
    yield single("lost", FIELDS, _write(drop="after"))
    yield single("lost, and an echo at the second look", FIELDS, _write(drop="after"), _read(echo=True, after=1))
    yield single("cut short", FIELDS, _write(truncate=True))
    yield single("deleted", {}, {"method": "DELETE", "echo": True}, state="absent")
    yield single("a secret in the id as well", config_id="{{ token }}")
    yield single("a secret in the name as well", {**FIELDS, "name": "It is {{ token }}"})
    yield single("a secret in the URL as well", {**FIELDS, **URL})
    yield dry(project("secrets in all fields", {**FIELDS, **URL, "name": "{{ token }}"}))
    yield project("a secret in the id as well", configs=[{"config_id": "{{ token }}", "fields": FIELDS}])
    yield project("a secret for a customer", configs=[{"customer_id": "{{ token }}", "fields": {**FIELDS, **NUMBERS}}])
    yield project("twice the same", configs=[{"config_id": "{{ token }}", "fields": FIELDS}] * 2)
    yield project("only names it", {**FIELDS, **URL}, only=["{{ token }}"])
    yield dry(project("a plan", {**FIELDS, **URL, "name": "It is {{ token }}"}, plan_out="{{ kept }}/project.plan"))
    yield project("another plan", {**FIELDS, "access_token": "{{ verify }}"}, plan_in="{{ kept }}/project.plan")
    yield dry(role("a plan", plan_out="{{ kept }}/role.plan"))
    yield role("another plan", plan_in="{{ kept }}/role.plan", configs=[])
    yield info("as it is")


LIVES = tuple(_lives())
ANSWERS = (*_successes(), *_echoes(), *_cut(), *_headers())
