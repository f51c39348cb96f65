"""Accounts and invitations as an administrator sees and changes them."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from services.gateway.auth.schemas import DisplayName, Password
from shared.accounts import Invitation
from shared.contracts.access import Role
from shared.contracts.mended import Mended, OneLine
from shared.contracts.owners import AccountName
from shared.contracts.wire import Wire


class ChangeAccountRequest(Mended, Wire):
    """Only given fields change. `password`: a temporary one, for a person who has forgotten theirs. A new password, a
    disabled account and another role end the sessions of the account.
    """

    role: Role | None = None
    state: Literal["active", "disabled"] | None = None
    display_name: DisplayName | None = None
    password: Password | None = None


class NewInvitationRequest(Mended, Wire):
    """`name`: the only account that it can make; null for any name. `note`: for you, such as for whom it is."""

    role: Role = Role.MEMBER
    name: AccountName | None = None
    note: OneLine = Field("", max_length=200)
    expires_in_hours: int = Field(72, ge=1, le=24 * 30)


class InvitationView(Wire):
    id: str
    role: Role
    name: str | None = None
    note: str
    created_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime

    @classmethod
    def of(cls, invitation: Invitation) -> InvitationView:
        return cls.model_validate(invitation.model_dump(exclude={"secret_hash"}))


class NewInvitation(InvitationView):
    """`invitation` and the `link` with it are shown this once: only a hash is stored."""

    invitation: str
    link: str


SharedFate = Literal["transfer", "remove"]
"""What happens to the things that a deleted account has shared."""


class PlannedItem(Wire):
    """`kind`: model, dataset, training or speech."""

    kind: str
    id: str
    bytes: int | None = None


class DeletionPlan(Wire):
    """`shared` goes to an administrator or away, by choice; `removed` goes away, except for what others hold, too.

    `jobs`: private ones, whose records and files go.
    """

    name: str
    shared: tuple[PlannedItem, ...]
    removed: tuple[PlannedItem, ...]
    bytes_removed: int
    jobs: int
    active_jobs: int
    api_keys: int
    webhooks: int


class DeletedAccount(Wire):
    """The name is never given to another account."""

    name: str
    removed: tuple[str, ...]
