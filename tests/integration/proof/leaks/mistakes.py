# SPDX-License-Identifier: GPL-3.0-or-later
"""Make scenes with mistakes of users: a secret in the wrong option, a wrong URL or store, a template that fails."""

from __future__ import annotations

from collections.abc import Iterator

from tests.integration.proof.leaks.scenes import FIELDS, ID, TOKEN, Scene, info, project, role, single


def _mistakes() -> Iterator[Scene]:
    """Yield tasks with a secret in a wrong option. None of them may send it."""
    for name in ("acces_token", "token", "x"):
        yield single(f"{name} among the fields", {name: "{{ token }}"})
        yield single(f"{name} among the options", **{name: "{{ token }}"})
        yield project(f"{name} among the fields", {name: "{{ token }}", **TOKEN})
        yield project(f"{name} among the options", **{name: ["{{ token }}"]})
        yield project(f"{name} in an entry", configs=[{"config_id": ID, name: {"access_token": "{{ token }}"}}])
        yield project(f"{name} among the defaults", defaults={"configs": {name: "{{ token }}"}})
        yield info(f"{name} among the options", **{name: "{{ token }}"})
        yield role(f"{name} among the fields", configs=[{"config_id": ID, "fields": {name: "{{ token }}"}}])
        yield role(f"{name} in an entry", configs=[{"config_id": ID, name: FIELDS}])
    for kind, value in {
        "a text": "{{ token }}",
        "YAML in a text": "access_token: {{ token }}",
        "a list": ["{{ token }}"],
        "JSON that is cut": '{"access_token": "{{ token }}"',
        "JSON with a line end": "{{ {'access_token': token ~ '\n'} | to_json }}",
        "a line end": {"access_token": "{{ token }}\n"},
        "a dictionary": {"access_token": {"value": "{{ token }}"}},
        "a dictionary by the secret": {"access_token": {"{{ token }}": "{{ verify }}"}},
        "a list for the secret": {"access_token": ["{{ token }}", "{{ verify }}"]},
        "a secret for a boolean": {**FIELDS, "calls_enabled": "{{ token }}"},
        "a secret for a URL": {**FIELDS, "webhook_destination_url": "{{ token }}"},
        "a secret for a number": {**FIELDS, "phone_number_id": ["{{ token }}"]},
    }.items():
        yield single(f"{kind} for fields", value)
        yield project(f"{kind} for fields", value)
        yield project(f"{kind} for defaults", defaults={"configs": value})
        yield project(f"{kind} for configs", configs=value)
        yield role(f"{kind} for fields", configs=[{"config_id": ID, "fields": value}])
        yield role(f"{kind} for defaults", defaults={"configs": value})
    for option in ("timeout", "retries", "validate_certs", "allow_http", "send_write_only", "state", "customer_id"):
        yield single(f"a secret for {option}", **{option: "{{ token }}"})
        if option not in ("state", "customer_id"):  # the role has no variables for these
            yield role(f"a secret for {option}", **{option: "{{ token }}"})
    for option in ("concurrency", "max_changes", "on_error", "return_unchanged", "only", "plan_in", "plan_out"):
        yield project(f"a secret for {option}", **{option: "{{ token }}"})
        yield project(f"a dictionary with a secret for {option}", **{option: {"access_token": "{{ token }}"}})
        yield role(f"a secret for {option}", **{option: "{{ token }}"})
    for option in ("api_key", "receipts_key", "receipts"):
        yield single(f"a list for {option}", **{option: ["{{ key }}"]})
        yield project(f"a dictionary for {option}", **{option: {"value": "{{ key }}"}})
        yield role(f"a dictionary for {option}", **{option: {"{{ key }}": "{{ token }}"}})


def _unheard() -> Iterator[Scene]:
    """Yield uses of the role with unknown variables."""
    for name in ("acces_token", "token", "x"):
        yield role(f"{name} among the variables", **{name: "{{ token }}"})


def _places() -> Iterator[Scene]:
    """Yield tasks with unusable servers, stores and proxies, and URLs with passwords."""
    for name, option in {
        "a password in api_url": {"api_url": "https://me:{{ url_password }}@kapso.example/v1"},
        "a query in api_url": {"api_url": "https://kapso.example/v1?key={{ url_password }}"},
        "a Redis that is not there": {"receipts": "redis://:{{ redis_password }}@127.0.0.1:1/0"},
        "a Redis with another password": {"receipts": "{{ redis_url }}"},
        "a Redis whose URL is odd": {"receipts": "redis://:{{ redis_password }}@127.0.0.1:x/0?db={{ redis_password }}"},
        "a store of no known kind": {"receipts": "https://me:{{ redis_password }}@redis.example/"},
        "a store that is no directory": {"receipts": "/dev/null/receipts"},
        "a key with a line end": {"api_key": "{{ key }}\n"},
        "a key that is not in ASCII": {"api_key": "{{ verify }}"},
        "a wrong key": {"api_key": "{{ wrong_key }}"},
        "nobody there": {"api_url": "http://127.0.0.1:1/api/v1"},
        "a proxy that cannot be used": {"api_url": "https://kapso.example/v1"},
        "a certificate that is none": {"api_url": "https://127.0.0.1:1/", "ca_path": "/dev/null"},
    }.items():
        yield single(name, **option)
        yield project(name, **option)
        yield role(name, **option)


def _templates() -> Iterator[Scene]:
    """Yield tasks with a template that fails next to a secret."""
    for name, value in {
        "an undefined variable": "{{ nothing_of_that_name }}",
        "an unknown filter": "{{ token | no_such_filter }}",
        "a lookup": "{{ lookup('ansible.builtin.file', '/nowhere') }}{{ token }}",
    }.items():
        yield single(name, {**FIELDS, "name": value})
        yield project(name, {**FIELDS, "name": value})


MISTAKES = tuple(_mistakes())
FAILURES = (*_places(), *_templates(), *_unheard())
