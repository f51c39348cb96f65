"""Speech from the synth service, streamed while it is synthesised."""

from __future__ import annotations

from services.gateway.fair_use import FairUse
from services.gateway.speech.encoding import EncodedSpeech, encode_speech
from services.gateway.speech.schemas import SpeechRequest
from shared.bus import Bus, call, open_stream
from shared.contracts import subjects
from shared.contracts.errors import NotFound, TooLarge, Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.rpc import ListVoices, Phonemize, Phonemized, Speak, Voice, VoiceList
from shared.contracts.voices import resolve_voice

_RPC_S = 10.0


class SpeechService:
    def __init__(self, bus: Bus, max_characters: int, fair_use: FairUse, *, silence: bool = False) -> None:
        """`silence`: a text without speakable characters becomes audio of zero length."""
        self._bus = bus
        self._max = max_characters
        self._fair_use = fair_use
        self._silence = silence

    async def speak(self, request: SpeechRequest, owner: str) -> EncodedSpeech:
        """Returns after the first audio, so that an earlier error has its own status.

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
        await self._fair_use.may_speak(owner)
        question = Speak(
            voice=request.who,
            text=request.input,
            speed=request.speed,
            seed=request.seed,
            speaker=request.speaker,
            language=request.language,
            lexicon=request.lexicon,
            timestamps=request.timestamps,
            owner=owner,
        )
        try:
            speech = await encode_speech(open_stream(self._bus, subjects.SPEAK, question), request.response_format)
        except NotFound as error:
            raise (
                error if error.param else error.about("voice" if request.who == request.voice else "model")
            ) from None
        try:
            await self._fair_use.spoken(owner, speech.characters)
        except BaseException:  # a store that does not answer, or a listener who has disconnected
            await speech.aclose()
            raise
        return speech

    async def voices(self) -> tuple[Voice, ...]:
        return (await call(self._bus, subjects.VOICES, ListVoices(), VoiceList, timeout=_RPC_S)).voices

    async def voice(self, id: str) -> Voice:
        """Raises `NotFound`."""
        for voice in await self.voices():
            if voice.id == id:
                return voice
        raise NotFound(f"There is no voice {id[:80]}.", hint=Hint(Action.LIST_VOICES))

    async def voice_id(self, name: str, owner: str) -> str:
        """The canonical id of a voice that the owner may use, by any of its names. Raises `NotFound`."""
        del owner
        matches = resolve_voice(name, await self.voices())
        if len(matches) != 1:
            raise NotFound(f"There is no voice {name[:80]}.", hint=Hint(Action.LIST_VOICES)).about("voice")
        return matches[0].id

    async def phonemize(self, text: str) -> Phonemized:
        return await call(self._bus, subjects.PHONEMIZE, Phonemize(input=text), Phonemized, timeout=_RPC_S)
