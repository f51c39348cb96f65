"""No text is too strange: linear time, no error but `Validation`, and a second reading changes nothing."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.errors import Validation
from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon
from shared.persian.speakable import speakable
from tests.support.reading import reading

frontend = Frontend()
N = 200_000
UNITS = [
    "1", ".", "1.", "1,234", " ", "\u200c", " \u200c", "a", "a@", "a@a.", "www.", "https://", "% ", '."', "\n ",
    "\u0654", "-", "1-", "1 - ", "1/", "1/1", "1:", "10:30 ", "10:30-", "(", "((", "«", "`", "`a", "$", "$1", "1$",
    "۵۰ت ", "#", "#ا", "@", "@a", ":)", ":", ":-", "ا", "ب ب", "هه", "می ", "نمی می ", "ها ", "کتاب ها ", "تر ",
    "بزرگ تر ", "د. ", "د.", "ق.م.", "ق.", "ص. ", "ص. 1 ", "(ص)", "(ع ", "کد ", "کد 1", "تلفن ", "تلفن 1234 ", "+1 ",
    "+", "0912 ", "6037 ", "IR", "I", "X", "لویی X ", "قرن ", "1x", "1×", "1=", "+1", "a.", "A.", "a.com ", "a.com/",
    "a-", "A", "Aa", "e", "é", "'", "a'", "&", "a&", "½", "1½", "²", "1²", "°", "1°C", "1 km/", "1403/05/12 ",
    "1403/", "12 مرداد ", "5 می ", "Mar 1 ", "1.1.1 ", "v1", "نسخه 1.", "a_1", "\u0640", "\u064b", "😀", "!؟", "...",
    "…", "\x00", "\u202e", "و ", "\r\n", "1،", "،", "1٬234٬", "%1", "°1", "ب.ظ", "1 ب.ظ ", "1م", "1ام ", "1st", "(1",
    "1) ", "\n1- ب",
    "*1", "*1*", "*1#", "#1*", "٭", "1/2-", "1/2 - ", "کد 1-", "کد 1234 ", "کد 1234-", "سفارش 1234567890 ", "شماره ",
    "فشار 12/8 ", "فشار خون ", "نمره 1/20 ", "نمره ", "معدل ", "رم 8/128 ", "i7-13700K ", "طبقه 2-", "برداشت: 5-",
    "پرسپولیس 1-0 ", "پرسپولیس 1 - ", "ساعت 7/30 ", "ساعت 7/30-", "8:30-10 ", "8:30-", "1402-03 ", "ب.م.م ",
    "<", "<a ", "<b>", "</b>", "<!--", "<think>", "<a b=", "&", "&amp;", "&#", "[", "[a](", "[a](b.c ", "](", "![",
    "```",
    "```a\n", "~~", "~~a", "**", "**a", "_", "_a ", "|", "| a |\n", "$$", "$a", "\\(", "\\[a", "\\frac{", "- [x] ", "√",
    "x²",
    "x^", "x=", "(1", "1+(", "²", "①", "α", "α ", "1ـ", "ـ ", "1.000.", "1 000 ", "1'000", "1 1/2 ", "1e", "1e5 ",
    "1%- ",
    "US$ ", "C$1 ", "AB+ ", "A- ", "ببب", "اییی", "سسا", "= 1", "8)", "<3 ", "٪- ", "تفاضل 1", "1⁻", "₂", "→",
    "**** ", "1***", "xx", "xx1", "ک.پ ", "ک. پ. 1", "کد: ", "کد ب ب ", "12345 کد", "انقضا 1/", "انقضا: 2027/03 ",
    "قمری ",
    "1445/09/21 قمری ", "بقره 2:255 ", "(بقره", "(بقره: 1)", "@a.", "@ا", "ا.com ", "اا.", "xn--", "xn--a ", "سایت ا.",
    "ه ء",
    "ه.ا.", "بها ", "کتابها", "ترها", "بزرگتر", "1ونیم", "1و", "1/5 نفر", "ساعت 5/5 ", "g/100g", "L/", "خون A-",
    "14:22:00Z ", "12345678 (021)", "A-12345 ", "1/2 تا ", "5+ درصد ", "1 × ", "22بهمن",
]  # fmt: skip


LONG = [
    "1",
    ".",
    "1.",
    "1/",
    "1-",
    "1:",
    "1,234",
    "\u200c",
    " \u200c",
    " ",
    "a@",
    "a@a.",
    "www.",
    '"',
    '."',
    "(",
    "\n ",
    "می ",
    "ا",
]


@pytest.mark.timeout(90)
@pytest.mark.parametrize("unit", LONG)
@pytest.mark.siege
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    # Measured: 1 to 2 s, 4 s where 200,000 characters become 700,000; a quadratic pattern takes minutes.
    frontend.normalize((unit * (N // len(unit) + 1))[:N] + " ب")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [N // 100, pytest.param(N // 20, marks=pytest.mark.siege)])
@pytest.mark.parametrize("unit", UNITS)
def test_whatever_is_repeated_takes_linear_time_and_is_read_once(unit: str, size: int) -> None:
    # Measured: 0.2 s at most.
    frontend.sentences("ب\n" + unit * (size // len(unit) + 1) + " ب")
    reading(unit * 50 + " ب")


@pytest.mark.siege
def test_marks_in_the_wrong_order_take_linear_time() -> None:
    frontend.normalize("ا" + "\u0653" * (N // 2) + "\u0655" * (N // 2))


_PIECES = st.sampled_from([
    *UNITS, "1403", "5", "12.5", "021-88776655", "6037991812345678", "سلام", "رفته", "ام", "خانه", "ای", "علی",
    "«", "»", "؟", "روم",
    "*100*1#", "12/8", "فشار", "نمره", "20/20", "8/128", "1402-03", "کد", "1234-5678", "برداشت:", "5-", "5+",
    "پرسپولیس",
    "ترین", "های", "گزینه", "2-1", "بازی", "°C", "kg", "Google", "BBC", "http://a.ir/1", "a@b.ir", "XIV",
    "تومان", "هزار", "درصد", "/", "ـ",
    "<b>", "&nbsp;", "[a](http://b.c)", "**", "x²", "+", "=", "√", "π", "(", ")", "1,200/5", "1 000", "1.000.000",
    "2.5e-3",
    "خون", "A+", "سلااام", "سوسسسن", "کجاییی", "ببببین", "①", "CO₂", "×", "^", "1 1/2", "−3", "2٪-",
    "***", "6037", "xxxx", "انقضا:", "2027/03", "قمری", "1445/09/21", "بقره", "2:255", "@ali", "ایران.com", "ر.", "ب.",
    "کتابهای", "بزرگترین", "ونیم", "1/5", "نفر", "گروه خونی", "O-", "خانهء", "L/100km", "ک.پ", "رمز", "رقمی:", "تفاضل",
    "ه.ش", "ه.ش.", "م.", "(ره)", "ساعت", "T", "۰", "٫", "٬", "٪", "−", "\n", "\t", "ك", "ۀ", "ء",
])  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=14), st.sampled_from(["", " ", "\u200c", ". ", "."]))
def test_pieces_in_any_order_are_read_once(pieces: list[str], between: str) -> None:
    reading(between.join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    normalized = reading(text)
    try:
        sentences = frontend.sentences(text)
    except Validation:
        assert not speakable(normalized)
    else:
        assert sentences or not any(c.isalnum() for c in normalized)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=10))
def test_what_can_be_said_has_no_digit_and_no_latin_letter(pieces: list[str]) -> None:
    normalized = reading("سلام " + " ".join(pieces))
    assert not set(normalized) & set(string.ascii_letters + string.digits + "%$()«»@#&*+=/\\<>")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["سلام", "مهراباد", "کتاب\u200cها", "ها", "تر", "می", "روم", ".", "،", "رفته", "ام"]),
        max_size=12,
    )
)
def test_a_lexicon_keeps_it_so(words: list[str]) -> None:
    own = Frontend(lexicon=Lexicon.parse("مهراباد\tمهرآباد\nسلام\tدرود\nکتاب\u200cها\tکتب\nروم\tرم"))
    once = own.normalize(" ".join(words))
    assert own.normalize(once) == once
