"""The messages of clients, old and new, and the revisions from which they continue."""

from __future__ import annotations

import json

import pytest

from services.gateway.events.messages import OldOperation, Operation, old_message, parse_message
from services.gateway.events.topics import check_topic, kinds_of, parse_since, since_text
from shared.contracts.errors import Validation
from shared.contracts.states import JobKind


def test_topics_with_and_without_a_revision() -> None:
    operation = parse_message(
        '{"op":"subscribe","topics":[{"topic":"training:a","since":41},"download:*","download:*",'
        '{"topic":"scan:*","since":{"x":3}}]}'
    )
    assert isinstance(operation, Operation)
    assert [(each.topic, each.revisions()) for each in operation.requests()] == [
        ("training:a", {"a": 41}),
        ("download:*", {}),
        ("scan:*", {"x": 3}),
    ]


@pytest.mark.parametrize(
    ("text", "topic", "subscribes", "as_event"),
    [
        ('{"op":"subscribe:download","id":"d1"}', "download:d1", True, False),
        ('{"event":"subscribe:training","data":{"jobId":"t1"}}', "training:t1", True, True),
        ('{"event":"subscribe:training","data":{"id":"t1"}}', "training:t1", True, True),
        ('{"event":"unsubscribe:training","data":"t1"}', "training:t1", False, True),
    ],
)
def test_the_old_names(text: str, topic: str, subscribes: bool, as_event: bool) -> None:
    operation = parse_message(text)
    assert isinstance(operation, OldOperation)
    assert (operation.topic, operation.subscribes, operation.as_event) == (topic, subscribes, as_event)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense", "[]", "1", '{"op":"fly"}', '{"op":"subscribe:scan","id":"x"}', '{"event":"subscribe:download"}',
        '{"op":"subscribe:download","id":""}', '{"op":"subscribe","topics":[{"topic":"training:a","since":-1}]}',
        '{"op":"subscribe","topics":[{"topic":"training:a","since":"x"}]}', "[" * 50_000, '{"op":["a:b"]}',
        '{"event":"download:progress","data":{"jobId":"a"}}',
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Validation):
        parse_message(text)


def test_an_event_under_its_old_name() -> None:
    encoded = '{"type":"progress","data":{"jobId":"d1","progress":12.5,"file":"سلام"}}'.encode()
    assert json.loads(old_message("download", encoded)) == {
        "event": "download:progress",
        "data": {"jobId": "d1", "progress": 12.5, "file": "سلام"},
    }


@pytest.mark.parametrize(
    ("text", "topics", "expected"),
    [
        ("41", ("training:a",), {"a": 41}),
        ("a:41", ("training:*",), {"a": 41}),
        ("a:41,b:7", ("training:*", "download:b"), {"a": 41, "b": 7}),
    ],
)
def test_where_a_reader_continues(text: str, topics: tuple[str, ...], expected: dict[str, int]) -> None:
    assert parse_since(text, topics) == expected
    assert parse_since(since_text(expected), topics) == expected


@pytest.mark.parametrize(
    ("text", "topics"), [("41", ("training:*",)), ("41", ("a:1", "b:1")), ("x", ("a:1",)), ("a:", ("a:1",))]
)
def test_a_position_that_says_nothing_is_refused(text: str, topics: tuple[str, ...]) -> None:
    with pytest.raises(Validation):
        parse_since(text, topics)


@pytest.mark.parametrize("topic", ["", "x", "user:a", "training:", ":a", "**"])
def test_other_topics_are_refused(topic: str) -> None:
    with pytest.raises(Validation):
        check_topic(topic)


def test_what_a_wildcard_means() -> None:
    assert kinds_of("*") == tuple(JobKind)
    assert kinds_of("training:*") == (JobKind.TRAINING,)
    assert kinds_of("asset:*") == kinds_of("training:a") == ()
