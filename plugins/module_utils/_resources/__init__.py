# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All resource tables. To add a resource, write its table in a new file and add it here."""

from __future__ import annotations

from collections.abc import Iterable

from .customer import CUSTOMER
from .model import Resource
from .setup_link import SETUP_LINK
from .whatsapp_config import WHATSAPP_CONFIG
from .whatsapp_phone_number import WHATSAPP_PHONE_NUMBER
from .whatsapp_webhook import WHATSAPP_WEBHOOK

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (CUSTOMER, WHATSAPP_PHONE_NUMBER, WHATSAPP_CONFIG, WHATSAPP_WEBHOOK, SETUP_LINK)
}


def parent_of(resource: Resource) -> Resource | None:
    """Return the resource of the parent. None: there is no parent, or its resource has no table."""
    return RESOURCES.get(resource.parent.resource) if resource.parent else None


def parents_first(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return the resources, each after its parent."""
    return tuple(sorted(resources, key=_depth))


def _depth(resource: Resource) -> int:
    parent = parent_of(resource)
    return 0 if parent is None else 1 + _depth(parent)


def shown_as(resource: Resource) -> Resource | None:
    """Return the resource under which these objects appear as well, with their key as ID. None: there is none."""
    same = (one for one in RESOURCES.values() if one.same_as and one.same_as[0] == resource.name)
    return next((one for one in same if one.key_is_id and one.key == resource.key), None)


def of_a_project() -> tuple[Resource, ...]:
    """Return the resources that have a list in a project, each after its parent."""
    return parents_first(resource for resource in RESOURCES.values() if resource.in_project)
