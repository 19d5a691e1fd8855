# SPDX-License-Identifier: GPL-3.0-or-later
"""Make all calls of a third-party client. test_api_client.py runs this in a separate environment.

The arguments are the base URL of the platform API and an API key. The script prints JSON with the result of each call,
and the methods that it has not called.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from typing import Any

NUMBER, HOOK = "100000000000777", "https://hooks.example.org/wa"
RECEIVED, CREATED = "whatsapp.message.received", "whatsapp.phone_number.created"
RESOURCES = ("customers", "phone_numbers", "webhooks", "project_webhooks", "setup_links")
META = {"name": "Desk", "kind": "production", "phone_number_id": NUMBER, "business_account_id": "2"}
HIDDEN = {"access_token": "EXAMPLE-TOKEN", "webhook_destination_url": HOOK, "webhook_verify_token": "EXAMPLE-VERIFY"}
BUFFER = {
    "buffer_enabled": True,
    "buffer_window_seconds": 8,
    "max_buffer_size": 10,
    "buffer_events": [RECEIVED],
    "inactivity_minutes": 30,
}


class Calls:
    """Call methods of the client, and keep their results."""

    def __init__(self, client: Any) -> None:
        """Use this client."""
        self._client = client
        self.made: dict[str, list[Any]] = {}

    async def __call__(self, name: str, /, *values: Any, **options: Any) -> Any:
        """Call ``resource.method``; return the model, or the list of models, or the error's name and text."""
        resource, method = name.split(".")
        try:
            result = getattr(getattr(self._client, resource), method)(*values, **options)
            result = [row async for row in result] if inspect.isasyncgen(result) else await result
        except importlib.import_module("kapso_whatsapp.exceptions").WhatsAppAPIError as error:
            result = f"{type(error).__name__}: {error}"
        self.made.setdefault(name, []).append(_plain(result))
        return result

    def left_out(self) -> list[str]:
        """Return the methods of the resources that were not called."""
        return [
            f"{resource}.{name}"
            for resource in RESOURCES
            for name, _method in inspect.getmembers(getattr(self._client, resource), inspect.ismethod)
            if not name.startswith("_") and f"{resource}.{name}" not in self.made
        ]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


async def main(url: str, key: str) -> None:
    """Make all calls, from the creation of the customer to its deletion."""
    client = importlib.import_module("kapso_whatsapp.platform").KapsoPlatformClient(api_key=key, base_url=url)
    async with client:
        call = Calls(client)
        customer = (await call("customers.create", name="Clinic", external_customer_id="clinic-7")).id
        await call("customers.create", name="Clinic", external_customer_id="clinic-7")
        await call("customers.update", customer)
        await call("customers.update", customer, name="Example Clinic")
        await call("customers.get", customer)
        await call("customers.list", external_customer_id="clinic-7", name_contains="clinic")
        await call("customers.iter", per_page=1, created_after="2026-01-01T00:00:00Z")

        await call("phone_numbers.connect", customer, **META, **HIDDEN, calls_enabled=True)
        await call("phone_numbers.connect", customer, **META, **HIDDEN)
        await call("phone_numbers.update", NUMBER, name="Reception", access_token="EXAMPLE-NEW")
        await call("phone_numbers.get", NUMBER)
        await call("phone_numbers.list", customer_id=customer, messaging_enabled=True)
        await call("phone_numbers.iter", per_page=1)
        await call("phone_numbers.check_health", NUMBER)

        hook = {"url": HOOK, "secret_key": "EXAMPLE-SECRET", "headers": {"X-Team": "a"}}
        mine = (await call("webhooks.create", NUMBER, events=[RECEIVED], payload_version="v2", **hook, **BUFFER)).id
        await call("webhooks.create", NUMBER, url=HOOK, events=[RECEIVED])
        await call("webhooks.update", NUMBER, mine, active=False)
        await call("webhooks.get", NUMBER, mine)
        await call("webhooks.list", NUMBER, active=False, kind="kapso", url_contains="hooks")
        await call("webhooks.iter", NUMBER, per_page=1)
        await call("webhooks.delete", NUMBER, mine)

        project = (await call("project_webhooks.create", events=[CREATED], **hook)).id
        await call("project_webhooks.update", project, url=f"{HOOK}/2", headers={})
        await call("project_webhooks.get", project)
        await call("project_webhooks.list", kind="kapso")
        await call("project_webhooks.create", events=[RECEIVED], phone_number_id=NUMBER, **hook)
        await call("project_webhooks.iter", per_page=1)
        await call("project_webhooks.test", project)
        await call("project_webhooks.test", project, event_type=CREATED)
        await call("project_webhooks.delete", project)

        link = (await call("setup_links.create", customer)).id
        await call("setup_links.create", customer, language="en", theme_config={"card_color": "#ffffff"})
        await call("setup_links.update", customer, link, success_redirect_url=HOOK)
        await call("setup_links.list", customer, status="active")
        await call("setup_links.iter", customer, per_page=1)

        await call("phone_numbers.delete", NUMBER)
        await call("phone_numbers.get", NUMBER)
        await call("customers.delete", customer)
    print(json.dumps({"made": call.made, "left_out": call.left_out()}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
