"""The synth's composition root."""

from __future__ import annotations

from services.synth.engines import load_espeak, load_folder
from services.synth.engines.protocol import SpeakingVoice
from services.synth.pool import ModelPool
from services.synth.speaking import Speaking
from services.synth.voices import FoundVoice, VoiceBook
from shared.bus import serve, serve_stream
from shared.contracts import subjects
from shared.contracts.rpc import ListVoices, Phonemize, Speak, VoiceList
from shared.files import DataTree
from shared.persian import Frontend
from shared.service import Service

_QUEUE = "synth"
_AT_ONCE = 2


def load(found: FoundVoice) -> SpeakingVoice:
    """Blocking: the first Coqui voice imports torch."""
    return load_espeak() if found.folder is None else load_folder(found.folder)


async def main(service: Service) -> None:
    settings, bus = service.settings, service.bus
    tree = DataTree(settings.data.absolute())
    book = VoiceBook(service.store, tree)
    pool = ModelPool(load, settings.voices_memory_bytes)
    speaking = Speaking(book, pool, Frontend(), _AT_ONCE)

    async def voices(_: ListVoices) -> VoiceList:
        now = pool.speaking
        found = [voice.voice for voice in await book.list()]
        return VoiceList(voices=tuple(voice.model_copy(update={"speaking": voice.id in now}) for voice in found))

    if not await bus.ready_before(service.stop):
        return
    await serve_stream(bus, subjects.SPEAK, Speak, speaking.speak, queue=_QUEUE)
    await serve(bus, subjects.VOICES, ListVoices, voices, queue=_QUEUE)
    await serve(bus, subjects.PHONEMIZE, Phonemize, speaking.phonemize, queue=_QUEUE)
    await service.stop.wait()
