# SPDX-License-Identifier: GPL-3.0-or-later
"""Write files that are generated from the tables, from data and from other files (`make generate`).

The tables give the documentation of options and results, data gives the pictures, and some pages quote whole files.
For each table it writes a doc fragment with a part for each module, and the text between two markers in each module
file. It also writes a missing module, action plugin or page as a template, which a person completes.
With `--check` it writes nothing, and fails if a file is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES, of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Option, Resource, Text

from tests.collection import ROOT
from tests.tools.generate import templates
from tests.tools.generate.quotes import with_quotes
from tests.tools.pictures import PLACE
from tests.tools.pictures.bars import charts, with_charts
from tests.tools.pictures.drawn import DIAGRAMS

BEGIN, END = "# Generated from the table by `make generate`:", "# End of what is generated."
PLUGINS = ROOT / "plugins"
Options = dict[str, Any]


def listed(text: Text) -> list[str]:
    """Return the sentences of a description."""
    return [text] if isinstance(text, str) else list(text)


def dumped(value: object) -> str:
    """Return a piece of documentation as YAML."""
    text: str = yaml.safe_dump(value, sort_keys=False, width=88, allow_unicode=True)
    return text.rstrip("\n").replace("\\", "\\\\") if '"""' in text else text.rstrip("\n")


# Options


def field_options(resource: Resource) -> Options:
    """Return the sub-options of `fields`."""
    return {field.name: _field_option(field) for field in resource.settable}


def _field_option(field: Field) -> Options:
    elements = {"elements": field.elements} if field.type == "list" else {}
    choices = {"choices": list(field.choices)} if field.choices else {}
    return {"description": listed(field.description), "type": field.type, **elements, **choices}


def entry_options(resource: Resource) -> Options:
    """Return the options that identify and declare an object."""
    named = {
        name: {"description": _about(resource, name), "type": "str", **_choices(resource, name)}
        for name in resource.identifying
    }
    clear = {
        "description": _about(resource, "clear"),
        "type": "list",
        "elements": "str",
        "choices": list(resource.nullable),
    }
    own = {option.name: _own_option(option) for option in resource.options}
    return {
        "state": {
            "description": _about(resource, "state"),
            "type": "str",
            "default": "present",
            "choices": ["present", "absent"],
        },
        **named,
        "fields": {"description": _about(resource, "fields"), "type": "dict", "suboptions": field_options(resource)},
        **({"clear": clear} if resource.nullable else {}),
        **own,
    }


def _choices(resource: Resource, name: str) -> Options:
    field = resource.field(name)
    return {"choices": list(field.choices)} if field is not None and field.choices else {}


def _own_option(option: Option) -> Options:
    default = {} if option.default is None else {"default": option.default}
    choices = {"choices": list(option.choices)} if option.choices else {}
    return {"description": listed(option.description), "type": option.type, **default, **choices}


def info_options(resource: Resource) -> Options:
    """Return the options of the module that lists objects."""
    named = {name: {"description": [text], "type": "str"} for name, text in templates.chosen_by(resource).items()}
    scope = resource.scope_option
    scopes = {scope.name: {**_own_option(scope), "description": [templates.scope(resource)]}} if scope else {}
    filters = {
        choice.name: {
            "description": listed(choice.description),
            "type": choice.type,
            **_choices(resource, choice.field),
        }
        for choice in resource.filters
    }
    views = {
        "only": {
            "description": [
                templates.VIEWS,
                *(f"V({name}), {view.description}." for name, view in resource.rules.views.items()),
            ],
            "type": "list",
            "elements": "str",
            "choices": list(resource.rules.views),
        }
    }
    reveals = {field.reveal for field in resource.fields if field.reveal}
    options = {option.name: _own_option(option) for option in resource.options if option.name in reveals}
    extras = {
        extra.option: _own_option(Option(extra.option, default=False, description=extra.description))
        for extra in resource.extras
    }
    return {**named, **scopes, **filters, **(views if resource.rules.views else {}), **options, **extras}


def project_options(resources: Sequence[Resource]) -> Options:
    """Return the options of the module of a project: its lists, and the default fields of their entries."""
    lists = {
        resource.plural: {
            "description": templates.entries(resource),
            "type": "list",
            "elements": "dict",
            "suboptions": _below(resource.plural, entry_options(resource)),
        }
        for resource in resources
    }
    under = {
        resource.plural: {
            "description": templates.defaults(resource),
            "type": "dict",
            "suboptions": field_options(resource),
        }
        for resource in resources
    }
    return {**lists, "defaults": {"description": templates.DEFAULTS, "type": "dict", "suboptions": under}}


def _below(plural: str, options: Options) -> Options:
    """Return the options of an entry, with references to each other that are correct inside the list."""
    names = "|".join(options)
    text = re.sub(rf"O\(({names})\b", rf"O({plural}[].\1", yaml.safe_dump(options, sort_keys=False, width=10**6))
    below: Options = yaml.safe_load(text)
    return below


def _about(resource: Resource, option: str) -> list[str]:
    return listed(resource.notes[option]) if option in resource.notes else templates.about(resource, option)


# Results


def returned_fields(resource: Resource) -> Options:
    """Return the fields of an object as the API returns it."""
    return {
        field.name: {
            "description": _returned(field),
            "type": field.type,
            **_elements(field),
            "returned": field.returned,
        }
        for field in resource.fields
        if field.returned
    }


def _elements(field: Field) -> Options:
    return {"elements": field.elements} if field.type == "list" else {}


def _returned(field: Field) -> list[str]:
    if field.reveal:
        return [templates.SENSITIVE, f"With O({field.reveal}=true), the value itself."]
    return [templates.SENSITIVE] if field.secret else listed(field.description)


def single_result(resource: Resource) -> Options:
    """Return the documentation of the result of a module of one object."""
    return templates.result(resource, returned_fields(resource))


def info_result(resource: Resource) -> Options:
    """Return the documentation of the result of a module that lists objects."""
    extras = {
        extra.option: {"description": listed(extra.returned), "type": "dict", "returned": f"if O({extra.option}=true)"}
        for extra in resource.extras
    }
    return templates.info_result(resource, {**returned_fields(resource), **extras})


# Files


def fragment(resource: Resource) -> str:
    """Return the doc fragment file of a resource."""
    parts = {
        "DOCUMENTATION": entry_options(resource),
        "INFO": info_options(resource),
    }
    return _fragment(f"The options of a {resource.title}. Written by `make generate`: change the table", parts)


def _fragment(title: str, parts: Mapping[str, Options]) -> str:
    body = "\n".join(f'    {name} = r"""\n{dumped({"options": options})}\n"""\n' for name, options in parts.items())
    return templates.FRAGMENT.format(title=title, body=body)


def between_markers(text: str, result: Options) -> str:
    """Return the text of a module file with the generated text between the markers."""
    return re.sub(
        rf"({re.escape(BEGIN)}\n).*?({re.escape(END)})",
        lambda match: f"{match[1]}{dumped(result)}\n{match[2]}",
        text,
        flags=re.DOTALL,
    )


def files() -> Iterable[tuple[Path, str]]:
    """Yield each generated file with its content."""
    lists = {"DOCUMENTATION": project_options(of_a_project())}
    title = "The lists of a project. Written by `make generate`: change the tables"
    yield PLUGINS / "doc_fragments" / "project.py", _fragment(title, lists)
    for resource in RESOURCES.values():
        yield PLUGINS / "doc_fragments" / f"{resource.name}.py", fragment(resource)
        yield from _module_files(resource, info=False)
        yield from _module_files(resource, info=True)
        page = ROOT / "docs" / f"{resource.page}.md"
        if not page.exists():
            yield page, templates.PAGE.format(resource=resource)
    yield from _pictures()
    page = ROOT / "docs" / "ci.md"
    yield page, with_quotes(page.read_text(encoding="utf-8"))


def _pictures() -> Iterable[tuple[Path, str]]:
    yield from ((PLACE / f"{name}.svg", picture) for name, picture in DIAGRAMS.items())
    page = ROOT / "docs" / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    yield from ((PLACE / f"{chart.name}.svg", str(chart)) for chart in charts(text))
    yield page, with_charts(text)


def _module_files(resource: Resource, info: bool) -> Iterable[tuple[Path, str]]:
    name = f"{resource.module}_info" if info else resource.module
    path = PLUGINS / "modules" / f"{name}.py"
    text = path.read_text(encoding="utf-8") if path.exists() else templates.module(resource, info, BEGIN, END)
    yield path, between_markers(text, info_result(resource) if info else single_result(resource))
    action = PLUGINS / "action" / f"{name}.py"
    if not action.exists():
        yield action, templates.action(resource, info)


def main(arguments: Sequence[str]) -> int:
    """Write the files that are out of date, or with `--check` name them; return the exit status."""
    changed = [(path, text) for path, text in files() if not path.exists() or path.read_text("utf-8") != text]
    for path, text in changed:
        print(path.relative_to(ROOT))
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if changed and "--check" in arguments:
        print("these are out of date: run `make generate`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
