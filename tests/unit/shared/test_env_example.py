"""`.env.example` names every setting there is, and none that is not."""

from __future__ import annotations

import re

from pydantic import AliasChoices

from cli.settings import CliSettings
from shared.config import Settings
from tests.support.processes import ROOT


def test_the_example_lists_every_setting() -> None:
    listed = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    known = {"SOKHAN_ENV_FILE", "SOKHAN_SECRETS_DIR"}  # they say where the others are
    for name, field in {**Settings.model_fields, **CliSettings.model_fields}.items():
        alias = field.validation_alias
        known.add(str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"SOKHAN_{name.upper()}")
    assert listed == known
