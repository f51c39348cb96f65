"""What is a heading, and what only begins with the word."""

from __future__ import annotations

import time

import pytest

from services.synth.longform.chapters import MOST, Chapter, split_chapters


def titles(text: str) -> list[str]:
    return [chapter.title for chapter in split_chapters(text)]


@pytest.mark.parametrize(
    "line",
    [
        "فصل اول",
        "فصل ۱",
        "فصل 12",
        "فصل یکم: آغاز راه",
        "فصل بیست و یکم",
        "فصل دوم – بازگشت به خانه",
        "بخش سوم",
        "بخش پایانی",
        "گفتار نخست",
        "گفتار چهارم. در آداب سفر",
        "فصل اول:",
        "Chapter 1",
        "CHAPTER IV.",
        "Chapter Twenty-One",
        "Chapter 3: The Return",
        "  فصل پنجم  ",
    ],
)
def test_a_numbered_heading_stands_before_its_text(line: str) -> None:
    assert split_chapters(f"{line}\nمتن نخست.\n") == [Chapter(line.strip(), "متن نخست.\n")]
    assert titles(f"پیش از آن.\n\n{line}\nمتن.") == ["", line.strip()]


@pytest.mark.parametrize(
    ("line", "title"),
    [("# آغاز", "آغاز"), ("## آغاز ##", "آغاز"), ("###### Ending", "Ending"), ("   # آغاز", "آغاز")],
)
def test_a_markdown_heading_needs_no_empty_line(line: str, title: str) -> None:
    assert split_chapters(f"متن.\n{line}\nمتن دیگر.") == [Chapter("", "متن."), Chapter(title, "متن دیگر.")]


@pytest.mark.parametrize(
    "text",
    [
        "یک.\n\nفصل بهار\n\nدو.",
        "یک.\n\nفصل: سرآغاز\n\nدو.",
    ],
)
def test_a_heading_without_a_number_stands_alone(text: str) -> None:
    assert len(titles(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "فصل بهار بود و هوا خوش.",
        "یک.\n\nفصل بهار آمد.\n\nدو.",
        "یک.\n\nفصل بهار بود\nو هوا خوش.",
        "یک،\nفصل اول\nدو.",
        "یک.\n\nفصل اول کتاب را دیشب خواندم.\n\nدو.",
        "یک.\n\nفصلی از کتاب\n\nدو.",
        "یک.\n\nبخشش\n\nدو.",
        "یک.\n\nفصل اول " + "دراز " * 30 + "\n\nدو.",
        "#بدون فاصله\nدو.",
        "####### هفت\nدو.",
        "#\nدو.",
        "Chapter one of the book was read by all.",
        "",
    ],
)
def test_a_sentence_is_no_heading(text: str) -> None:
    assert split_chapters(text) == [Chapter("", text)]


def test_form_feeds_part_a_text_without_headings() -> None:
    assert split_chapters("یک.\fدو.\f \f") == [Chapter("", "یک."), Chapter("", "دو.")]


def test_pages_of_a_text_with_headings_are_no_chapters() -> None:
    assert titles("فصل اول\nیک.\f\nفصل دوم\nدو.\fسه.") == ["فصل اول", "فصل دوم"]
    assert titles("فصل اول\nیک.\n\fفصل دوم\nدو.") == ["فصل اول", "فصل دوم"]


def test_line_ends_of_other_systems_are_line_ends() -> None:
    assert titles("فصل اول\r\n\r\nیک.\r\n\r\nفصل دوم\r\n\r\nدو.") == ["فصل اول", "فصل دوم"]
    assert titles("فصل اول\rیک.\r\rفصل دوم\rدو.") == ["فصل اول", "فصل دوم"]


def test_a_list_of_headings_is_a_text() -> None:
    text = "\n".join(f"# {number}" for number in range(MOST + 1))
    assert split_chapters(text) == [Chapter("", text)]


@pytest.mark.parametrize("text", ["# " * 200_000, "فصل " * 200_000, "\n# " * 100_000, "فصل و و " * 12 + "\n" * 300_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    started = time.perf_counter()
    split_chapters(text)
    assert time.perf_counter() - started < 5
