from __future__ import annotations

from cli.figures import error_rate, figures, percent, plain


def test_the_error_rate_is_that_of_letters_or_phonemes() -> None:
    assert error_rate({"quality_per": 0.5}) == 0.5
    assert error_rate({"quality_per": 0.5, "quality_cer": 0.2}) == 0.2
    assert error_rate({"val_loss": 3.0}) is None


def test_numbers_are_written_with_their_unit() -> None:
    assert (percent(0.1234), percent(None), plain(6.20512), plain(None)) == ("12.3 %", "", "6.205", "")


def test_all_figures_on_a_line() -> None:
    values = {"val_loss": 3.0, "quality_mcd": 6.5, "quality_per": 0.25, "quality_silence": 0.1}
    assert figures(values) == "per 25.0 %, mcd 6.5, silence 10.0 %"
    assert figures({"loss": 1.0}) == ""
