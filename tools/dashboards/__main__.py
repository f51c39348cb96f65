"""Writes deploy/grafana/dashboards; with `--check` it fails if a file there is stale, missing or left over."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tools.dashboards.build import render
from tools.dashboards.pages import PAGES
from tools.dashboards.text import LANGUAGES


def files() -> dict[str, str]:
    """The content of every generated file by its path in the folder."""
    return {f"{language}/{page.name}.json": render(page, PAGES, language) for language in LANGUAGES for page in PAGES}


def main(arguments: Sequence[str]) -> int:
    check, folder = "--check" in arguments, Path(next(item for item in arguments if not item.startswith("--")))
    generated = files()
    present = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.json")}
    if check:
        stale = sorted(name for name in generated.keys() | present if generated.get(name) != present.get(name))
        if stale:
            sys.stderr.write(f"{folder} is stale ({', '.join(stale)}): run `make docs`.\n")
        return 1 if stale else 0
    for name in present.keys() - generated.keys():
        (folder / name).unlink()
    for name, content in generated.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
