"""Speech from the synth service, streamed while it is synthesised."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from services.gateway.auth import CallerIdentity
from services.gateway.fair_use import FairUse
from services.gateway.speech.default_voice import DefaultVoice
from services.gateway.speech.encoding import EncodedSpeech, encode_speech
from services.gateway.speech.one_voice import allowed_voice, unknown_voice
from services.gateway.speech.schemas import PhonemizeRequest, SpeechRequest
from shared.audio import AudioFormat
from shared.bus import Bus, call, open_stream
from shared.contracts import subjects
from shared.contracts.errors import NotFound, TooLarge, Validation
from shared.contracts.rpc import ListVoices, Phonemize, Phonemized, Speak, Voice, VoiceList
from shared.contracts.voices import resolve_voice

_RPC_S = 10.0


class SpeechService:
    def __init__(
        self, bus: Bus, max_characters: int, fair_use: FairUse, default: DefaultVoice, *, silence: bool = False
    ) -> None:
        """`silence`: a text without speakable characters becomes audio of zero length."""
        self._bus = bus
        self._default = default
        self._max = max_characters
        self._fair_use = fair_use
        self._silence = silence

    async def speak(self, request: SpeechRequest, caller: CallerIdentity) -> EncodedSpeech:
        """Returns after the first audio, so that an earlier error has its own status. A key for one voice has only it.

        Raises `Validation` for nothing to say, `TooLarge`, `RateLimited`, `NotFound` for an unknown voice,
        `Unavailable`.
        """
        if not request.input.strip() and not self._silence:
            raise Validation("The input is empty: there is nothing to say.").about("input")
        if len(request.input) > self._max:
            raise TooLarge(
                f"The input has {len(request.input):,} characters; the limit is {self._max:,}.",
                hint="Split it, or raise SOKHAN_SPEECH_MAX_CHARACTERS.",
            ).about("input")
        owner = caller.owner
        await self._fair_use.may_speak(owner)
        voice = self._allowed_voice(request, caller)
        names = (voice,) if caller.voice is not None else await self._default.candidates(voice, owner)
        question = Speak(
            voice=names[0],
            text=request.input,
            speed=request.speed,
            seed=request.seed,
            speaker=request.speaker,
            language=request.language,
            lexicon=request.lexicon,
            reading=request.reading,
            timestamps=request.timestamps,
            owner=owner,
        )
        try:
            speech = await self._first_of(question, names, request.response_format)
        except NotFound as error:
            # The synth's hint names other voices, which a key for one voice must not.
            known = error if caller.voice is None else unknown_voice(request.who)
            raise known.about(error.param or _field_of(request)) from None
        try:
            await self._fair_use.spoken(owner, speech.characters)
        except BaseException:  # a store that does not answer, or a listener who has disconnected
            await speech.aclose()
            raise
        return speech

    async def _first_of(self, question: Speak, names: Sequence[str], format: AudioFormat) -> EncodedSpeech:
        """The speech of the first of these voices that there is. Raises `NotFound` of the last."""
        for name in names[:-1]:
            with suppress(NotFound):
                return await self._speech(question.model_copy(update={"voice": name}), format)
        return await self._speech(question.model_copy(update={"voice": names[-1]}), format)

    async def _speech(self, question: Speak, format: AudioFormat) -> EncodedSpeech:
        return await encode_speech(open_stream(self._bus, subjects.SPEAK, question), format)

    @staticmethod
    def _allowed_voice(request: SpeechRequest, caller: CallerIdentity) -> str:
        """The name for the synth. Raises `NotFound` for a voice other than that of the key."""
        try:
            return allowed_voice(request.who, caller)
        except NotFound as error:
            raise error.about(_field_of(request)) from None

    async def voices(self, caller: CallerIdentity) -> tuple[Voice, ...]:
        """The voices that the caller may use; with a key for one voice only that."""
        found = await self._list(ListVoices(owner=caller.owner))
        return tuple(voice for voice in found if caller.voice in {None, voice.id})

    async def voices_of_everybody(self) -> tuple[Voice, ...]:
        """All voices; `speaking` tells whether anybody listens. For a removal, not for an answer."""
        return await self._list(ListVoices(everybody=True))

    async def _list(self, request: ListVoices) -> tuple[Voice, ...]:
        return (await call(self._bus, subjects.VOICES, request, VoiceList, timeout=_RPC_S)).voices

    async def voice(self, id: str, caller: CallerIdentity) -> Voice:
        """Raises `NotFound`."""
        for voice in await self.voices(caller):
            if voice.id == id:
                return voice
        raise unknown_voice(id)

    async def voice_id(self, name: str, owner: str) -> str:
        """The canonical id of a voice that the owner may use, by any of its names. Raises `NotFound`."""
        matches = resolve_voice(name, await self.voices(CallerIdentity(owner)), owner)
        if len(matches) != 1:
            raise unknown_voice(name).about("voice")
        return matches[0].id

    async def phonemes_of(self, request: PhonemizeRequest, caller: CallerIdentity) -> Phonemized:
        """Raises `NotFound` for an unknown voice and for another than that of the caller's key, `Unavailable`."""
        voice = allowed_voice(request.voice, caller) if request.voice is not None else None
        try:
            question = Phonemize(input=request.input, owner=caller.owner, voice=voice, reading=request.reading)
            return await self.phonemize(question)
        except NotFound as error:
            known = error if caller.voice is None else unknown_voice(request.voice or "")
            raise known.about("voice") from None

    async def phonemize(self, question: Phonemize) -> Phonemized:
        """Raises `Validation` with an invalid line of the question's lexicon, `Unavailable`."""
        return await call(self._bus, subjects.PHONEMIZE, question, Phonemized, timeout=_RPC_S)


def _field_of(request: SpeechRequest) -> str:
    return "voice" if request.who == request.voice else "model"
