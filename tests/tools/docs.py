# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation as HTML that needs no server: the pages in docs/ and the generated reference.

``python -m tests.tools.docs`` writes ``.build/docs/html``. It fails if Sphinx or antsibull-docs has a warning, if a
link of the site or of a Markdown file has no target, or if a page needs the network.

The navigation is that of docs/index.md: each section with a list of links is a section of the site's menu. Pages that
it does not name are under "More".
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
    """Return the Markdown files that users read."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")), *ROOT.glob("roles/*/README.md")]


def tokens(page: Path) -> list[Token]:
    """Return the tokens of a Markdown file, parsed as GitHub and GitLab do."""
    return MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text(encoding="utf-8"))


def menu(index: Path) -> dict[str, list[str]]:
    """Return the sections of the index, each with the pages in its lists of links."""
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
    """Return a section of the menu for Sphinx. With `shown` the page lists its entries, too."""
    options = [f":caption: {caption}", *([":maxdepth: 1"] if shown else [":hidden:"])]
    return "\n".join(["", "```{toctree}", *options, *entries, "```", ""])


def entry(page: Path) -> str:
    """Return the menu entry of a generated page, with a short title."""
    name = page.stem.replace("_module", "").replace("_role", " (role)").replace("_callback", " (callback)")
    return f"{name.replace('environment_variables', 'Environment variables')} <reference/{page.stem}>"


def variables(documentation: dict[str, Any], listed: str = "") -> str:
    """Return entries for the index of environment variables, from the output of ``ansible-doc`` for modules.

    antsibull-docs lists the variables in `env` of options, a key that the documentation of modules must not have.
    `listed` is the index so far. A variable in it gets no second target for links.
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
    """Write the source for Sphinx: the pages, and the reference from antsibull-docs."""
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
    (reference / "index.rst").unlink()  # the menu replaces it
    entries = sorted(map(entry, reference.glob("*.rst")), key=lambda text: ("_module>" not in text, text.lower()))
    parts = {**menu(SOURCE / "index.md"), "Reference": entries}
    with (SOURCE / "index.md").open("a", encoding="utf-8") as first:
        first.writelines(toctree(caption, names, caption == "Reference") for caption, names in parts.items())


def build() -> None:
    """Run Sphinx with warnings as errors."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-c", str(SETTINGS), "-d", str(PLACE / "doctrees")]
    command += ["--quiet", "--fail-on-warning", "--keep-going", str(SOURCE), str(HTML)]
    subprocess.run(command, check=True, timeout=TIMEOUT)


class Links(HTMLParser):
    """Collect the links, loaded files, anchors and classes of a page of the site."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.classes: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the attributes of one tag."""
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
    """Return the links of a page of the site."""
    return Links(page)


@cache
def headings(page: Path) -> Anchors:
    """Return the anchors that GitHub and GitLab give to the headings of a Markdown file."""
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
    """Return the problem of a link in a page, None if there is none. Do not check links to other sites."""
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
    """Yield the problems of the HTML."""
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
    """Yield the broken links of the Markdown files, as GitHub and GitLab show them."""
    for page in pages():
        for token in tokens(page):
            for child in token.children or ():
                link = str(child.attrs.get("href", ""))
                wrong = problem(page, link, anchors_are_html=False) if child.type == "link_open" else None
                if wrong is not None:
                    yield wrong


def main() -> int:
    """Build and check the documentation; return the exit status."""
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
