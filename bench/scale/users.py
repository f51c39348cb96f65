"""What one user does. Every number here is an assumption."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600.0
WEEK_S = 7 * 24 * HOUR_S
WORKING_DAYS, WORKING_HOURS = 5, 8


@dataclass(frozen=True, slots=True)
class User:
    """Sizes in bytes. `busy_share`: the part of a day's work that falls into its busiest hour.

    `sockets`: open pages in the busy hour; each of them follows everything and has the home page's `system` topic open
    for a third of the time.
    """

    sentences_a_day: float = 60
    requests_a_day: float = 400
    busy_share: float = 0.2
    sockets: float = 0.5
    downloads_a_week: float = 1
    download_bytes: float = 500e6
    imports_a_week: float = 1
    import_bytes: float = 20e6
    runs_a_week: float = 0.5
    steps_a_run: float = 1000

    def busy_hour(self, a_day: float) -> float:
        """A second in the busy hour, of what is done so often a day."""
        return a_day * self.busy_share / HOUR_S

    def busy_hour_of_week(self, a_week: float) -> float:
        """The same for what is done so often a week, on working days."""
        return self.busy_hour(a_week / WORKING_DAYS)


USER = User()
EVENTS_A_SECOND = 2.0
"""Of a running job, measured in its code: progress is written and published at most twice a second."""
SYSTEM_EVENTS_A_SECOND = 1 / 3 / 3
"""The topic `system` has an event every three seconds, for a third of the time."""
