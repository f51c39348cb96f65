"""The lock file of an image covers what its service imports, and what pyproject.toml asks for it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "downloader", "scanner", "synth", "trainer")
OURS = ("services", "shared")
# Imported inside `try`: without it a service reports no GPU.
OPTIONAL = {"nvidia-ml-py"}
# Installed before the lock file, in a layer of its own; PyTorch's wheel asks for these itself.
WITH_TORCH = {"torch"}
# A module that is started or called by its name: "services.gateway.analysis.plot", "shared.preview.tasks:read_page".
NAMED = re.compile(rf"((?:{'|'.join(OURS)})(?:\.\w+)+)(?::\w*)?")


def lines(lock: str) -> list[Requirement]:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return [Requirement(line.partition(" --hash")[0]) for line in text.splitlines() if re.match(r"\w", line)]


def pinned(lock: str) -> dict[str, Version]:
    """The versions for this interpreter; a universal lock file has others for later ones."""
    return {
        canonicalize_name(line.name): Version(next(iter(line.specifier)).version)
        for line in lines(lock)
        if line.marker is None or line.marker.evaluate()
    }


def wanted(extra: str) -> Iterator[Requirement]:
    """The direct requirements of an extra, those of the extras that it names included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from map(Requirement, project["dependencies"])
    for text in project["optional-dependencies"][extra]:
        requirement = Requirement(text)
        if requirement.name == "sokhan":
            for inner in requirement.extras:
                yield from wanted(inner)
        else:
            yield requirement


def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((found for found in candidates if found.is_file()), None)


@cache
def names_in(path: Path) -> frozenset[str]:
    """The modules that a file imports or names, at its top and inside its functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (named := NAMED.fullmatch(node.value)):
            found.add(named[1])
    return frozenset(found)


def imported(service: str) -> dict[str, str]:
    """Third-party packages by their import name, with one file of ours that imports each."""
    folder = ROOT / "services" / service
    todo = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in folder.rglob("*.py")]
    seen: set[str] = set()
    found: dict[str, str] = {}
    while todo:
        module = todo.pop().removesuffix(".__init__")
        path = file_of(module)
        if module in seen or path is None:
            continue
        seen.add(module)
        for name in names_in(path):
            top = name.partition(".")[0]
            if top in OURS:
                parts = name.split(".")
                todo += [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
            elif top not in sys.stdlib_module_names:
                found[top] = path.relative_to(ROOT).as_posix()
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_everything_that_a_service_imports_is_in_its_image(service: str) -> None:
    distributions = packages_distributions()
    present = {*pinned(service), *OPTIONAL, *(WITH_TORCH if service in {"synth", "trainer"} else ())}
    missing = {
        name: path
        for name, path in imported(service).items()
        if not {canonicalize_name(one) for one in distributions.get(name, [name])} & present
    }
    assert missing == {}


@pytest.mark.parametrize("service", SERVICES)
def test_the_lock_file_has_what_the_extra_asks_for(service: str) -> None:
    versions = pinned(service)
    direct = [one for one in wanted(service) if one.name not in WITH_TORCH]
    assert len(direct) > 10
    unmet = [one for one in direct if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))]
    assert list(map(str, unmet)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_has_the_versions_that_were_tested(service: str) -> None:
    tested = pinned("dev")
    assert {name: version for name, version in pinned(service).items() if tested.get(name) != version} == {}


def test_a_package_of_the_sandbox_counts_as_one_of_the_gateway() -> None:
    assert imported("gateway")["pyarrow"] == "shared/text/columnar.py"
    assert "torch" not in imported("gateway")
