"""Webhooks: signed, at least once, retried from the store, never into the private network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from services.gateway.webhooks.service import WebhooksService
from tests.support.accounts import Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.receiver import Receiver, receiver
from tests.support.sources import code


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path_factory.mktemp("webhooks"), {"SOKHAN_WEBHOOK_HOSTS": "127.0.0.1"}) as built:
        yield built


@pytest.fixture(scope="module")
def people(app: GatewayApp) -> tuple[Person, Person]:
    admin = first_admin(app)
    return invited(admin, "sara"), invited(admin, "ali")


@pytest.fixture
def target(people: tuple[Person, Person]) -> Iterator[Receiver]:
    with receiver() as made:
        yield made
    for person in people:
        for webhook in person.ask("GET", "/api/webhooks").json()["data"]:
            person.data_none("DELETE", f"/api/webhooks/{webhook['id']}")


def service(app: GatewayApp) -> WebhooksService:
    assert app._gateway is not None
    return app._gateway.webhooks


def work(app: GatewayApp) -> int:
    """Collect, and attempt what is due; the number of attempts."""
    assert app._portal is not None
    app._portal.call(service(app).collector.collect)
    count = 0
    while app._portal.call(service(app).sender.send_next):
        count += 1
    return count


def ended_job(person: Person) -> str:
    """A download that is cancelled before any worker takes it."""
    job = person.data("POST", "/api/sources/download", {"modelId": "ns/some"})
    assert person.ask("DELETE", f"/api/sources/download/{job['id']}").status_code == 200
    return str(job["id"])


def make(person: Person, target: Receiver, *events: str) -> dict[str, object]:
    return person.data("POST", "/api/webhooks", {"url": target.url, "events": list(events or ("*",))})


def test_the_end_of_a_job_arrives_once_and_its_signature_is_right(
    app: GatewayApp, people: tuple[Person, Person], target: Receiver
) -> None:
    sara, ali = people
    made = make(sara, target)
    job = ended_job(sara)
    ended_job(ali)
    assert work(app) == 1
    assert work(app) == 0, "found again by the overlap, and not sent again"
    ((headers, body),) = target.received
    message = Verifier(str(made["secret"])).verify(body, headers)
    assert (message["type"], message["data"]["id"]) == ("download.cancelled", job)
    with pytest.raises(WebhookVerificationError):
        Verifier(str(made["secret"])).verify(body + b" ", headers)
    assert "secret" not in sara.ask("GET", "/api/webhooks").json()["data"][0]


def test_an_ended_job_that_is_shared_is_not_told_again(
    app: GatewayApp, people: tuple[Person, Person], target: Receiver
) -> None:
    sara, _ = people
    make(sara, target)
    job = sara.data("POST", "/api/speech", {"input": "سلام", "voice": "espeak-fa"})["id"]
    sara.data("DELETE", f"/api/speech/{job}")
    assert work(app) == 1
    assert sara.data("PATCH", f"/api/speech/{job}", {"visibility": "shared"})["visibility"] == "shared"
    assert work(app) == 0


def test_only_the_chosen_events_are_sent(app: GatewayApp, people: tuple[Person, Person], target: Receiver) -> None:
    make(people[0], target, "training.*", "download.completed")
    ended_job(people[0])
    assert work(app) == 0


def test_a_failure_is_tried_again_with_the_same_message_and_a_growing_delay(
    app: GatewayApp, people: tuple[Person, Person], target: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    sara = people[0]
    webhook = make(sara, target)["id"]
    ended_job(sara)
    target.answers = [500, 429]
    assert work(app) == 1
    assert work(app) == 0, "it waits"
    (delivery,) = sara.ask("GET", f"/api/webhooks/{webhook}/deliveries").json()["data"]
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("pending", 1, 500)
    later = service(app).deliveries._now
    for seconds in (6, 400):
        monkeypatch.setattr(service(app).deliveries, "_now", lambda s=seconds: later() + timedelta(seconds=s))
        assert work(app) == 1
    assert len({headers["webhook-id"] for headers, _ in target.received}) == 1
    assert len({body for _, body in target.received}) == 1
    (delivery,) = sara.ask("GET", f"/api/webhooks/{webhook}/deliveries").json()["data"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)


def test_a_delivery_is_replayed_with_its_id(app: GatewayApp, people: tuple[Person, Person], target: Receiver) -> None:
    sara, ali = people
    webhook = make(sara, target)["id"]
    ended_job(sara)
    work(app)
    (delivery,) = sara.ask("GET", f"/api/webhooks/{webhook}/deliveries").json()["data"]
    path = f"/api/webhooks/{webhook}/deliveries/{delivery['id']}/replay"
    assert code(ali.ask("POST", path)) == (404, "NOT_FOUND")
    assert sara.ask("POST", path).status_code == 202
    assert work(app) == 1
    assert target.received[0][0]["webhook-id"] == target.received[1][0]["webhook-id"] == delivery["id"]


def test_an_address_that_is_gone_is_switched_off_until_its_owner_switches_it_on(
    app: GatewayApp, people: tuple[Person, Person], target: Receiver
) -> None:
    sara = people[0]
    webhook = make(sara, target)["id"]
    ended_job(sara)
    target.answers = [410]
    work(app)
    shown = sara.data("GET", f"/api/webhooks/{webhook}")
    assert (shown["active"], shown["problem"]) == (False, "The address answers with status 410.")
    ended_job(sara)
    assert work(app) == 0
    sara.data("PATCH", f"/api/webhooks/{webhook}", {"active": True})
    ended_job(sara)
    assert work(app) == 1


def test_after_a_rotation_both_signatures_are_sent(
    app: GatewayApp, people: tuple[Person, Person], target: Receiver
) -> None:
    sara = people[0]
    made = make(sara, target)
    new = sara.data("PATCH", f"/api/webhooks/{made['id']}", {"rotateSecret": True})
    assert new["secret"] != made["secret"]
    ended_job(sara)
    work(app)
    headers, body = target.received[0]
    for secret in (made["secret"], new["secret"]):
        assert Verifier(str(secret)).verify(body, headers)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/hook",
        "http://[::1]:1/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "http://localhost:9/hook",
        "http://[::ffff:10.0.0.1]/",
        "https://name.that.does.not.exist.invalid/",
    ],
)
def test_a_private_address_is_never_reached(app: GatewayApp, people: tuple[Person, Person], url: str) -> None:
    sara = people[0]
    webhook = sara.data("POST", "/api/webhooks", {"url": url})["id"]
    ended_job(sara)
    assert work(app) == 1
    (delivery,) = sara.ask("GET", f"/api/webhooks/{webhook}/deliveries").json()["data"]
    assert delivery["state"] == "pending"
    assert delivery["status"] is None
    sara.data_none("DELETE", f"/api/webhooks/{webhook}")


def test_a_redirect_is_not_followed(app: GatewayApp, people: tuple[Person, Person], target: Receiver) -> None:
    sara = people[0]
    with receiver() as inside:
        target.location = inside.url
        target.answers = [307]
        make(sara, target)
        ended_job(sara)
        work(app)
        assert inside.received == []


@pytest.mark.parametrize(
    "body",
    [
        {"url": "ftp://example.org"},
        {"url": "http://user:pass@example.org/"},
        {"url": "not a url at all"},
        {"url": "https://example.org", "events": ["training.exploded"]},
        {"url": "https://example.org", "events": []},
        {},
    ],
)
def test_a_wrong_webhook_is_refused(people: tuple[Person, Person], body: dict[str, object]) -> None:
    assert code(people[0].ask("POST", "/api/webhooks", body)) == (422, "VALIDATION")


def test_somebody_elses_webhook_is_not_found(people: tuple[Person, Person], target: Receiver) -> None:
    sara, ali = people
    webhook = make(sara, target)["id"]
    assert ali.ask("GET", "/api/webhooks").json()["data"] == []
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/deliveries")):
        assert code(ali.ask(method, f"/api/webhooks/{webhook}{path}", {})) == (404, "NOT_FOUND")


def test_the_store_has_no_secret_in_the_open(app: GatewayApp, people: tuple[Person, Person], target: Receiver) -> None:
    secret = str(make(people[0], target)["secret"])
    database = b"".join(path.read_bytes() for path in app.data.glob("sokhan.db*"))
    assert secret.removeprefix("whsec_").encode() not in database
    assert json.dumps(secret) not in app.log.getvalue()
