"""`python -m bench.scale`: measure, check the model against the platform, simulate. `--quick` tries it out."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import structlog

from bench.downloads import say
from bench.platform import machine
from bench.scale import report
from bench.scale.checking import Comparison, compare
from bench.scale.checking_jobs import Queue, compare_runs
from bench.scale.costs import Costs
from bench.scale.measuring import measured

CHECK_S = 30.0


@dataclass(frozen=True, slots=True)
class Found:
    costs: Costs
    comparisons: list[Comparison]
    queue: Queue


def measure(folder: Path, share: float) -> Found:
    """`share`: of the usual numbers of requests and of the usual time."""
    with measured(folder, share) as (built, costs):
        say("the model beside the platform …")
        comparisons = compare(built, costs.sentence, CHECK_S * share)
        return Found(costs, comparisons, compare_runs(built, max(4, int(16 * share))))


def show(found: Found) -> None:
    print(f"\nMeasured\n\n{report.measured(found.costs)}")
    print(f"The model beside the platform\n\n{report.checked(found.comparisons)}\n{report.queued(found.queue)}")
    print(f"Simulated\n\n{report.busy(found.costs)}")
    print(f"Users at which a part is 80 % busy\n\n{report.first(found.costs)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the requests and of the time")
    share = 0.2 if parser.parse_args().quick else 1.0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    say("Measuring; about seven minutes on two quiet cores …")
    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as name:
        found = measure(Path(name), share)
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    print(f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {machine()}, at {revision.stdout.strip()}.")
    show(found)


if __name__ == "__main__":
    main()
