"""Checks the clock against the `Date` of servers that have answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from shared.doctor.report import Finding, ok, warning

CHECK = "clock"
WARN_S = 2.0
"""Leases, one-time links and signed addresses of the Hub compare clocks of several machines."""

_TICK_S = 0.5  # `Date` has whole seconds, cut off


def skew_of(date: str | None, now: datetime) -> float | None:
    """Seconds that this machine's clock is ahead of a `Date` header; None without a usable one."""
    if date is None:
        return None
    try:
        there = parsedate_to_datetime(date)
    except ValueError:
        return None
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    return (now - there).total_seconds() - _TICK_S


def check_clock(skews: Mapping[str, float]) -> list[Finding]:
    """`skews`: seconds that this machine is ahead, by server. Nothing without a server."""
    findings = []
    for server, skew in skews.items():
        if abs(skew) > WARN_S + _TICK_S:
            direction = "ahead of" if skew > 0 else "behind"
            advice = "Set the clock, or switch its synchronisation on: timedatectl set-ntp true"
            findings.append(warning(CHECK, f"This machine is {abs(skew):.0f} s {direction} {server}.", advice))
    if skews and not findings:
        return [ok(CHECK, f"agrees with {', '.join(skews)}")]
    return findings
