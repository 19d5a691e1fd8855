# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation as HTML that opens without a server: the pages in docs/ and the generated reference.

``python -m tests.tools.docs`` leaves it in ``.build/docs/html``. It fails where Sphinx or antsibull-docs warns of
anything, where a link of the site or of a Markdown file of the project leads nowhere, and where a page would need the
network to be shown.

The navigation is that of docs/index.md: each of its sections with a list of links is one of the site's menu. A page
that it does not name stands under "More".
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.collection import BUILD, ROOT, ansible_environment

DOCS = ROOT / "docs"
SETTINGS = ROOT / "tests" / "docs"
PLACE = BUILD / "docs"
SOURCE, HTML = PLACE / "source", PLACE / "html"
TIMEOUT = 300  # seconds for one program

NO_TARGET = "    :no-index:\n"
FALLBACK = re.compile(r"Falls back to the environment variable E\((\w+)\)")

Anchors = frozenset[str]


def pages() -> list[Path]:
    """The Markdown files that users read."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")), *ROOT.glob("roles/*/README.md")]


def tokens(page: Path) -> list[Token]:
    """A Markdown file, parsed as forges do."""
    return MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text(encoding="utf-8"))


def menu(index: Path) -> dict[str, list[str]]:
    """Return the sections of the index, each with the pages that its lists of links name."""
    sections: dict[str, list[str]] = {}
    title = ""
    last = None
    lists = 0
    for token in tokens(index):
        lists += token.nesting if token.type.startswith("bullet_list") else 0
        if token.type == "inline" and last == "heading_open":
            title = token.content
        for child in token.children or ():
            target = str(child.attrs.get("href", ""))
            if lists and child.type == "link_open" and re.fullmatch(r"[\w-]+\.md", target):
                sections.setdefault(title, []).append(target.removesuffix(".md"))
        last = token.type
    named = {page for listed in sections.values() for page in (*listed, "index")}
    more = sorted({page.stem for page in index.parent.glob("*.md")} - named)
    return {**sections, "More": more} if more else sections


def toctree(caption: str, entries: list[str], shown: bool) -> str:
    """A section of the menu, as Sphinx reads it out of a page, and whether the page is to list it as well."""
    options = [f":caption: {caption}", *([":maxdepth: 1"] if shown else [":hidden:"])]
    return "\n".join(["", "```{toctree}", *options, *entries, "```", ""])


def entry(page: Path) -> str:
    """A generated page in the menu, where its own title is too long."""
    name = page.stem.replace("_module", "").replace("_role", " (role)").replace("_callback", " (callback)")
    return f"{name.replace('environment_variables', 'Environment variables')} <reference/{page.stem}>"


def variables(documentation: dict[str, Any], listed: str = "") -> str:
    """Return entries for the index of environment variables, given what ``ansible-doc`` says of modules.

    antsibull-docs lists what `env` of an option names. The documentation of a module may not have that key. `listed` is
    the index as it is: a variable in it is no second target for links.
    """
    users: dict[tuple[str, str], list[str]] = {}
    for module, about in sorted(documentation.items()):
        for option, said in about["doc"]["options"].items():
            for variable in FALLBACK.findall(" ".join(said["description"])):
                users.setdefault((variable, option), []).append(f":ansplugin:`{module} module <{module}#module>`")
    return "".join(
        f"\n.. envvar:: {variable}\n{NO_TARGET if f'envvar:: {variable}' in listed else ''}\n"
        f"    The option ``{option}`` of tasks that do not set it.\n\n"
        f"    *Used by:*\n    {', '.join(modules)}\n"
        for (variable, option), modules in sorted(users.items())
    )


def prepare(home: Path) -> None:
    """Lay out what Sphinx reads: the pages, and the reference as antsibull-docs generates it."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(DOCS, SOURCE)
    reference = SOURCE / "reference"
    reference.mkdir(mode=0o755)
    command = ["antsibull-docs", "--config-file", str(SETTINGS / "antsibull-docs.cfg"), "collection"]
    command += ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(reference)]
    environment = ansible_environment(home)
    subprocess.run([*command, "kapso.whatsapp"], check=True, env=environment, timeout=TIMEOUT)
    modules = [f"kapso.whatsapp.{path.stem}" for path in (ROOT / "plugins" / "modules").glob("*.py")]
    shown = subprocess.check_output(["ansible-doc", "--json", *modules], env=environment, timeout=TIMEOUT)
    index = reference / "environment_variables.rst"
    listed = index.read_text(encoding="utf-8")
    index.write_text(listed + variables(json.loads(shown), listed), encoding="utf-8")
    (reference / "index.rst").unlink()  # the menu does its work
    entries = sorted(map(entry, reference.glob("*.rst")), key=lambda text: ("_module>" not in text, text.lower()))
    parts = {**menu(SOURCE / "index.md"), "Reference": entries}
    with (SOURCE / "index.md").open("a", encoding="utf-8") as first:
        first.writelines(toctree(caption, names, caption == "Reference") for caption, names in parts.items())


def build() -> None:
    """Run Sphinx; every warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-c", str(SETTINGS), "-d", str(PLACE / "doctrees")]
    command += ["--quiet", "--fail-on-warning", "--keep-going", str(SOURCE), str(HTML)]
    subprocess.run(command, check=True, timeout=TIMEOUT)


class Links(HTMLParser):
    """What a page of the site links to, loads, and can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.classes: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        named = {name: value or "" for name, value in attrs}
        if "id" in named:
            self.anchors.add(named["id"])
        self.classes.update(named.get("class", "").split())
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        elif tag == "link" and "href" in named:
            self.loads.append(named["href"])
        elif "src" in named:
            self.loads.append(named["src"])


@cache
def parsed(page: Path) -> Links:
    """A page of the site."""
    return Links(page)


@cache
def headings(page: Path) -> Anchors:
    """The anchors that forges give to the headings of a Markdown file."""
    found: dict[str, int] = {}
    last = None
    for token in tokens(page):
        if token.type == "inline" and last == "heading_open":
            text = "".join(child.content for child in token.children or ())
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
        last = token.type
    repeated = {f"{slug}-{number}" for slug, times in found.items() for number in range(1, times + 1)}
    return frozenset({*found, *repeated})


def problem(page: Path, link: str, anchors_are_html: bool) -> str | None:
    """What is wrong with a link of a page, None where nothing is. Links to the outside are left alone."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists():
        return f"{page.name}: {link} leads nowhere"
    if not parts.fragment or target.suffix not in (".md", ".html"):
        return None
    anchors = parsed(target).anchors if anchors_are_html else headings(target)
    return None if unquote(parts.fragment) in anchors else f"{page.name}: {link} names no heading"


def problems_of_site() -> Iterator[str]:
    """What is wrong with the HTML."""
    for page in sorted(HTML.rglob("*.html")):
        found = parsed(page)
        for link in (*found.links, *found.loads):
            wrong = problem(page, link, anchors_are_html=True)
            if wrong is not None:
                yield wrong
        if "contents" in found.classes:
            yield f"{page.name}: has a list of its headings, in the place of which the theme shows an error"
        outside = [load for load in found.loads if urlsplit(load).netloc]
        if outside:
            yield f"{page.name}: needs the network for {', '.join(outside)}"


def problems_of_markdown() -> Iterator[str]:
    """What is wrong with the links of the Markdown files, as a forge shows them."""
    for page in pages():
        for token in tokens(page):
            for child in token.children or ():
                link = str(child.attrs.get("href", ""))
                wrong = problem(page, link, anchors_are_html=False) if child.type == "link_open" else None
                if wrong is not None:
                    yield wrong


def main() -> int:
    """Build and check; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-docs-") as home:
        try:
            prepare(Path(home))
            build()
        except subprocess.CalledProcessError as error:
            print(f"{error.cmd[0]} ended with {error.returncode}", file=sys.stderr)
            return 1
    problems = [*problems_of_markdown(), *problems_of_site()]
    print(*problems, sep="\n", file=sys.stderr)
    print(f"Open {HTML.relative_to(ROOT)}/index.html in a browser.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
