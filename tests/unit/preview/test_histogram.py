from __future__ import annotations

from array import array

import pytest

from shared.preview.histogram import histogram


def test_nothing_has_no_bins() -> None:
    assert histogram(array("f")).counts == ()


@pytest.mark.parametrize("values", [[3], [3, 3, 3], [1, 2], list(range(1000)), [1] * 500 + [10**6]])
def test_every_value_is_counted_once(values: list[int]) -> None:
    for whole in (False, True):
        found = histogram(array("I", values), whole=whole)
        assert sum(found.counts) == len(values)
        assert len(found.edges) == len(found.counts) + 1 <= 32
        assert list(found.edges) == sorted(set(found.edges))


def test_an_outlier_does_not_stretch_the_bins() -> None:
    values = array("f", [1.0 + index / 1000 for index in range(1000)] + [3600.0])
    found = histogram(values)
    assert found.edges[1] - found.edges[0] < 0.1
    assert found.edges[-1] == 3600


def test_lengths_have_whole_edges() -> None:
    found = histogram(array("I", range(5, 205)), whole=True)
    assert all(edge == int(edge) for edge in found.edges)
