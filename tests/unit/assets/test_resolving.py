"""What an owner means by the name of an asset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.assets import resolve_asset
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.errors import Validation
from shared.contracts.holding import owned_by

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SARA, ALI = owned_by("sara"), owned_by("ali")


def shared(access: AssetAccess) -> AssetAccess:
    return access.model_copy(update={"visibility": "shared"})


def asset(asset_id: str, access: AssetAccess) -> Asset:
    return Asset(
        id=asset_id, kind="model", name=asset_id.rsplit("/", 1)[-1], path=f"models/{asset_id}", type="x", size=1,
        file_count=1, status="ready", source="local", fingerprint="f", downloaded_at=NOW, updated_at=NOW, access=access,
    )  # fmt: skip


def resolved(name: str, viewer: str, *assets: Asset) -> str | None:
    found = resolve_asset(name, assets, viewer)
    return found.id if found else None


@pytest.mark.parametrize("name", ["v", "local/v"])
def test_an_accounts_own_comes_first_then_what_was_given_to_it(name: str) -> None:
    own, earlier, of_hub = asset("~sara/v", SARA), asset("local/v", SARA), asset("v", INSTALLATION)
    assert resolved(name, "sara", of_hub, earlier, own) == "~sara/v"
    assert resolved(name, "sara", of_hub, earlier) == "local/v"
    assert resolved(name, "ali", of_hub, earlier, own) == ("v" if name == "v" else None)


def test_a_canonical_id_is_always_itself() -> None:
    assets = (asset("~sara/v", shared(SARA)), asset("~ali/v", ALI), asset("ns/v", INSTALLATION))
    assert [resolved(item.id, "ali", *assets) for item in assets] == ["~sara/v", "~ali/v", "ns/v"]


def test_what_is_not_visible_does_not_exist() -> None:
    hidden = (asset("~sara/v", SARA), asset("local/v", AssetAccess()), asset("ns/v", AssetAccess(holders=("sara",))))
    for name in ("v", "local/v", "~sara/v", "ns/v"):
        assert resolved(name, "ali", *hidden) is None


def test_a_bare_name_is_looked_up_among_the_accounts_own_then_among_what_is_shared() -> None:
    held, of_ali = asset("ns/v", AssetAccess(owner=None, holders=("sara",))), asset("~ali/v", shared(ALI))
    assert resolved("v", "sara", of_ali, held) == "ns/v"
    assert resolved("v", "reza", of_ali, held) == "~ali/v"


def test_a_name_of_several_is_refused_and_names_only_what_is_visible() -> None:
    assets = (asset("~sara/v", shared(SARA)), asset("~ali/v", shared(ALI)), asset("~zahra/v", owned_by("zahra")))
    with pytest.raises(Validation) as refused:
        resolve_asset("v", assets, "reza")
    assert refused.value.hint == "Name one of them: ~ali/v, ~sara/v."


@pytest.mark.parametrize("viewer", ["local", "owner"])
def test_the_sole_owner_writes_canonical_ids(viewer: str) -> None:
    assets = (asset("local/v", AssetAccess()), asset("~sara/v", SARA), asset("ns/w", AssetAccess()))
    assert resolved("local/v", viewer, *assets) == "local/v"
    assert resolved("~sara/v", viewer, *assets) == "~sara/v"
    assert resolved("w", viewer, *assets) is None
    assert resolved("v", viewer, *assets) is None
