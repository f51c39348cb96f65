"""Audits the locked dependencies for known vulnerabilities (pip-audit), once for each version of the lock file.

The result is stored beside the virtual environment. Without access to the vulnerability service nothing is audited,
nothing is stored, and the command says so and succeeds: a build without a network must not fail for that reason.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_LOCK = Path("requirements/dev.txt")
_STAMPS = Path(sys.prefix)
# Vulnerabilities that do not concern us, each with the reason.
_IGNORED: dict[str, str] = {}


def main() -> int:
    """The exit status of the command."""
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    stamp = _STAMPS / f".audited-{digest}"
    if stamp.exists():
        print(f"{_LOCK} was audited already: no known vulnerability.")
        return 0
    probe = _audited("--requirement", "/dev/stdin", stdin=_first_requirement())
    if probe is None or all("skip_reason" in package for package in probe):
        print("NOT AUDITED: the vulnerability service of PyPI cannot be reached or has no data.")
        return 0
    packages = _audited("--requirement", str(_LOCK), "--require-hashes")
    if packages is None:
        print("NOT AUDITED: pip-audit did not finish.")
        return 0
    found = [package for package in packages if package.get("vulns")]
    for package in found:
        for vulnerability in package["vulns"]:
            print(f"{package['name']} {package['version']}: {vulnerability['id']} {vulnerability.get('fix_versions')}")
    if found:
        return 1
    skipped = sum("skip_reason" in package for package in packages)
    print(f"{len(packages) - skipped} packages have no known vulnerability; {skipped} could not be audited.")
    stamp.touch()
    return 0


def _first_requirement() -> str:
    return next(line.split(" ")[0] for line in _LOCK.read_text().splitlines() if "==" in line)


def _audited(*arguments: str, stdin: str = "") -> list[dict[str, Any]] | None:
    """The packages with their vulnerabilities; None if pip-audit gives no report."""
    ignored = [part for name in _IGNORED for part in ("--ignore-vuln", name)]
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--format",
        "json",
        "--disable-pip",
        "--no-deps",
        *ignored,
        *arguments,
    ]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300, check=False)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return list(report["dependencies"])


if __name__ == "__main__":
    raise SystemExit(main())
