from __future__ import annotations

from cli.charts import chart


def test_a_falling_curve_falls_from_the_left_to_the_right() -> None:
    lines = chart({"loss": [(1, 8.0), (2, 4.0), (3, 0.5)]}, width=21, height=5).splitlines()
    assert lines[0].strip() == "8 ┤•"
    assert lines[4].endswith("•")
    assert lines[4].split("┤")[0].strip() == "0.5"
    assert lines[6].split() == ["1", "3"]
    assert lines[7].strip() == "• loss"


def test_what_cannot_be_drawn_is_no_crash() -> None:
    assert chart({}) == chart({"a": []}) == ""
    assert "•" in chart({"one": [(5, 1.0)]})
    assert "•" in chart({"flat": [(1, 0.0), (2, 0.0)]})
    assert "-3" in chart({"below zero": [(1, -3.0), (2, 100.0)]})
    assert "× b" in chart({"a": [(1, 1.0)], "b": [(1, 2.0)]})
