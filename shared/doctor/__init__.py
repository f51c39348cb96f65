"""Checks an installation: its settings, disk, store, bus, ports, clock, GPUs, the Hub, and the parts that run.

`python -m shared.doctor` prints a JSON list of findings; `sokhan doctor` runs it. It writes nothing but probes in the
data folder and in the bucket of finished data, and removes them. It works without a running platform, and waits for
nothing longer than `run.LIMIT_S`.
"""

from shared.doctor.report import Finding, Level
from shared.doctor.run import examine

__all__ = ["Finding", "Level", "examine"]
