"""Resolves the name of an asset as an owner writes it. Answers always have the canonical id.

    ~sara/my-voice     canonical: an account's own upload or trained voice
    local/my-voice     of an account: its own ~sara/my-voice, else an asset of earlier days that it may see
    my-voice           the same, else a repository without a namespace, else the only asset with this name: among the
                       account's own first, then among what is shared
    ns/my-voice        canonical: a repository of the Hub, or a copied folder

The sole owner of an installation without accounts has no namespace but `local`: its ids are always canonical.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.contracts.access import may_change, may_see
from shared.contracts.assets import Asset
from shared.contracts.errors import Validation
from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import SOLE_OWNERS, own_namespace


def resolve_asset(name: str, assets: Sequence[Asset], viewer: str) -> Asset | None:
    """The asset that `viewer` means by `name`, among assets of one kind; None if there is none that it may see.

    Raises `Validation` for a bare name of several assets.
    """
    visible = [asset for asset in assets if may_see(viewer, asset.access)]
    for matches in _by_precedence(name, visible, viewer):
        if len(matches) > 1:
            known = ", ".join(sorted(asset.id for asset in matches)[:8])
            raise Validation(f"There are several called {name[:100]}.", hint=f"Name one of them: {known}.")
        if matches:
            return matches[0]
    return None


def _by_precedence(name: str, visible: Sequence[Asset], viewer: str) -> Iterator[list[Asset]]:
    namespace, _, bare = name.rpartition("/")
    if viewer not in SOLE_OWNERS and namespace in {"", OWN_NAMESPACE}:
        yield _with_id(f"{own_namespace(viewer)}/{bare}", visible)
        yield _with_id(f"{OWN_NAMESPACE}/{bare}", visible)
    yield _with_id(name, visible)
    if viewer not in SOLE_OWNERS and not namespace:
        named = [asset for asset in visible if asset.name == bare]
        yield [asset for asset in named if may_change(viewer, asset.access)]
        yield [asset for asset in named if asset.access.visibility == "shared"]


def _with_id(asset_id: str, visible: Sequence[Asset]) -> list[Asset]:
    return [asset for asset in visible if asset.id == asset_id]
