# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugin: run the module of the same name from the controller."""

from __future__ import annotations

from ..module_utils._module.info import info_module
from ..module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK
from ..plugin_utils.action import KapsoAction


class ActionModule(KapsoAction):
    """List webhooks."""

    definition = info_module(WHATSAPP_WEBHOOK)
