# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definitions of the modules, made as in the files of the modules."""

from __future__ import annotations

from ansible_collections.kapso.whatsapp.plugins.module_utils._module import info, project, single
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES, of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

SINGLES = {name: single.object_module(resource) for name, resource in RESOURCES.items()}
INFOS = {name: info.info_module(resource) for name, resource in RESOURCES.items()}
CONFIG = SINGLES[WHATSAPP_CONFIG.name]
INFO = INFOS[WHATSAPP_CONFIG.name]
PROJECT = project.project_module("kapso_project", of_a_project())
