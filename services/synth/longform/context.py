"""The context of a speech job's handler."""

from __future__ import annotations

from shared.contracts.kinds.speech import SpeechProgress, SpeechResult, SpeechSpec
from shared.jobs import JobContext

SpeechContext = JobContext[SpeechSpec, SpeechProgress, SpeechResult]
