# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the site that ``make docs`` builds from docs/*.md and the generated reference."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "kapso.whatsapp"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
html_title = "kapso.whatsapp"
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
pygments_style = "ansible"
default_role = "any"
nitpicky = True
myst_heading_anchors = 4  # `page.md#a-heading`, as on GitHub and GitLab

# Pages of Ansible that the reference names. Intersphinx is not used, since it needs the network at each build.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
ANSIBLE_PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "ANSIBLE_CALLBACKS_ENABLED": "reference_appendices/config.html#envvar-ANSIBLE_CALLBACKS_ENABLED",
    **{
        name: f"reference_appendices/config.html#envvar-{name}"
        for name in (
            "ANSIBLE_CACHE_PLUGIN",
            "ANSIBLE_FORCE_COLOR",
            "NO_COLOR",
            *(f"ANSIBLE_CACHE_PLUGIN_{x}" for x in ("CONNECTION", "PREFIX", "TIMEOUT")),
        )
    },
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    # This replaces the generated index, which the site does not have.
    "communication_for_kapso.whatsapp": "community/communication.html",
}

FRAGMENTS = Path(__file__).parents[2] / "plugins" / "doc_fragments"
FIRST = ("state", "fields")  # after the options that identify the object

# Names in code on a page, with their pages in the reference.
REFERENCE = {
    "kapso_whatsapp_config": "kapso_whatsapp_config_module",
    "kapso_project": "kapso_project_module",
    "kapso_whatsapp_config_info": "kapso_whatsapp_config_info_module",
    "kapso_provision": "kapso_provision_role",
    "kapso.whatsapp.report": "report_callback",
    "kapso.whatsapp.phone_numbers": "phone_numbers_inventory",
    **{
        name: f"{name}_module"
        for thing in ("kapso_customer", "kapso_setup_link", "kapso_whatsapp_phone_number", "kapso_whatsapp_webhook")
        for name in (thing, f"{thing}_info")
    },
}


def to_ansible(_app: Sphinx, _env: BuildEnvironment, node: pending_xref, content: nodes.Element) -> nodes.Node | None:
    """Return a link to Ansible's own documentation, None for another reference."""
    page = ANSIBLE_PAGES.get(str(node["reftarget"]))
    return None if page is None else nodes.reference("", "", content, refuri=ANSIBLE + page)


def link_names(app: Sphinx, doctree: nodes.document) -> None:
    """Link the names of modules, role and callback in a page to the reference, which Markdown links cannot do."""
    if app.env.docname.startswith("reference/"):
        return
    for literal in list(doctree.findall(nodes.literal)):
        place = REFERENCE.get(literal.astext())
        if place is None or isinstance(literal.parent, (nodes.reference, nodes.title, pending_xref)):
            continue
        target = f"ansible_collections.kapso.whatsapp.{place}"
        link = pending_xref(reftype="ref", refdomain="std", refexplicit=True, reftarget=target, refwarn=True)
        literal.replace_self(link)
        link += literal


def drop_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Remove antsibull's lists of headings from the reference: the theme has its own, and shows an error for others."""
    if page.startswith("reference/"):
        source[0] = re.sub(r"^\.\. contents::\n(?: +:.*\n)*", "", source[0], flags=re.MULTILINE)


def example_first(_app: Sphinx, page: str, source: list[str]) -> None:
    """Repeat the first example of a module below its synopsis. The other examples follow the parameters."""
    if page.startswith("reference/") and page.endswith("_module"):
        (first,) = re.findall(r"^\.\. code-block:: yaml\+jinja\n\n(?: +#.*\n\n)?((?: .*\n)+)", source[0], re.MULTILINE)
        shown = f".. rubric:: Example\n\n.. code-block:: yaml+jinja\n\n{first}\n.. Aliases\n"
        source[0] = source[0].replace(".. Aliases\n", shown, 1)


def common_options() -> frozenset[str]:
    """Return the options that all modules share: how to reach the API, and the receipts."""
    fragments = (FRAGMENTS / name for name in ("connection.py", "receipts.py"))
    texts = (runpy.run_path(str(path))["ModuleDocFragment"].DOCUMENTATION for path in fragments)
    return frozenset(name for text in texts for name in yaml.safe_load(text)["options"])


def own_options_first(_app: Sphinx, page: str, source: list[str]) -> None:
    """Sort the options of a module: those that identify the object, state, fields, others, and common ones last."""
    if not (page.startswith("reference/") and page.endswith("_module")):
        return
    before, start, rest = source[0].partition("\n.. Options\n")
    table, end, after = rest.partition("\n.. Attributes\n")
    head, *rows = re.split(r"^(?=  \* - \.\. raw:: html\n)", table, flags=re.MULTILINE)
    common = common_options()

    def place(row: str) -> tuple[int, str]:
        (option,) = re.findall(r'id="parameter-(\w+)', row)[:1]
        if option in common:
            return 4, option
        return 1 + FIRST.index(option) if option in FIRST else 0 if option.endswith("_id") else 3, option

    source[0] = "".join((before, start, head, *sorted(rows, key=place), end, after))


def setup(app: Sphinx) -> None:
    """Connect the functions to the events of Sphinx."""
    app.connect("missing-reference", to_ansible)
    app.connect("doctree-read", link_names)
    app.connect("source-read", drop_contents)
    app.connect("source-read", example_first)
    app.connect("source-read", own_options_first)
