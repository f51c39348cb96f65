"""The one-time link that makes the first administrator."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from services.gateway.accounts.service import registration_link
from shared.accounts import INSTALLATION_ITSELF, AccountRepository, InvitationRepository
from shared.contracts.access import Role
from shared.files import write_atomic

LIFETIME = timedelta(hours=24)


async def offer_first_admin(
    accounts: AccountRepository, invitations: InvitationRepository, base: str, file: Path | None
) -> None:
    """Write the link to the file, or to standard error without one, unless there is an administrator already.

    Raises `Unavailable` without a store, `OSError`.
    """
    if await accounts.has_admin():
        return
    _, credential = await invitations.create(Role.ADMIN, INSTALLATION_ITSELF, lifetime=LIFETIME, note="first start")
    link = registration_link(base, credential)
    if file is not None:
        await asyncio.to_thread(write_atomic, file, link.encode())
    else:
        sys.stderr.write(f"sokhan: make the administrator's account within 24 hours, once, at {link}\n")
