"""The collection `accounts`: one document for each account, with the account's name as its id.

A deleted account leaves its document, without a password: its name is never given to another person, who would own
what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.access import Role
from shared.contracts.errors import Conflict, NotFound
from shared.store import Duplicate, Filter, Store, Value
from shared.store.paging import find_all

_COLLECTION = "accounts"
_PAGE = 500
AccountState = Literal["active", "disabled", "deleted"]


class Account(BaseModel):
    """`id` is the name. `password_hash` is an Argon2id hash in PHC's string format."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    display_name: str = ""
    role: Role = Role.MEMBER
    state: AccountState = "active"
    password_hash: str | None = Field(None, repr=False)
    created_at: AwareDatetime
    last_login_at: AwareDatetime | None = None

    @property
    def active(self) -> bool:
        return self.state == "active"

    @property
    def is_active_admin(self) -> bool:
        return self.active and self.role is Role.ADMIN


class AccountRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def find(self, name: str) -> Account | None:
        """The account, whatever its state."""
        document = await self._store.get(_COLLECTION, name)
        return Account.model_validate(document) if document else None

    async def get(self, name: str) -> Account:
        """Raises `NotFound`, also for a deleted account."""
        account = await self.find(name)
        if account is None or account.state == "deleted":
            raise NotFound(f"There is no account {name[:40]}.")
        return account

    async def all(self) -> list[Account]:
        """All accounts that are not deleted, by name."""
        items = await find_all(self._store, _COLLECTION, {"state": {"$ne": "deleted"}}, sort=[("id", 1)], page=_PAGE)
        return [Account.model_validate(item) for item in items]

    async def has_admin(self) -> bool:
        return await self._store.count(_COLLECTION, {"role": Role.ADMIN.value, "state": "active"}) > 0

    async def create(self, name: str, password_hash: str, role: Role, display_name: str = "") -> Account:
        """Its first session opens now, too. Raises `Conflict` if the name is taken, also by a deleted account."""
        now = self._now()
        account = Account(
            id=name,
            display_name=display_name,
            role=role,
            password_hash=password_hash,
            created_at=now,
            last_login_at=now,
        )
        try:
            await self._store.insert(_COLLECTION, account.model_dump())
        except Duplicate:
            raise Conflict(f"The name {name} is taken.", hint="Choose another name.").about("name") from None
        return account

    async def change(self, name: str, **changes: Value) -> Account:
        """Set fields of an account that is not deleted. Raises `NotFound`."""
        found = await self._store.update(_COLLECTION, {"id": name, "state": {"$ne": "deleted"}}, {"$set": changes})
        if found is None:
            raise NotFound(f"There is no account {name[:40]}.")
        return Account.model_validate(found)

    async def change_keeping_admin(self, before: Account, **changes: Value) -> Account:
        """`change` an account, undone with `Conflict` if no administrator would be left.

        Two administrators may take the role from each other at the same time, through two gateways: each writes first
        and counts then, so at least one of them sees both.
        """
        if not before.model_copy(update=changes).is_active_admin:
            await self.check_can_lose_admin(before)
        changed = await self.change(before.id, **changes)
        if before.is_active_admin and not await self.has_admin():
            await self.change(before.id, **{field: getattr(before, field) for field in changes})
            raise _only_admin(before.id)
        return changed

    async def check_can_lose_admin(self, account: Account) -> None:
        """Raises `Conflict` for the only administrator."""
        others: Filter = {"role": Role.ADMIN.value, "state": "active", "id": {"$ne": account.id}}
        if account.is_active_admin and not await self._store.count(_COLLECTION, others):
            raise _only_admin(account.id)

    async def replace_hash(self, account: Account, password_hash: str) -> Account | None:
        """A newer hash of the same password; None if the password has changed since `account` was read."""
        same: Filter = {"id": account.id, "password_hash": account.password_hash}
        found = await self._store.update(_COLLECTION, same, {"$set": {"password_hash": password_hash}})
        return Account.model_validate(found) if found else None


def _only_admin(name: str) -> Conflict:
    return Conflict(f"{name} is the only administrator.", hint="Make another account an administrator first.")
