"""Who fetches which bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.downloader.segments import MIN_SEGMENT_BYTES, Segments

MIB = 1024 * 1024


def test_shares_are_large_first_and_small_at_the_end() -> None:
    segments = Segments([(0, 500 * MIB)], 8)
    sizes = []
    while (segment := segments.take(0.0)) is not None:
        sizes.append(segment.left)
    assert sum(sizes) == 500 * MIB
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 500 * MIB // 16
    assert min(sizes) >= MIN_SEGMENT_BYTES // 2


def test_what_a_request_did_not_bring_is_to_be_had_again() -> None:
    segments = Segments([(0, 10 * MIB)], 1)
    first = segments.take(0.0)
    assert first is not None
    first.at += 1000
    end = first.end
    segments.give_back(first)
    again = segments.take(0.0)
    assert again is not None
    assert (again.at, again.end) == (1000, end)


def test_an_idle_connection_takes_half_of_the_slowest() -> None:
    segments = Segments([(0, 8 * MIB)], 1)
    taken = []
    while (segment := segments.take(0.0)) is not None:
        taken.append(segment)
    slow = max(taken, key=lambda s: s.left)
    for segment in taken:
        if segment is not slow:
            segment.at = segment.end
            segments.give_back(segment)
    assert segments.help(1.0) is None  # too early to tell that it is slow
    slow.at += 1000
    helper = segments.help(10.0)
    assert helper is not None
    assert slow.end == helper.at
    assert abs(helper.left - slow.left) <= 1


def test_nobody_helps_with_a_rest_that_is_not_worth_a_request() -> None:
    segments = Segments([(0, MIB)], 8)
    assert segments.take(0.0) is not None
    assert segments.help(10.0) is None


def test_a_server_without_ranges_gets_one_request_for_all_gaps() -> None:
    segments = Segments([(10, 20), (50, 60)], 8)
    segments.whole = True
    segment = segments.take(0.0)
    assert segment is not None
    assert (segment.at, segment.end) == (10, 60)
    assert segments.take(0.0) is None
    assert segments.help(10.0) is None


@given(st.data())
def test_every_byte_is_fetched_once_whatever_happens(data: st.DataObject) -> None:
    """Requests end early, helpers cut in, in any order: no byte is left out, and none is given to two at once."""
    size = data.draw(st.integers(1, 40 * MIB))
    segments = Segments([(0, size)], data.draw(st.integers(1, 16)))
    held = []
    fetched = 0
    for _ in range(200):
        if segments.done:
            break
        segment = segments.take(0.0) or segments.help(10.0)
        if segment is not None:
            held.append(segment)
        if held and (segment is None or data.draw(st.booleans())):
            one = held.pop(data.draw(st.integers(0, len(held) - 1)))
            brought = one.left if data.draw(st.booleans()) else one.left // 2
            one.at += brought
            fetched += brought
            segments.give_back(one)
    for one in held:
        fetched += one.left
        one.at = one.end
        segments.give_back(one)
    while (segment := segments.take(0.0)) is not None:
        fetched += segment.left
        segment.at = segment.end
        segments.give_back(segment)
    assert fetched == size
    assert segments.done
