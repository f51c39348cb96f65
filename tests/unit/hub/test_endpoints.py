"""Which endpoint is asked."""

from __future__ import annotations

import pytest

from shared.contracts.errors import HubUnreachable, RedirectRefused, RepoNotFound
from shared.hub import Endpoints, HubClient, hub_client

A, B, C = "https://a.example", "https://b.example", "https://c.example"


def test_one_that_fails_rests_for_a_minute_and_comes_first_again() -> None:
    now = [0.0]
    endpoints = Endpoints([A, B], lambda: now[0])
    endpoints.failed(A)
    assert endpoints.ordered() == [B, A]
    now[0] = 61
    assert endpoints.ordered() == [A, B]


def test_when_all_failed_the_one_that_failed_longest_ago_is_next() -> None:
    now = [0.0]
    endpoints = Endpoints([A, B, C], lambda: now[0])
    for url in (B, C, A):
        now[0] += 1
        endpoints.failed(url)
    assert endpoints.ordered() == [B, C, A]
    assert not endpoints.any_fresh
    endpoints.answered(C)
    assert endpoints.ordered()[0] == C


@pytest.mark.parametrize("failure", [HubUnreachable("away"), RedirectRefused("a filter's address")])
async def test_a_question_goes_to_the_next_when_the_first_does_not_answer(failure: Exception) -> None:
    endpoints = Endpoints([A, B], lambda: 0.0)
    asked = []

    async def question(hub: HubClient) -> str:
        asked.append(hub.endpoint)
        if hub.endpoint == A:
            raise failure
        return "answer"

    async with hub_client([A, B], connections=1) as client:
        hubs = endpoints.hubs(client, "secret")
        assert await hubs.try_each(question) == "answer"
        assert await hubs.try_each(question) == "answer"
    assert asked == [A, B, B]


async def test_what_an_endpoint_says_for_sure_is_not_asked_of_the_next() -> None:
    async def question(hub: HubClient) -> None:
        assert hub.endpoint == A
        raise RepoNotFound("no")

    async with hub_client([A, B], connections=1) as client:
        with pytest.raises(RepoNotFound):
            await Endpoints([A, B], lambda: 0.0).hubs(client, None).try_each(question)


async def test_the_token_goes_to_the_first_endpoints_own_origin_only() -> None:
    async with hub_client([A, B], connections=1) as client:
        hubs = Endpoints([A, B], lambda: 0.0).hubs(client, "secret")
        seen: dict[str, list[bool]] = {}

        async def look(hub: HubClient) -> None:
            urls = (f"{A}/x", f"{B}/x", f"{A}:8443/x", "http://a.example/x", "https://cdn.hf.co/x")
            seen[hub.endpoint] = ["Authorization" in hub.headers(url) for url in urls]
            if hub.endpoint == A:
                raise HubUnreachable("next")

        await hubs.try_each(look)
    assert seen == {A: [True, False, False, False, False], B: [False] * 5}
