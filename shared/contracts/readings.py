"""The names of the ways in which the front-end reads words. A voice speaks with the one it was trained with."""

from __future__ import annotations

from typing import Literal

Reading = Literal["espeak/1", "fa/2"]
"""`espeak/1`: espeak-ng's phonemes; `fa/2`: with the models of ezafe and homographs too."""
OLDEST: Reading = "espeak/1"
NEWEST: Reading = "fa/2"
Source = Literal["signs", "request", "account", "installation", "words", "model", "espeak"]
"""Where a reading comes from, the highest authority first."""
