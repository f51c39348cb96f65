"""The actions of `services.gateway.admin`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.accounts.first_admin import LIFETIME
from services.gateway.accounts.service import address_of, registration_link
from shared.accounts import INSTALLATION_ITSELF, AccountRepository, InvitationRepository
from shared.assets import give_assets
from shared.config import Settings
from shared.contracts.access import Role
from shared.contracts.errors import Conflict
from shared.contracts.permissions import EVENTS
from shared.events_credential import make_events_password, read_events_password
from shared.files import DataTree
from shared.hub import TokenVault
from shared.jobs.giving import give_jobs
from shared.secret_keys import rotate_key_file
from shared.store import Store


async def reset(
    settings: Settings, accounts: AccountRepository, invitations: InvitationRepository
) -> dict[str, object]:
    """A one-time link for another administrator, and the names of the present ones."""
    _, credential = await invitations.create(Role.ADMIN, INSTALLATION_ITSELF, lifetime=LIFETIME, note="reset")
    known = await accounts.all()
    base = address_of(settings)
    return {
        "link": registration_link(base, credential),
        "hours": round(LIFETIME.total_seconds() / 3600),
        "administrators": [account.id for account in known if account.role is Role.ADMIN],
    }


@dataclass(frozen=True, slots=True)
class Giving:
    """Gives what an installation without accounts has made to an account."""

    store: Store
    tree: DataTree
    accounts: AccountRepository
    vault: TokenVault

    async def __call__(self, receiver: str, givers: Sequence[str]) -> dict[str, object]:
        """The numbers of jobs and the ids of assets that were given. Repeating it changes nothing more.

        Raises `NotFound` for an unknown receiver, `Unavailable`.
        """
        await self.accounts.get(receiver)
        jobs: Counter[str] = Counter()
        assets: list[str] = []
        for giver in givers:
            jobs.update(await give_jobs(self.store, giver, receiver))
            assets += await asyncio.to_thread(give_assets, self.tree, giver, receiver)
            await self.vault.give(giver, receiver)
        return {"receiver": receiver, "givers": list(givers), "jobs": dict(jobs), "assets": sorted(assets)}


def events_credential(settings: Settings) -> dict[str, object]:
    """The NATS user of programs, made at the first time. Raises `Conflict` if the server is not that of `sokhan up`."""
    if "nats_url" in settings.model_fields_set:
        raise Conflict(
            "SOKHAN_NATS_URL names a NATS server of its own, which has its own users.",
            hint="Containers have the secret deploy/secrets/nats_events; docs/events-stream.md says what to allow.",
        )
    data = settings.data.absolute()
    made = make_events_password(data)
    return {"user": EVENTS, "password": read_events_password(data), "made": made}


def rotate_key(settings: Settings) -> dict[str, object]:
    """Put a new key before those in the data folder. Raises `Conflict` if the key is a setting."""
    if settings.secret_key is not None:
        raise Conflict(
            "The key is SOKHAN_SECRET_KEY, not a file.",
            hint="Set a new one, and the old one as SOKHAN_SECRET_KEY_PREVIOUS.",
        )
    return {"keys": rotate_key_file(settings.data.absolute())}
