"""How the access of an asset changes by downloads, removals and gifts."""

from __future__ import annotations

import pytest

from shared.contracts.access import INSTALLATION, AssetAccess, may_change, may_see
from shared.contracts.holding import given, held_by, owned_by, released_by
from shared.contracts.owners import LOCAL_OWNER, TOKEN_OWNER

HELD = AssetAccess(owner=None, holders=("ali",))


@pytest.mark.parametrize("owner", [LOCAL_OWNER, TOKEN_OWNER])
def test_what_a_sole_owner_makes_or_downloads_has_the_default(owner: str) -> None:
    assert owned_by(owner) == AssetAccess()
    assert held_by(None, owner, restricted=False) == AssetAccess()


def test_an_upload_is_private() -> None:
    access = owned_by("sara")
    assert [may_see(who, access) for who in ("sara", "ali", LOCAL_OWNER)] == [True, False, True]


def test_a_download_adds_a_holder_and_keeps_the_others() -> None:
    one = held_by(None, "sara", restricted=False)
    assert (one.owner, one.holders, one.visibility) == (None, ("sara",), "private")
    both = held_by(one, "ali", restricted=False)
    assert both.holders == ("ali", "sara")
    assert held_by(both, "ali", restricted=False) == both
    assert held_by(both, LOCAL_OWNER, restricted=False) == both.model_copy(update={"owner": LOCAL_OWNER})
    earlier = held_by(AssetAccess(), "sara", restricted=False)
    assert (earlier.owner, earlier.holders) == (LOCAL_OWNER, ("sara",)), "local still has what it downloaded"


def test_what_an_administrator_has_copied_stays_the_installations() -> None:
    assert held_by(INSTALLATION, "sara", restricted=False) == INSTALLATION
    assert held_by(INSTALLATION, LOCAL_OWNER, restricted=False) == INSTALLATION


@pytest.mark.parametrize("before", [None, INSTALLATION, HELD.model_copy(update={"visibility": "shared"})])
def test_a_restricted_repository_is_never_shared(before: AssetAccess | None) -> None:
    access = held_by(before, "sara", restricted=True)
    assert (access.restricted, access.visibility) == (True, "private")
    assert may_see("sara", access)
    assert not may_see("reza", access)
    assert not held_by(access, "ali", restricted=False).restricted, "it has become public on the Hub"


def test_nobody_who_downloads_it_removes_what_an_administrator_has_copied() -> None:
    left = released_by(held_by(INSTALLATION, "sara", restricted=True), "sara")
    assert left is not None
    assert (left.owner, left.visibility) == (LOCAL_OWNER, "private")


def test_the_last_one_to_leave_removes_the_files() -> None:
    both = AssetAccess(owner=None, visibility="shared", holders=("ali", "sara"))
    left = released_by(both, "sara")
    assert left == AssetAccess(owner=None, visibility="shared", holders=("ali",))
    assert left is not None
    assert released_by(left, "ali") is None
    assert released_by(owned_by("sara"), "sara") is None
    assert released_by(AssetAccess(holders=("sara",)), "sara") == AssetAccess(), "local has it too"
    assert released_by(both, TOKEN_OWNER) is None, "a sole owner removes everything"


def test_everything_is_given_on() -> None:
    assert given(AssetAccess(), LOCAL_OWNER, "sara") == owned_by("sara")
    assert given(AssetAccess(), TOKEN_OWNER, "sara", from_hub=True) == HELD.model_copy(update={"holders": ("sara",)})
    assert given(HELD, "ali", "sara").holders == ("sara",)
    assert given(HELD, "reza", "sara") == HELD
    assert given(owned_by("ali"), LOCAL_OWNER, "sara") == owned_by("ali")


def test_nobody_but_its_owner_and_holders_may_change_what_is_shared() -> None:
    shared = AssetAccess(owner="sara", visibility="shared", holders=("ali",))
    assert [may_change(who, shared) for who in ("sara", "ali", "reza", LOCAL_OWNER)] == [True, True, False, True]
    assert not may_change("reza", INSTALLATION)
