"""Checks the settings: their values, and names that no setting has."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import AliasChoices, ValidationError
from pydantic_settings import SettingsError

from shared.config import Settings
from shared.doctor.report import Finding, ok, problem, warning
from shared.env_file import VARIABLE, env_file, problem_of, unread
from shared.settings_errors import sentence_of
from shared.settings_files import VARIABLE as SECRETS_VARIABLE
from shared.settings_files import unreadable_secret

CHECK = "settings"
_PREFIX = "SOKHAN_"
_NEAR = 0.7  # of letters in the same order: PROT and PORT have 0.75
_ELSEWHERE = frozenset({
    VARIABLE, SECRETS_VARIABLE,
    "SOKHAN_URL", "SOKHAN_PATIENCE",  # of the command line
    "SOKHAN_GRAFANA_PORT", "SOKHAN_PROMETHEUS_PORT", "SOKHAN_TRAINER_MEMORY", "SOKHAN_SYNTH_MEMORY",  # of compose
    "SOKHAN_TORCH_INDEX_URL",  # of the build
    "SOKHAN_TEST_MONGO_URL",  # of the tests
})  # fmt: skip
"""Names that are read, but are no setting of a service."""

_LINE = re.compile(r"^\s*(?:export\s+)?(SOKHAN_\w+)\s*=", re.MULTILINE)
_READ_BYTES = 1 << 20


def check_settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, None if they are not valid, and the findings. Blocking."""
    file = env_file()
    if fault := problem_of():
        return None, [problem(CHECK, fault)]
    findings = [warning(CHECK, notice)] if (notice := unread()) else []
    findings += unknown_names({"the environment": os.environ, str(file): _names_in(file)})
    try:
        settings = Settings()
    except ValidationError as error:
        advice = f"Correct it in the environment or in {file}; .env.example describes every setting."
        return None, [*(problem(CHECK, sentence_of(fault), advice) for fault in error.errors()), *findings]
    except SettingsError as error:
        advice = "Services in containers run as user 10001, which has to be able to read the file."
        return None, [problem(CHECK, unreadable_secret(error), advice), *findings]
    where = f", with {file}" if file.is_file() else ""
    return settings, [ok(CHECK, f"valid{where}"), *findings]


def unknown_names(places: Mapping[str, Iterable[str]]) -> list[Finding]:
    """A warning for each name that begins with SOKHAN_ and that nothing reads. `places`: names by where they are."""
    known = known_names()
    ends = [name.removeprefix(_PREFIX) for name in known if name.startswith(_PREFIX)]
    findings = []
    for place, names in places.items():
        for name in sorted(names):
            if not name.startswith(_PREFIX) or name in known:
                continue
            near = difflib.get_close_matches(name.removeprefix(_PREFIX), ends, 1, cutoff=_NEAR)
            advice = f"Did you mean {_PREFIX}{near[0]}?" if near else "Remove it; .env.example lists the names."
            findings.append(warning(CHECK, f"{name} in {place} is not a setting and has no effect.", advice))
    return findings


def known_names() -> set[str]:
    names = set(_ELSEWHERE)
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [f"SOKHAN_{name.upper()}"]
        names.update(str(choice) for choice in choices)
    return names


def _names_in(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8") as text:
            return _LINE.findall(text.read(_READ_BYTES))
    except OSError:
        return []
