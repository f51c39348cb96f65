"""Versions of the reading of words: how the front-end turns them into phonemes. A voice speaks with its own."""

from __future__ import annotations

from typing import Literal

Reading = Literal["espeak/1", "fa/2"]
"""`espeak/1`: espeak-ng's phonemes, vowel signs and lexicons; `fa/2`: also the word list and the models."""
OLDEST: Reading = "espeak/1"
NEWEST: Reading = "fa/2"
Source = Literal["signs", "request", "account", "installation", "words", "model", "espeak"]
"""Where the IPA or the ezafe of a word comes from, the highest authority first."""
