"""Access to the Hub for one user of this gateway."""

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
        """The endpoints in order; the first one gets the user's token."""
        return self.endpoints.hubs(self.client, await self.vault.get(owner))

    def with_token(self, token: str) -> HubClient:
        """The only endpoint that receives a token; mirrors do not know tokens."""
        return HubClient(self.client, self.endpoints.urls[0], token, self.extra_hosts)
