"""Nothing pickled is loaded outside of the sandbox: one module unpickles, and only a task of the sandbox imports it."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_UNPICKLERS = {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
_CHECKPOINT = "services/trainer/recipes/importing/checkpoint.py"
_READER = "services/trainer/recipes/importing/reader.py"


@functools.cache
def _sources() -> list[tuple[str, ast.Module]]:
    paths = [path for top in ("services", "shared", "cli") for path in sorted((_ROOT / top).rglob("*.py"))]
    return [(path.relative_to(_ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def _imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _loads(tree: ast.Module) -> bool:
    """Whether it calls torch.load, or numpy.load, which unpickles on request."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "load"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"torch", "np", "numpy"}
        for node in ast.walk(tree)
    )


def test_one_module_unpickles() -> None:
    assert [name for name, tree in _sources() if _loads(tree)] == [_CHECKPOINT]
    assert [name for name, tree in _sources() if {i.split(".")[0] for i in _imports(tree)} & _UNPICKLERS] == []


def test_only_the_sandboxs_task_imports_it() -> None:
    module = _CHECKPOINT.removesuffix(".py").replace("/", ".")
    reader = _READER.removesuffix(".py").replace("/", ".")
    assert [name for name, tree in _sources() if module in _imports(tree)] == [_READER]
    assert [name for name, tree in _sources() if reader in _imports(tree)] == []
