"""Lexicons as files over HTTP: out, and in with a report by line."""

from __future__ import annotations

import time
from collections.abc import Mapping

import httpx2
import pytest

from services.gateway.lexicon.importing import imported
from shared.contracts.access import Role
from shared.persian.lexicon import MOST_ENTRIES, Lexicon
from tests.support.gateway_app import GatewayApp

PATH = "/api/lexicon"
MINE = "# نام‌ها\nمهراباد\tمهرآباد  # فرودگاه\nتهران\t/tehrɒːn/\n"


def send(client: httpx2.Client, text: str | bytes, expected: int = 200, **query: str) -> dict[str, object]:
    content = text if isinstance(text, bytes) else text.encode()
    answer = client.post(f"{PATH}/import", content=content, params=query, headers={"Content-Type": "text/plain"})
    assert answer.status_code == expected, answer.text
    found: dict[str, object] = answer.json()["data" if expected == 200 else "error"]
    return found


def counts(report: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(report[name] for name in ("added", "changed", "unchanged", "removed", "refused"))


def text_of(client: httpx2.Client) -> str:
    answer = client.get(f"{PATH}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert "lexicon.tsv" in answer.headers["content-disposition"]
    return answer.content.decode()


def test_out_and_in_again_is_the_same(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("round"):
        assert text_of(client) == ""
        assert counts(send(client, MINE, mode="replace")) == (2, 0, 0, 0, 0)
        assert text_of(client) == MINE
        for mode in ("merge", "replace"):
            assert counts(send(client, MINE, mode=mode)) == (0, 0, 2, 0, 0)
            assert text_of(client) == MINE
    with gateway.as_owner("trip"):
        assert text_of(client) == ""


def test_each_line_is_reported_by_its_number(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("lines"):
        send(client, MINE)
        report = send(
            client,
            "\ufeff# عنوان\r\nتهران\tطهران\r\nمهراباد\tمهرآباد\r\nقم\t/qom/\r\nbad line\r\n\r\nقم\tقُم\r\nشیراز\tabc\r\n"
            "دماوند\t/damɒːvand/ # کوه\r\n",
        )
        assert counts(report) == (2, 1, 1, 0, 3)
        lines = report["lines"]
        assert isinstance(lines, list)
        assert [(line["line"], line["word"], line["result"]) for line in lines] == [
            (2, "تهران", "changed"),
            (4, "قم", "added"),
            (5, "bad line", "refused"),
            (7, "قم", "refused"),
            (8, "شیراز", "refused"),
            (9, "دماوند", "added"),
        ]
        reasons = {line["line"]: line["reason"] for line in lines if line["result"] == "refused"}
        assert reasons[5] == "a line is a word, a tab and its reading."
        assert "in line 4" in reasons[7]
        assert "abc" in reasons[8]
        assert text_of(client) == (
            "# نام‌ها\nمهراباد\tمهرآباد  # فرودگاه\nتهران\tطهران\nقم\t/qom/\nدماوند\t/damɒːvand/ # کوه\n"
        )


def test_readings_that_would_change_again_are_refused(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("chains"):
        report = send(client, "الف\tب پ\nپ\tت\nث\tالف\nج\tج\nچ\tچ د\n")
        lines = report["lines"]
        assert isinstance(lines, list)
        assert [(line["line"], line["result"]) for line in lines] == [
            (1, "added"), (2, "refused"), (3, "refused"), (4, "added"), (5, "refused"),
        ]  # fmt: skip
        assert "“الف”" in lines[1]["reason"]
        assert set(Lexicon.parse(text_of(client)).respellings) == {"الف", "ج"}
        # The reading that stood in the way goes, so the word may come.
        assert counts(send(client, "الف\tخ\nپ\tت\n")) == (1, 1, 0, 0, 0)


def test_replacing_removes_and_a_dry_run_changes_nothing(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("replace"):
        send(client, MINE)
        report = send(client, "تهران\tطهران\n", mode="replace", dryRun="true")
        assert (counts(report), report["applied"]) == ((0, 1, 0, 1, 0), False)
        assert text_of(client) == MINE
        assert send(client, "تهران\tطهران\n", mode="replace")["applied"] is True
        assert text_of(client) == "تهران\tطهران\n"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("", "has no entry, the lexicon has 2."),
        ("# یادداشت\n\n", "has no entry, the lexicon has 2."),
        ("name,email\nsara,sara@example.org\n", "Refused lines: 2. Line 1: a line is a word, a tab"),
        ("تهران\tطهران\nقم\tx\n", "Refused lines: 1. Line 2: “x” is neither"),
    ],
)
def test_a_wrong_file_replaces_nothing(gateway: GatewayApp, client: httpx2.Client, wrong: str, sentence: str) -> None:
    with gateway.as_owner("careful"):
        send(client, MINE, mode="replace")
        error = send(client, wrong, 422, mode="replace")
        assert error["code"] == "VALIDATION"
        assert sentence in str(error["message"])
        assert text_of(client) == MINE
        assert send(client, wrong, mode="replace", dryRun="true")["applied"] is False
        assert text_of(client) == MINE


def test_an_empty_file_replaces_an_empty_lexicon(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("nobody"):
        assert counts(send(client, "# یادداشت\n", mode="replace")) == (0, 0, 0, 0, 0)
        assert text_of(client) == "# یادداشت\n"


def test_a_whole_lexicon_is_quick_and_one_line_more_is_refused(gateway: GatewayApp, client: httpx2.Client) -> None:
    letters = "ابتثجحخدرزسشصضطظعغفقکلمنهی"
    words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters[:2]][: MOST_ENTRIES + 1]
    text = "".join(f"{word}\t/{'a' * (1 + number % 5)}/\n" for number, word in enumerate(words))
    with gateway.as_owner("large"):
        started = time.monotonic()
        report = send(client, text)
        assert time.monotonic() - started < 10
        assert counts(report) == (MOST_ENTRIES, 0, 0, 0, 1)
        lines = report["lines"]
        assert isinstance(lines, list)
        assert (len(lines), report["omitted"]) == (1000, MOST_ENTRIES + 1 - 1000)
        assert [line["line"] for line in lines] == [*range(1, 1000), MOST_ENTRIES + 1]
        assert "20,000" in lines[-1]["reason"]
        assert counts(send(client, text)) == (0, 0, MOST_ENTRIES, 0, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_more_lines_than_a_lexicon_has_are_refused(gateway: GatewayApp, client: httpx2.Client, end: str) -> None:
    with gateway.as_owner("lines-only"):
        assert counts(send(client, f"a{end}" * 2 * MOST_ENTRIES)) == (0, 0, 0, 0, 2 * MOST_ENTRIES)
        error = send(client, f"a{end}" * (2 * MOST_ENTRIES + 1), 422)
        assert (error["code"], error["message"]) == (
            "VALIDATION", "A lexicon has at most 40,000 lines, comments included.",
        )  # fmt: skip


def test_refusing_one_word_again_and_again_takes_no_longer_than_others() -> None:
    letters = "ابتثجحخدرزسشصضطظعغفقکلمنهی"
    users = [f"پ{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters[:2]][
        : MOST_ENTRIES - 1
    ]
    text = "".join(f"{word}\tژ\n" for word in users) + "ژ\t/a/\n" * MOST_ENTRIES
    started = time.monotonic()
    found = imported("", text, "merge")
    assert time.monotonic() - started < 5  # a second; with a copy of the users for each line, minutes
    assert found.count("refused") == MOST_ENTRIES
    assert found.lines[-1].reason == f"The reading of “{users[0]}” has this word, which would be changed again."


def test_comments_do_not_add_up_to_a_file_that_cannot_be_loaded(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("comments"):
        for word in ("الف", "ب"):
            send(client, f"{word}\t/a/ # {'x' * 3_900_000}\n")
        error = send(client, f"پ\t/a/ # {'x' * 3_900_000}\n", 422)
        assert (error["code"], error["message"]) == ("VALIDATION", "comments.tsv is too large for a lexicon.")
        answer = client.get(PATH)
        assert answer.status_code == 200, answer.text
        assert [entry["word"] for entry in answer.json()["data"] if entry["level"] == "account"] == ["الف", "ب"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [("سلام\t".encode() + b"\xff\n", 422, "VALIDATION"), (b"x" * (4 << 20) + b"x", 413, "TOO_LARGE")],
)
def test_what_is_no_lexicon_is_refused(
    gateway: GatewayApp, client: httpx2.Client, content: bytes, status: int, code: str
) -> None:
    with gateway.as_owner("wrong"):
        assert send(client, content, status)["code"] == code
        assert text_of(client) == ""


def test_hostile_lines_are_refused_one_by_one(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("hostile"):
        report = send(client, "[" * 5000 + "\nا\x00ب\tپ\nا ب\tپ\n" + "ا" * 101 + "\tب\n" + "سلام\tدرود # [[[[\n")
        assert counts(report) == (1, 0, 0, 0, 4)


def test_the_installations_lexicon_is_for_administrators(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("member"):
        assert send(client, MINE, 403, level="installation")["code"] == "FORBIDDEN"
    with gateway.as_owner("root", Role.ADMIN):
        assert send(client, "تبریز\t/tabriz/\n", level="installation")["level"] == "installation"
    with gateway.as_owner("member"):
        assert client.get(f"{PATH}/export?level=installation").text == "تبریز\t/tabriz/\n"
    with gateway.as_owner("sara", voice="~sara/amir"):
        assert send(client, MINE, 403)["code"] == "FORBIDDEN"
    assert client.get(f"{PATH}/export?level=account").status_code == 422  # without accounts
    with gateway.as_owner("root", Role.ADMIN):
        assert client.delete(f"{PATH}/تبریز?level=installation").status_code == 204
