"""Settings of one person, of the installation, and the use of quotas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.accounts import Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.sources import code


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path_factory.mktemp("personal")) as built:
        yield built


@pytest.fixture(scope="module")
def people(app: GatewayApp) -> tuple[Person, Person, Person]:
    admin = first_admin(app)
    return admin, invited(admin, "sara"), invited(admin, "ali")


def test_each_account_has_its_own_and_a_persian_default(people: tuple[Person, Person, Person]) -> None:
    _, sara, ali = people
    before = sara.data("GET", "/api/settings")
    assert (before["language"], before["calendar"], before["digits"]) == ("fa", "jalali", "persian")
    sara.data("POST", "/api/settings", {"language": "en", "notifications": {"completed": False}})
    after = sara.data("POST", "/api/settings", {"theme": "dark"})
    assert (after["language"], after["theme"], after["notifications"]) == (
        "en",
        "dark",
        {"completed": False, "failed": True},
    )
    assert ali.data("GET", "/api/settings")["language"] == "fa"


@pytest.mark.parametrize("wrong", [{"language": "de"}, {"language": None}, {"calendar": 1}, {"defaultVoice": ""}])
def test_a_wrong_value_is_refused(people: tuple[Person, Person, Person], wrong: dict[str, object]) -> None:
    assert code(people[1].ask("POST", "/api/settings", wrong)) == (422, "VALIDATION")


def test_the_installations_setting_is_an_administrators(people: tuple[Person, Person, Person]) -> None:
    admin, sara, _ = people
    cap = {"downloadBandwidth": 100_000, "theme": "light"}
    assert code(sara.ask("POST", "/api/settings", cap)) == (403, "FORBIDDEN")
    assert sara.data("GET", "/api/settings")["theme"] != "light", "nothing of a refused change is stored"
    assert admin.data("POST", "/api/settings", cap)["downloadBandwidth"] == 100_000
    assert sara.data("GET", "/api/settings")["downloadBandwidth"] == 100_000
    admin.data("POST", "/api/settings", {"downloadBandwidth": None})


def test_a_hub_token_is_its_accounts_alone(people: tuple[Person, Person, Person]) -> None:
    admin, sara, ali = people
    sara.data("PUT", "/api/settings/huggingface/token", {"token": "hf_of_sara"})
    assert sara.data("GET", "/api/settings")["huggingface"] == {"hasToken": True}
    for other in (admin, ali):
        assert other.data("GET", "/api/settings")["huggingface"] == {"hasToken": False}
        assert code(other.ask("PUT", "/api/settings/huggingface/validate", {})) == (404, "NOT_FOUND")


def test_the_use_of_each_quota_is_shown(people: tuple[Person, Person, Person]) -> None:
    _, sara, ali = people
    answer = ali.ask("POST", "/api/sources/download", {"modelId": "ns/some"})
    assert answer.status_code == 202, answer.text
    usage = ali.data("GET", "/api/settings")["usage"]
    assert isinstance(usage, dict)
    assert usage["download_jobs"] == {"used": 1, "limit": 1000, "resetsIn": None}
    assert usage["speech_characters_today"]["used"] == 0
    theirs = sara.data("GET", "/api/settings")["usage"]
    assert isinstance(theirs, dict)
    assert theirs["download_jobs"]["used"] == 0
