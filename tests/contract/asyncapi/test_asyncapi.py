"""docs/asyncapi.yaml is fresh, and the official parser agrees with it where node is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.contracts.asyncapi import render
from tests.support.processes import ROOT

DOCUMENT = ROOT / "docs" / "asyncapi.yaml"
PARSER = "@asyncapi/parser@3.6.0"
CHECK = """
import { Parser } from '@asyncapi/parser';
import fs from 'node:fs';
const { document, diagnostics } = await new Parser().parse(fs.readFileSync(process.argv[2], 'utf8'));
const errors = diagnostics.filter((d) => d.severity === 0).map((d) => `${d.message} at ${d.path.join('.')}`);
console.log(JSON.stringify({ parsed: document !== undefined, errors }));
process.exit(document !== undefined && errors.length === 0 ? 0 : 1);
"""


def test_the_document_is_fresh() -> None:
    assert DOCUMENT.read_text() == render(), "run `make docs`"


@pytest.mark.node
@pytest.mark.siege
def test_the_official_parser_accepts_it(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not here")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(tmp_path), PARSER]
    got = subprocess.run(install, capture_output=True, text=True, timeout=100, check=False)
    if got.returncode != 0:
        pytest.skip(f"{PARSER} cannot be installed here: {got.stderr.strip()[-200:]}")
    script = tmp_path / "check.mjs"
    script.write_text(CHECK)
    checked = subprocess.run(
        ["node", str(script), str(DOCUMENT)], capture_output=True, text=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
