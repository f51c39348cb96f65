"""The Hub and its mirrors, in order, and which of them answer.

`HF_ENDPOINT` comes first, then `SOKHAN_HF_MIRRORS`. One that fails is passed over for a minute and then asked again.
The token belongs to the first: a mirror is somebody else's machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

import httpx2

from shared.contracts.errors import HubUnreachable, RedirectRefused
from shared.hub.client import HubClient

T = TypeVar("T")
_REST_S = 60.0


class Endpoints:
    """Shared by all jobs of a process; `monotonic` in seconds."""

    def __init__(self, urls: Sequence[str], monotonic: Callable[[], float], extra_hosts: tuple[str, ...] = ()) -> None:
        self._urls = tuple(dict.fromkeys(urls))
        self._resting: dict[str, float] = {}
        self._clock = monotonic
        self._extra_hosts = extra_hosts

    @property
    def urls(self) -> tuple[str, ...]:
        return self._urls

    def ordered(self) -> list[str]:
        """Those that answer, in the configured order; then those that failed, longest ago first."""
        now = self._clock()

        def rests(url: str) -> float:
            until = self._resting.get(url, 0.0)
            return until if until > now else 0.0

        return sorted(self._urls, key=rests)

    @property
    def any_fresh(self) -> bool:
        """Whether one of them has not failed lately."""
        return any(self._resting.get(url, 0.0) <= self._clock() for url in self._urls)

    def failed(self, url: str) -> None:
        self._resting[url] = self._clock() + _REST_S

    def answered(self, url: str) -> None:
        self._resting.pop(url, None)

    def hubs(self, client: httpx2.AsyncClient, token: str | None) -> Hubs:
        """The endpoints as one user sees them."""
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
        """The first endpoint that is not avoided; the first of all where every one is."""
        ordered = self._endpoints.ordered()
        return self._clients[next((url for url in ordered if url not in avoided), ordered[0])]

    def failed(self, hub: HubClient) -> bool:
        """Leave this endpoint alone for a while; whether there is another to turn to."""
        self._endpoints.failed(hub.endpoint)
        return self._endpoints.any_fresh

    def answered(self, hub: HubClient) -> None:
        self._endpoints.answered(hub.endpoint)

    def allows(self, url: str) -> HubClient | None:
        """The endpoint that this URL may be fetched for, if there is one."""
        return next((hub for hub in self._clients.values() if hub.guard.allows(url)), None)

    async def try_each(self, question: Callable[[HubClient], Awaitable[T]]) -> T:
        """Put the question to the first endpoint that answers. Raises what the last of them raised."""
        failure: HubUnreachable | RedirectRefused | None = None
        for url in self._endpoints.ordered():
            try:
                answer = await question(self._clients[url])
            except (HubUnreachable, RedirectRefused) as error:  # refused: a filter answered in its place
                if isinstance(error, RedirectRefused) or error.endpoint_at_fault:
                    self._endpoints.failed(url)
                failure = error
                continue
            self._endpoints.answered(url)
            return answer
        assert failure is not None, "there is always one endpoint"
        raise failure
