"""`make chaos`: the platform under load and faults in rounds, each followed by rest and a check.

python -m tests.chaos --faults 500 --seed 7 --folder build/chaos
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from pathlib import Path

from tests.chaos.run import Settings, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=None, help="by default another one each time; it is printed")
    parser.add_argument("--folder", type=Path, default=Path("build/chaos"), help="logs, history and the report")
    parser.add_argument("--every", type=int, default=25, help="faults in a round")
    parser.add_argument(
        "--mongo", action="store_true", help="a MongoDB-speaking server is the store, and is killed too"
    )
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    folder = (chosen.folder / f"seed-{seed}").absolute()
    report = asyncio.run(run(Settings(folder, seed, chosen.faults, chosen.every, chosen.mongo)))
    print(report.table())
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
