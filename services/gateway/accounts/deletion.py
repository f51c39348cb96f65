"""Deletes an account with what is its own. What it shared goes to an administrator or away, by choice.

Every step can be repeated: a deletion that was interrupted, or that waits for a run to end, is asked for again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.gateway.accounts.schemas import DeletedAccount, DeletionPlan, PlannedItem, SharedFate
from services.gateway.assets.installed import InstalledService
from services.gateway.auth.credentials import RevokedCredentials
from services.gateway.auth.identity import CallerIdentity
from services.gateway.auth.revoking import Revoker
from services.gateway.auth.sessions import SessionsService
from services.gateway.renders.service import RendersService
from services.gateway.training.deletion import RunDeletion
from services.gateway.uploads.service import UploadsService
from services.gateway.webhooks.service import WebhooksService
from shared.accounts import Account, AccountRepository, ApiKeyRepository
from shared.assets import AssetRefresh, AssetRepository
from shared.contracts.access import AssetAccess, Role, may_change
from shared.contracts.assets import Asset
from shared.contracts.errors import Conflict, NotFound, Validation
from shared.contracts.holding import given
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES, SPEECH, TRAINING
from shared.contracts.states import Control, JobKind
from shared.files import DataTree, change_access
from shared.hub import TokenVault
from shared.jobs import JobService
from shared.settings import SettingsRepository

_CANCELLED_S = 20.0


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    accounts: AccountRepository
    keys: ApiKeyRepository
    sessions: SessionsService
    revoker: Revoker
    assets: AssetRepository
    installed: InstalledService
    jobs: JobService
    runs: RunDeletion
    renders: RendersService
    webhooks: WebhooksService
    settings: SettingsRepository
    vault: TokenVault
    tree: DataTree
    refresh: AssetRefresh
    uploads: UploadsService

    async def plan(self, name: str) -> DeletionPlan:
        """What a deletion would do. Changes nothing. Raises `NotFound`."""
        await self.accounts.get(name)
        assets, jobs = await self._assets(name), await self._all_jobs(name)
        shared: list[Asset | Job] = [*filter(_is_shared, assets), *(job for job in jobs if job.visibility == "shared")]
        own = [asset for asset in assets if not _is_shared(asset)]
        return DeletionPlan(
            name=name,
            shared=tuple(_item(item) for item in shared),
            removed=tuple(_item(asset) for asset in own),
            bytes_removed=sum(asset.size for asset in own if asset.access.holders in {(), (name,)}),
            jobs=sum(job.visibility == "private" for job in jobs),
            active_jobs=sum(not job.terminal for job in jobs),
            api_keys=len(await self.keys.of(name)),
            webhooks=len(await self.webhooks.of(name)),
        )

    async def __call__(self, name: str, fate: SharedFate, to: str) -> DeletedAccount:
        """Delete the account. `to`: the administrator who gets what was shared, if it is to be kept.

        Raises `NotFound`, `Validation` for a receiver who is not another administrator, `Conflict` for the only
        administrator, or while a job of the account does not end.
        """
        account = await self._check(name, fate, to)
        await self.accounts.change_keeping_admin(account, state="disabled")
        await self.sessions.end_all(name)
        await self._cancel_jobs(name)
        if fate == "transfer":
            await self._transfer(name, to)
        removed = await self._remove_assets(name)
        await self._remove_jobs(name, to if fate == "transfer" else None)
        await self._forget(name)
        await self.refresh()
        return DeletedAccount(name=name, removed=tuple(removed))

    async def _check(self, name: str, fate: SharedFate, to: str) -> Account:
        account = await self.accounts.get(name)
        await self.accounts.check_can_lose_admin(account)
        receiver = await self.accounts.find(to)
        if fate == "transfer" and (to == name or receiver is None or not receiver.is_active_admin):
            raise Validation("What was shared goes to another administrator.", hint="Name one with `to`.").about("to")
        return account

    async def _assets(self, name: str) -> list[Asset]:
        return [
            asset for asset in await self.assets.all() if asset.kind != "checkpoint" and may_change(name, asset.access)
        ]

    async def _all_jobs(self, name: str) -> list[Job]:
        return [job for job_type in JOB_TYPES.values() for job in await self.jobs.repository.all_of(job_type, name)]

    async def _cancel_jobs(self, name: str) -> None:
        active = [job for job in await self._all_jobs(name) if not job.terminal]
        for job in active:
            try:
                await self.jobs.request_control(job, Control.CANCEL)
            except Conflict:  # it has ended meanwhile
                continue
        ended = await asyncio.gather(*(self.jobs.wait(job, _CANCELLED_S) for job in active))
        if waiting := [job for job in ended if not job.terminal]:
            raise Conflict(
                f"{len(waiting)} jobs of {name} are being cancelled.", hint="Ask again in a moment: it goes on then."
            )

    async def _transfer(self, name: str, to: str) -> None:
        for asset in filter(_is_shared, await self._assets(name)):
            await self._give(asset, name, to)
        for job in await self._all_jobs(name):
            if job.visibility == "shared":
                await self.jobs.repository.give(job, to)

    async def _give(self, asset: Asset, name: str, to: str) -> None:
        def change(recorded: AssetAccess | None) -> AssetAccess:
            return given(recorded or asset.access, name, to, from_hub=asset.source == "HuggingFace")

        try:
            access = await asyncio.to_thread(change_access, self.tree.root / asset.path, self.tree.locks, change)
        except FileNotFoundError:
            return
        if access is not None:  # the scanner is not waited for
            await self.assets.save(asset.model_copy(update={"access": access}))

    async def _remove_assets(self, name: str) -> list[str]:
        as_owner = CallerIdentity(name, role=Role.MEMBER)
        removed = []
        for asset in await self._assets(name):
            assert asset.kind != "checkpoint", "left out by _assets"
            try:
                await self.installed.release(asset.id, asset.kind, as_owner)
            except NotFound:  # removed by an earlier attempt
                continue
            removed.append(asset.id)
        return removed

    async def _remove_jobs(self, name: str, receiver: str | None) -> None:
        for run in await self.jobs.repository.all_of(TRAINING, name):
            try:
                await self.runs(run.id, name)
            except Conflict:
                # Something that stays needs its checkpoints: a voice that was shared, or a run that starts from them.
                if receiver is None:
                    raise
                await self.jobs.repository.give(run, receiver)
        for render in await self.jobs.repository.all_of(SPEECH, name):
            await self.renders.purge(render.id, CallerIdentity(name))
        for kind, job_type in JOB_TYPES.items():
            if kind not in {JobKind.TRAINING, JobKind.SPEECH}:
                for job in await self.jobs.repository.all_of(job_type, name):
                    await self.jobs.repository.forget(job)

    async def _forget(self, name: str) -> None:
        await self.uploads.remove_all(name)
        await self.webhooks.delete(name)
        await self.keys.delete(name)
        await self.vault.delete(name)
        await self.settings.delete_personal(name)
        lexicon = self.tree.account_lexicon(name)
        if lexicon is not None:
            await asyncio.to_thread(lexicon.unlink, missing_ok=True)
        await self.accounts.change(name, state="deleted", password_hash=None, display_name="")
        await self.sessions.end_all(name)
        await self.revoker.revoke(RevokedCredentials(owner=name))


def _is_shared(asset: Asset) -> bool:
    return asset.access.visibility == "shared"


def _item(item: Asset | Job) -> PlannedItem:
    if isinstance(item, Asset):
        return PlannedItem(kind=item.kind, id=item.id, bytes=item.size)
    return PlannedItem(kind=item.kind.value, id=item.id)
