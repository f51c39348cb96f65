"""The actions of `services.gateway.admin`."""

from __future__ import annotations

from services.gateway.accounts.first_admin import LIFETIME
from services.gateway.accounts.service import registration_link
from shared.accounts import INSTALLATION_ITSELF, AccountRepository, InvitationRepository
from shared.config import Settings
from shared.contracts.access import Role
from shared.contracts.errors import Conflict
from shared.secret_keys import rotate_key_file


async def reset(
    settings: Settings, accounts: AccountRepository, invitations: InvitationRepository
) -> dict[str, object]:
    """A one-time link for another administrator, and the names of the present ones."""
    _, credential = await invitations.create(Role.ADMIN, INSTALLATION_ITSELF, lifetime=LIFETIME, note="reset")
    known = await accounts.all()
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return {
        "link": registration_link(base, credential),
        "hours": round(LIFETIME.total_seconds() / 3600),
        "administrators": [account.id for account in known if account.role is Role.ADMIN],
    }


def rotate_key(settings: Settings) -> dict[str, object]:
    """Put a new key before those in the data folder. Raises `Conflict` if the key is a setting."""
    if settings.secret_key is not None:
        raise Conflict(
            "The key is SOKHAN_SECRET_KEY, not a file.",
            hint="Set a new one, and the old one as SOKHAN_SECRET_KEY_PREVIOUS.",
        )
    return {"keys": rotate_key_file(settings.data.absolute())}
