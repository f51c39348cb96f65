"""The documents name files and headings that exist, and the repository's own YAML can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
YAML = sorted([*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml", ROOT / "docker-compose.yml"])
_FILE = re.compile(r"`((?:services|shared|cli|tests|examples|docs|deploy|bench)/[\w/.-]+)`")
_MADE = ("deploy/secrets", "deploy/images.lock.yml")  # by the commands that the document shows
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_ANCHOR = re.compile(r"\]\(((?:[^)#:\s]+\.md)?)#([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_links_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    gone = {name for name in _FILE.findall(text) if not (ROOT / name).exists() and not name.startswith(_MADE)}
    gone |= {name for name in _LINK.findall(re.sub(r"`[^`]*`", "", text)) if not (document.parent / name).exists()}
    assert gone == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_headings(document: Path) -> None:
    links = _ANCHOR.findall(re.sub(r"`[^`]*`", "", document.read_text(encoding="utf-8")))
    assert [f"{name}#{anchor}" for name, anchor in links if anchor not in anchors(document, name)] == []


def anchors(document: Path, name: str) -> set[str]:
    """The headings of a document as GitHub links to them: letters, digits, `-`, `_`, and a hyphen for each space."""
    text = (document.parent / name if name else document).read_text(encoding="utf-8")
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(_FENCED.sub("", text))
    }


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_yaml_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", ["consume_events.py", "consume_events.mjs"])
def test_the_page_about_the_stream_shows_the_examples_as_they_are(example: str) -> None:
    page = (ROOT / "docs/events-stream.md").read_text(encoding="utf-8")
    code = (ROOT / "examples" / example).read_text(encoding="utf-8")
    assert f"\n{code}```\n" in page
