# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs: what each module of this collection does, said once for both sides, the module's and the controller's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils import fleet_task, info_task, options, task
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG, Resource

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One module: its options, what it does with them, and whose receipts that takes."""

    module: str  # fully qualified
    resource: Resource
    spec: options.Spec
    run: Callable[[Resource, Params, task.Task], dict[str, Any]]
    objects: Callable[[Params], list[Params]]  # the options of each, with `config_id`, `customer_id` and `fields`
    prepare: Callable[[Params], Params] = lambda params: params  # the controller's part before the module runs


CONFIG = Job(
    module="kapso.whatsapp.kapso_whatsapp_config",
    resource=WHATSAPP_CONFIG,
    spec=options.config_spec(WHATSAPP_CONFIG),
    run=task.run,
    objects=lambda params: [params],
)

FLEET = Job(
    module="kapso.whatsapp.kapso_whatsapp_fleet",
    resource=WHATSAPP_CONFIG,
    spec=options.fleet_spec(WHATSAPP_CONFIG),
    run=fleet_task.run,
    objects=lambda params: params["configs"],
    prepare=fleet_task.with_defaults,
)

INFO = Job(
    module="kapso.whatsapp.kapso_whatsapp_config_info",
    resource=WHATSAPP_CONFIG,
    spec=options.info_spec(),
    run=info_task.run,
    objects=lambda _params: [],
)
