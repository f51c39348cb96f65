"""The least change of a reading that makes it agree with the vowel signs of its word."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from shared.persian.readings.letter_sounds import steps
from shared.persian.readings.segments import Sounds, stress_anew
from shared.persian.readings.signed_word import Letter

# A segment that no letter explains stays; dearer than any step, so that letters are not passed over.
_UNEXPLAINED = 8
# Real words need half of these at most; without them a periodic word of 64 letters takes half a second.
_BEAM = 2 * _UNEXPLAINED
_MAX_PATHS = 6
_MAX_TAKEN = 4  # segments of one letter: both of a doubled consonant, a vowel and the n of a tanwin


@dataclass(frozen=True, slots=True)
class _Path:
    """A reading of the letters up to here. `part`: the part of the word that the last segments belong to."""

    cost: int
    given: Sounds = ()
    taken: Sounds = ()
    part: int = 0
    before: _Path | None = None


_States = dict[tuple[int, str], _Path]  # by the place in the reading and the sign that is pending


def fit(letters: list[Letter], reading: Sounds) -> Sounds:
    """The reading, changed where the signs contradict it. Linear in the length of the word, for its beam."""
    states: _States = {(0, ""): _Path(0)}
    for index, letter in enumerate(letters):
        _pass_over(states, reading, letter.part)
        best = sorted(states.items(), key=lambda item: item[1].cost)[:_MAX_PATHS]
        following: _States = {}
        for (place, pending), path in best:
            if path.cost > best[0][1].cost + _BEAM:
                break
            rest = reading[place : place + _MAX_TAKEN]
            for step in steps(letters, index, pending, rest, trusted=bool(reading)):
                end = place + step.taken
                new = _Path(path.cost + step.cost, step.given, reading[place:end], letter.part, path)
                _keep(following, (end, step.pending), new)
        states = following
    if letters:
        # espeak-ng says the name of a single letter, «م» is mim; with a sign it is a syllable.
        last = letters[-1]
        _pass_over(states, reading, last.part, drop=last.first and bool(last.vowel))
    whole = states.get((len(reading), ""))
    return _joined(whole) if whole is not None else reading


def _keep(states: _States, state: tuple[int, str], path: _Path) -> None:
    known = states.get(state)
    if known is None or path.cost < known.cost:
        states[state] = path


def _pass_over(states: _States, reading: Sounds, part: int, *, drop: bool = False) -> None:
    for place in range(len(reading)):
        path = states.get((place, ""))
        if path is not None:
            segment = reading[place : place + 1]
            _keep(
                states, (place + 1, ""), _Path(path.cost + _UNEXPLAINED, () if drop else segment, segment, part, path)
            )


def _joined(last: _Path) -> Sounds:
    """The segments of a path; a part with more or fewer vowels than before has its stress anew."""
    path: _Path | None = last
    chain: list[_Path] = []
    while path is not None:
        chain.append(path)
        path = path.before
    joined: Sounds = ()
    for _, group in groupby(reversed(chain), key=lambda path: path.part):
        paths = list(group)
        given = tuple(segment for path in paths for segment in path.given)
        taken = tuple(segment for path in paths for segment in path.taken)
        stressed = any(segment.stress for segment in given)
        if _vowels(given) != _vowels(taken) or (not stressed and any(segment.stress for segment in taken)):
            given = stress_anew(given)
        joined += given
    return joined


def _vowels(segments: Sounds) -> int:
    return sum(segment.is_vowel for segment in segments)
