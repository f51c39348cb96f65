from __future__ import annotations

import json

import pytest

from cli.console import SafeConsole
from cli.output import Output, count, duration, short, size


def output(as_json: bool = False) -> Output:
    return Output(as_json=as_json, talk=SafeConsole(stderr=True))


def test_a_table_is_aligned_and_never_cut_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["ns/short", "1.0 kB", "صدای مرد"], [f"ns/{'long' * 40}", "100.0 MB", "می‌خوانم"]]
    output().table([], ("id", ">size", "name"), rows, "none")
    head, first, second = capsys.readouterr().out.splitlines()
    assert first.index("1.0 kB") + len("1.0 kB") == second.index("100.0 MB") + len("100.0 MB")
    assert first.index("صدای") == second.index("می‌خوانم") == head.index("name")
    assert "long" * 40 in second


def test_what_looks_like_markup_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    output().table([], ("id",), [["[red]a[/red]"]], "none")
    assert "[red]a[/red]" in capsys.readouterr().out


def test_json_is_one_document_and_keeps_persian(capsys: pytest.CaptureFixture[str]) -> None:
    output(as_json=True).table([{"name": "صدا"}], ("name",), [["صدا"]], "none")
    said = capsys.readouterr().out
    assert "صدا" in said
    assert json.loads(said) == [{"name": "صدا"}]


def test_nothing_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    output().table([], ("id",), [], "Nothing is installed yet.")
    assert capsys.readouterr().out == "Nothing is installed yet.\n"


def test_numbers_are_for_a_person() -> None:
    assert (size(999), size(1_000_000), size(2_500_000_000)) == ("999 B", "1.0 MB", "2.50 GB")
    assert (duration(59.6), duration(3661)) == ("1:00", "1:01:01")
    assert (count(1, "file"), count(1200, "file")) == ("1 file", "1,200 files")
    assert (short("a" * 40), short(None)) == ("a" * 12, "–")
