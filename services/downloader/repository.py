"""Asks the Hub about one repository with its owner's token, and waits for a broken connection."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from services.downloader.access import RepositoryAccess
from services.downloader.context import DownloadContext, sleep_or_interrupt
from services.downloader.errors import retry_delay
from services.downloader.threads import in_thread
from shared.contracts.errors import HubUnreachable, Internal, NotAHub
from shared.contracts.owners import SOLE_OWNERS
from shared.hub import HubClient, Hubs, Listing, Repo
from shared.jobs import Fail
from shared.tasks import unless

T = TypeVar("T")
# An address that never answered is blocked or mistyped: fail early.
_FIRST_CONTACT_S = 30.0


@dataclass(frozen=True, slots=True)
class ListedRepository:
    """`restricted`: whether the repository is gated or private; None if the Hub has not said it."""

    files: Listing
    restricted: bool | None


@dataclass(frozen=True, slots=True)
class RemoteRepository:
    """`primary`: the only endpoint that gets the owner's token; `signed_in`: whether there is a token. `patience`: in
    seconds. Every method raises `Fail` with `HubUnreachable` when the patience is over, and `Interrupted`.
    """

    context: DownloadContext
    repo: Repo
    hubs: Hubs
    primary: HubClient
    signed_in: bool
    patience: float
    monotonic: Callable[[], float]
    rng: random.Random

    async def pin(self) -> str:
        """The current commit. Raises `HubUnreachable` at once."""
        return await self._unless_interrupted(self.hubs.try_each(lambda hub: hub.pin(self.repo)))

    async def list(self, commit: str | None) -> ListedRepository:
        """The files of a commit; by default of the current one. Raises `RepoNotFound`, `GatedRepo`."""

        async def at_one(hub: HubClient) -> ListedRepository:
            if commit is not None:
                return ListedRepository(await hub.list_files(self.repo, commit), None)
            pinned = await hub.pinned(self.repo)
            return ListedRepository(await hub.list_files(self.repo, pinned.sha), pinned.restricted)

        return await self._patiently(lambda: self.hubs.try_each(at_one), first_contact=commit is None)

    async def admit(self, access: RepositoryAccess, listed: ListedRepository) -> bool:
        """Whether the repository counts as restricted, after the owner's token was accepted for one of its files.

        For a large one (LFS) if there is one: a hub may show the model card to everybody, and a holder has all files.
        Raises `GatedRepo` or `RepoNotFound` if it is not accepted.
        """
        restricted = await self._restricted(access, listed.restricted)
        if await in_thread(access.needs_proof, restricted):
            proof = min(listed.files.files, key=lambda file: (file.sha256 is None, file.size))
            await self._patiently(lambda: self._check_readable(listed.files.commit, proof.path))
        return restricted

    async def _restricted(self, access: RepositoryAccess, listed: bool | None) -> bool:
        """A resumed download lists a known commit, which does not say it; its first attempt has recorded it.

        What the Hub does not say is restricted if it may depend on the token.
        """
        if listed is None and self.context.progress.commit is not None:
            recorded = await in_thread(lambda: access.recorded if access.holds else None)
            if recorded is not None or access.owner in SOLE_OWNERS:
                return recorded is not None and recorded.restricted
            pinned = await self._patiently(lambda: self.hubs.try_each(lambda hub: hub.pinned(self.repo)))
            listed = pinned.restricted
        return self.signed_in if listed is None else listed

    async def _check_readable(self, commit: str, path: str) -> bool:
        await self.primary.check_readable(self.repo, commit, path)
        return True

    async def _patiently(self, question: Callable[[], Awaitable[T]], *, first_contact: bool = False) -> T:
        """Ask until there is an answer. Waits for a connection that was there before."""
        context = self.context
        deadline = self.monotonic() + (min(self.patience, _FIRST_CONTACT_S) if first_contact else self.patience)
        attempt = 1
        while True:
            try:
                return await self._unless_interrupted(question())
            except HubUnreachable as error:
                wait = max(retry_delay(attempt, self.rng), error.retry_after or 0.0)
                sign_in = isinstance(error, NotAHub) and first_contact
                if sign_in or self.monotonic() + wait > deadline:
                    raise Fail(error) from error
                attempt += 1
                message = f"waiting {wait:.0f} s: {error.message} attempt {attempt}"
                context.report(context.progress.model_copy(update={"waiting": message}))
                await sleep_or_interrupt(context, wait)

    async def _unless_interrupted(self, question: Awaitable[T]) -> T:
        answer = await unless(self.context.interrupted, question)
        if answer is None:
            self.context.check()
            raise Internal("A request to the Hub ended without an answer.")
        return answer
