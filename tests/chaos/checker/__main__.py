"""`python -m tests.chaos.checker FOLDER DATA [MONGODB-URL]`: checks a run at rest; 1 if an invariant is broken."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chaos.checker.checks import CHECKS, violations
from tests.chaos.checker.evidence import read_evidence


def main(folder: Path, data: Path, mongo: str | None = None) -> int:
    evidence = read_evidence(folder, data, mongo)
    found = violations(evidence)
    for name, sentences in found.items():
        for sentence in sentences:
            print(f"VIOLATION {name}: {sentence}")
    print(
        f"{len(evidence.operations)} operations, {len(CHECKS)} invariants, {sum(map(len, found.values()))} violations"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4]))
