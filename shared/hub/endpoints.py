"""The Hub's endpoints: `HF_ENDPOINT`, then `SOKHAN_HF_MIRRORS`, with failover.

An endpoint that fails is skipped for a minute. Only the first gets the token: a mirror is a third party's machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

import httpx2

from shared.contracts.errors import HubUnreachable, RedirectRefused
from shared.hub.client import HubClient

T = TypeVar("T")
_COOLDOWN_S = 60.0


class Endpoints:
    """Shared by all jobs of a process; `monotonic` in seconds."""

    def __init__(self, urls: Sequence[str], monotonic: Callable[[], float], extra_hosts: tuple[str, ...] = ()) -> None:
        self._urls = tuple(dict.fromkeys(urls))
        self._failed_until: dict[str, float] = {}
        self._clock = monotonic
        self._extra_hosts = extra_hosts

    @property
    def urls(self) -> tuple[str, ...]:
        return self._urls

    def ordered(self) -> list[str]:
        """The healthy endpoints in the configured order; then those that failed, the oldest failure first."""
        now = self._clock()

        def cooldown_end(url: str) -> float:
            until = self._failed_until.get(url, 0.0)
            return until if until > now else 0.0

        return sorted(self._urls, key=cooldown_end)

    @property
    def any_fresh(self) -> bool:
        """Whether an endpoint has not failed within the last minute."""
        return any(self._failed_until.get(url, 0.0) <= self._clock() for url in self._urls)

    def failed(self, url: str) -> None:
        self._failed_until[url] = self._clock() + _COOLDOWN_S

    def answered(self, url: str) -> None:
        self._failed_until.pop(url, None)

    def hubs(self, client: httpx2.AsyncClient, token: str | None) -> Hubs:
        """The clients of the endpoints with one user's token."""
        clients = {
            url: HubClient(client, url, token if url == self._urls[0] else None, self._extra_hosts)
            for url in self._urls
        }
        return Hubs(self, clients)


class Hubs:
    def __init__(self, endpoints: Endpoints, clients: dict[str, HubClient]) -> None:
        self._endpoints = endpoints
        self._clients = clients

    @property
    def several(self) -> bool:
        return len(self._clients) > 1

    def choose(self, avoided: Collection[str]) -> HubClient:
        """The first endpoint that is not avoided; if all are, the first."""
        ordered = self._endpoints.ordered()
        return self._clients[next((url for url in ordered if url not in avoided), ordered[0])]

    def failed(self, hub: HubClient) -> bool:
        """Skip this endpoint for a minute. Returns whether another one is healthy."""
        self._endpoints.failed(hub.endpoint)
        return self._endpoints.any_fresh

    def answered(self, hub: HubClient) -> None:
        self._endpoints.answered(hub.endpoint)

    def at(self, endpoint: str) -> HubClient:
        """The client of one of the endpoints."""
        return self._clients[endpoint]

    async def try_each(self, question: Callable[[HubClient], Awaitable[T]]) -> T:
        """The result of `question` from the first endpoint that answers. Raises the last endpoint's error."""
        failure: HubUnreachable | RedirectRefused | None = None
        for url in self._endpoints.ordered():
            try:
                answer = await question(self._clients[url])
            except (
                HubUnreachable,
                RedirectRefused,
            ) as error:  # RedirectRefused: a network filter answered in its place
                await self._blame(self._clients[url], error)
                failure = error
                continue
            self._endpoints.answered(url)
            return answer
        assert failure is not None, "there is always one endpoint"
        raise failure

    async def _blame(self, hub: HubClient, error: HubUnreachable | RedirectRefused) -> None:
        """Skip the endpoint if it fails in general: one faulty repository must not move all users to a mirror."""
        at_fault = isinstance(error, RedirectRefused) or error.endpoint_at_fault
        if at_fault and not await hub.works():
            self._endpoints.failed(hub.endpoint)
