# SPDX-License-Identifier: GPL-3.0-or-later
"""Find words that the style guide in CONTRIBUTING.md avoids, long sentences, wide tables and wide lines of examples.

``python -m tests.tools.words`` checks the files in PLACES. In Markdown it checks prose only, not code or struck-out
text. To check more files, add a pattern to PLACES. To avoid another word, add it to INSTEAD. In PAGES it also checks
the length of sentences, the number of columns in tables, and the line in italics at the start of a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from tests.collection import ROOT

PLACES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/*.md",
    "roles/**/*.md",
    "roles/**/*.yml",
    "playbooks/**/*.yml",
    "playbooks/**/*.j2",
)
PAGES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "roles/**/*.md")
GENERATED = "docs/benchmarks.md"
COLUMNS = 3  # of a table
WIDTH = 80  # columns of a line of an example, unless one of its words is too long to break the line
NARROW = 60  # columns of a command, a task's name or a comment of an example, unless it is indented
LONG_WORD = 50  # characters
OUTPUT = ("text", "")  # code blocks that show output or a pattern
SHORT_LINE = re.compile(r"- name: |#|ansible")
LONGEST = 28  # words of a sentence; a code span counts as one
INSTEAD = {
    "albeit": "although",
    "amongst": "among",
    "as it should be": "as declared",
    "at the most": "at most",
    "beforehand": "before, or first",
    "behaviour": "behavior",
    "colour": "color",
    "e.g.": "for example",
    "does not reach into": "does not apply inside",
    "do not reach into": "do not apply inside",
    "etc.": "the other items, or nothing",
    "fleet": "project",
    "foretell": "predict",
    "foretells": "predicts",
    "forthwith": "at once",
    "hence": "so",
    "henceforth": "from now on",
    "hidden field": "write-only field",
    "hidden fields": "write-only fields",
    "i.e.": "that is",
    "in order to": "to",
    "is content": "succeeds",
    "lest": "so that ... not",
    "licence": "license",
    "likewise": "also, or in the same way",
    "make it so": "apply",
    "makes it so": "applies it",
    "notwithstanding": "in spite of",
    "on this machine": "on the controller",
    "or else": "otherwise, or only `or`",
    "prior to": "before",
    "shall": "must, or the present tense",
    "thereof": "of it, with the noun",
    "typing error": "typo",
    "typing errors": "typos",
    "upon": "on",
    "what belongs to": "the objects that belong to",
    "what became of": "the noun",
    "what is declared": "the declared fields, or the declared objects",
    "what is missing": "the missing fields",
    "what is more": "also",
    "what is there": "the noun, such as `existing objects`",
    "what is sent": "the sent fields",
    "what it does not": "the noun",
    "what stands": "the noun",
    "what was sent": "the sent fields",
    "where it is not": "if it is not",
    "where none": "if there is none",
    "where nothing": "if nothing",
    "where somebody": "if somebody",
    "where that": "if that",
    "whereas": "but",
    "whereby": "so that, or by which",
    "wherein": "in which",
    "whilst": "while",
    "whoever": "anyone who",
    "whomever": "anyone",
}
# In YAML and Python a phrase can continue on the next line of a comment.
WORDS = {
    re.compile(rf"(?<!\w){re.escape(word)}(?!\w)".replace(r"\ ", r"[\s#]+"), re.IGNORECASE): word for word in INSTEAD
}


def passages(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file, each with the number of its first line: paragraphs of Markdown, or the whole file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        yield 1, text
        return
    line = 1
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        line = token.map[0] + 1 if token.map else line
        struck, prose = 0, ""
        for child in token.children or ():
            struck += child.nesting if child.type.startswith("s_") else 0
            is_read = child.type == "text" and not struck
            prose += child.content if is_read else "\n" if child.type.endswith("break") else "` `"
        yield line, prose


def complaints(path: Path) -> Iterator[str]:
    """Yield each word of a file that the style guide avoids, with its line and the word to write."""
    for start, text in passages(path):
        for pattern, word in WORDS.items():
            for found in pattern.finditer(text):
                line = start + text.count("\n", 0, found.start())
                yield f"{line}: instead of {word!r} write {INSTEAD[word]}"


def too_long(path: Path) -> Iterator[str]:
    """Yield each sentence of a page that has more words than LONGEST, with its line. Skip tables."""
    line, is_prose = 1, True  # false inside a table
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else line
        is_prose = token.type == "table_close" or (is_prose and token.type != "table_open")
        if token.type != "inline" or not is_prose:
            continue
        text = "".join(
            child.content if child.type == "text" else "code" if child.type == "code_inline" else " "
            for child in token.children or ()
            if child.type in ("text", "code_inline", "softbreak")
        )
        for sentence in re.split(r"(?<=[.!?:])\s+(?=[A-Z0-9\"*]|code)", text):
            if len(sentence.split()) > LONGEST:
                yield f"{line}: {len(sentence.split())} words, {LONGEST} at most: {sentence[:60]}..."


def too_wide(path: Path) -> Iterator[str]:
    """Yield each table of a page with more columns than COLUMNS, with its line. A phone clips such tables."""
    line = columns = 0
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8")):
        if token.type == "table_open":
            line, columns = (token.map or [0])[0] + 1, 0
        columns += token.type == "th_open"
        if token.type == "thead_close" and columns > COLUMNS:
            yield f"{line}: a table of {columns} columns, {COLUMNS} at most"


def wide_examples(path: Path) -> Iterator[str]:
    """Yield each line of an example on a page, or in EXAMPLES of a plugin, that a phone would clip."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        found = re.search(r'^EXAMPLES = r?"""\n(.*?)"""', text, re.MULTILINE | re.DOTALL)
        blocks = [(text.count("\n", 0, found.start(1)), found[1])] if found else []
    else:
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
        blocks = [
            ((one.map or [0])[0] + 1, one.content) for one in tokens if one.type == "fence" and one.info not in OUTPUT
        ]
    for start, block in blocks:
        for number, line in enumerate(block.splitlines(), start + 1):
            most = NARROW if SHORT_LINE.match(line) else WIDTH
            if len(line) > most and max(map(len, line.split())) <= LONG_WORD:
                yield f"{number}: {len(line)} columns, {most} at most: {line.strip()[:40]}..."


def first_line(path: Path) -> Iterator[str]:
    """Yield a complaint if a page does not begin with a line in italics that names its readers."""
    text = path.read_text(encoding="utf-8")
    begins = re.search(r"^# .*\n\n(.)", text, re.MULTILINE)
    is_for_all = path.parent.name != "docs" or path.name == "index.md"
    if not is_for_all and (begins is None or begins[1] != "*"):
        yield "3: begin the page with a line in italics that says for whom it is"


def looked_at(page: Path) -> Iterator[str]:
    """Yield all complaints about the style of a page, except those about words."""
    for check in (too_long, too_wide, wide_examples, first_line):
        yield from check(page)


def files(root: Path = ROOT) -> list[Path]:
    """Return the files of PLACES."""
    return sorted({path for place in PLACES for path in root.glob(place)})


def main() -> int:
    """Print the complaints; return the exit status."""
    pages = sorted({path for place in PAGES for path in ROOT.glob(place)} - {ROOT / GENERATED})
    found = [f"{path.relative_to(ROOT)}:{complaint}" for path in files() for complaint in complaints(path)]
    found += [f"{page.relative_to(ROOT)}:{text}" for page in pages for text in looked_at(page)]
    plugins = sorted((ROOT / "plugins").rglob("*.py"))
    found += [f"{plugin.relative_to(ROOT)}:{text}" for plugin in plugins for text in wide_examples(plugin)]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
