"""Log lines of a run as clients see them."""

from __future__ import annotations

from services.gateway.training.schemas import LogLineView
from shared.runs import LogLine


def line_view(line: LogLine) -> LogLineView:
    return LogLineView(seq=line.seq, level=line.level, message=line.message, time=line.time)
