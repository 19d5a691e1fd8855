# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the oldest versions of Python, ansible-core and requests that the README promises, once each way.

In process: a controller with Python 3.10, ansible-core 2.16 and requests 2.25. Shipped: a remote host with Python 3.9
and the same requests, from a current controller. Then, in process, each ansible-core between the oldest and the newest.
Those two have checks of their own, with more playbooks.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.collection import link_tree
from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, task
from tests.tools import cores, extra_venv

REQUESTS = ("requests==2.25.1", "urllib3==1.26.5")
PROJECT, INFO = "kapso.whatsapp.kapso_project", "kapso.whatsapp.kapso_whatsapp_config_info"
TARGET = "target"
FLOORS = {
    "controller": (("3.10",), (f"ansible-core=={cores.OLDEST}", *REQUESTS)),
    TARGET: (("3.9",), REQUESTS),
    **{
        f"core-{cores.minor(core)}": (pythons, ("-r", "requirements.txt", f"ansible-core=={core}"))
        for core, pythons in cores.CORES.items()
        if core not in (cores.OLDEST, cores.NEWEST)
    },
}


def try_floor(name: str, versions: tuple[str, ...], requirements: tuple[str, ...]) -> bool:
    """Run plays with one set of versions; return whether they succeed.

    If this machine lacks the Python, print a warning and return True.
    """
    python = cores.find_python(*versions)
    if python is None:
        print(f"!!! NOT TESTED, {name}: no Python {' or '.join(versions)} on this machine", flush=True)
        return True
    programs = extra_venv.ready(f"floor-{name}", requirements, python)
    settings = {"ANSIBLE_PYTHON_INTERPRETER": str(programs / "python")}
    if name != TARGET:
        settings["PATH"] = extra_venv.environment(programs)["PATH"]
    with Emulator.start() as kapso, tempfile.TemporaryDirectory() as home:
        controller = Controller(Path(home), kapso, {"run_in_process": "never" if name == TARGET else "auto"})
        return _converges(controller, kapso, settings)


def _converges(controller: Controller, kapso: Emulator, settings: dict[str, str]) -> bool:
    fields = {"name": "Recep\u00e7\u00e3o", "access_token": "EXAMPLE-TOKEN", "business_account_id": "200000000000001"}
    ids = kapso.add_many(3)
    created = {"customer_id": kapso.add_customer(), "fields": {**fields, "phone_number_id": "100000000000009"}}
    entries = [{"config_id": config_id, "fields": fields} for config_id in ids]
    tasks = (
        task("Create", **created),
        {"name": "Project", PROJECT: {"configs": entries}},
        {"name": "List", INFO: {}},
        task("Delete", config_id=ids[0], state="absent"),
    )
    dry = controller.play(*tasks, options=["--check", "--diff"], environment=settings)
    written_dry = len(kapso.writes())
    played = controller.play(*tasks, options=["--diff"], environment=settings)
    wrote = [entry.method for entry in kapso.writes()]
    kapso.clear_journal()
    again = controller.play(tasks[0], environment=settings)
    shown = "".join(run.shown for run in (dry, played, again))
    good = (dry.returncode, played.returncode, again.returncode, written_dry) == (0, 0, 0, 0)
    good = good and sorted(wrote) == ["DELETE", "PATCH", "PATCH", "PATCH", "POST"] and kapso.writes() == []
    good = good and fields["name"] in shown and "EXAMPLE-TOKEN" not in shown
    if not good:
        print(shown, wrote, sep="\n")
    return good


def main() -> int:
    """Test all sets; return 1 if one of them fails."""
    link_tree()
    results = [(name, try_floor(name, *floor)) for name, floor in FLOORS.items()]
    print(*(f"{name}: {'ok' if good else 'FAILED'}" for name, good in results), sep="\n")
    return int(not all(good for _name, good in results))


if __name__ == "__main__":
    sys.exit(main())
