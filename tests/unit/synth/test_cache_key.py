"""Whether two requests share a cached sentence."""

from __future__ import annotations

from services.synth.pipeline import SynthesisOptions, _key
from services.synth.voices import ResolvedVoice
from shared.contracts.rpc import Voice
from shared.persian.frontend import Frontend

VOICE = ResolvedVoice(
    Voice(id="ns/a", name="a", language="fa", engine="piper", sample_rate=16000, source="hub"), None, "1"
)
OPTIONS = SynthesisOptions(Frontend())


def test_accounts_do_not_share_sentences() -> None:
    assert _key(VOICE, "سلام", OPTIONS, "sara") == _key(VOICE, "سلام", OPTIONS, "sara")
    assert _key(VOICE, "سلام", OPTIONS, "sara") != _key(VOICE, "سلام", OPTIONS, "ali")


def test_an_installation_without_accounts_has_one_cache_in_both_modes() -> None:
    assert _key(VOICE, "سلام", OPTIONS, "local") == _key(VOICE, "سلام", OPTIONS, "owner")
    assert _key(VOICE, "سلام", OPTIONS, "local") != _key(VOICE, "سلام", OPTIONS, "sara")
