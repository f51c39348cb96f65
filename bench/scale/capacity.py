"""How busy each part of a site is in the busy hour. It is proportional to the users, so no simulation is needed."""

from __future__ import annotations

import statistics

from bench.scale.costs import Costs
from bench.scale.sites import Site
from bench.scale.users import EVENTS_A_SECOND, SYSTEM_EVENTS_A_SECOND, WEEK_S, User

FULL = 0.8
"""A part that is busier than this has long queues."""


def run_seconds(costs: Costs, site: Site, user: User) -> float:
    """How long a training run takes."""
    return user.steps_a_run * site.step + costs.jobs.run_overhead


def utilisation(costs: Costs, site: Site, user: User, users: int) -> dict[str, float]:
    """By part: the needed over the available capacity, in the busy hour; above 1 the part cannot follow.

    The synth's is a mean: where it shares its cores with a run, sentences take longer meanwhile. The trainer's is that
    of a whole week: a queue of runs may last until the weekend.
    """
    sentences = users * user.busy_hour(user.sentences_a_day)
    requests = users * user.busy_hour(user.requests_a_day)
    downloads = users * user.busy_hour_of_week(user.downloads_a_week)
    imports = users * user.busy_hour_of_week(user.imports_a_week)
    runs = users * user.busy_hour_of_week(user.runs_a_week)
    trained = users * user.runs_a_week * run_seconds(costs, site, user) / WEEK_S
    running = (
        min(trained, site.trainers)
        + downloads * user.download_bytes / site.line
        + imports * user.import_bytes / costs.jobs.import_rate
    )
    jobs, events = downloads + imports + runs, EVENTS_A_SECOND * running
    sockets = users * user.sockets
    gateway = (
        requests * costs.gateway.request_cpu
        + sentences * costs.sentence.gateway_cpu
        + jobs * costs.gateway.job_cpu
        + (events * user.sockets + sockets * SYSTEM_EVENTS_A_SECOND) * costs.gateway.event_cpu
        + sockets * costs.gateway.idle_socket_cpu
        # Every gateway receives and parses every event, also one that none of its sockets follows.
        + events * costs.gateway.event_cpu * (site.gateways - 1)
    )
    writes = jobs * costs.store.writes_a_job + sentences * costs.sentence.writes + events
    messages = events + jobs * costs.store.writes_a_job + 3 * sentences
    training = trained / site.trainers
    slower = 1 + (costs.jobs.beside_training - 1) * min(1.0, training) if site.shares_cores else 1.0
    return {
        "gateway": gateway / site.gateways,
        "store writes": writes / site.store_writes,
        "bus": messages / costs.bus.messages_a_second,
        "synth": sentences * statistics.fmean(costs.sentence.crowded) * slower / site.synths,
        "trainer": training,
        "downloader's line": downloads * user.download_bytes / site.line,
        "scanner": imports * user.import_bytes / costs.jobs.import_rate / site.scanners,
    }


def full_at(costs: Costs, site: Site, user: User) -> dict[str, float]:
    """By part: the number of users at which it is 80 % busy, the first to give first; speech without training."""
    of_one = utilisation(costs, site, user, 1)
    found = {part: FULL / share if share > 0 else float("inf") for part, share in of_one.items()}
    return dict(sorted(found.items(), key=lambda item: item[1]))
