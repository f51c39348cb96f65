"""The context of a scan job's handler."""

from __future__ import annotations

from shared.contracts.kinds.scan import ScanProgress, ScanResult, ScanSpec
from shared.jobs import JobContext

ScanContext = JobContext[ScanSpec, ScanProgress, ScanResult]
