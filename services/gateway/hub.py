"""The Hub as one user of this gateway reaches it."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from shared.hub import Endpoints, HubClient, Hubs, TokenVault


@dataclass(frozen=True, slots=True)
class HubAccess:
    client: httpx2.AsyncClient
    endpoints: Endpoints
    vault: TokenVault
    extra_hosts: tuple[str, ...] = ()

    async def hubs(self, owner: str) -> Hubs:
        """The endpoints in order, with this user's token for the first."""
        return self.endpoints.hubs(self.client, await self.vault.get(owner))

    def with_token(self, token: str) -> HubClient:
        """The one endpoint that may see a token: a mirror could not say whose it is."""
        return HubClient(self.client, self.endpoints.urls[0], token, self.extra_hosts)
