"""What a run makes: a folder below `models/local/` that can be served, and how a checkpoint becomes one.

<name>/
  model.safetensors  config.json  …     the checkpoint's own files, without `state/`, `samples/` and `metrics.json`
  voice.json                            `VoiceInfo`, for a voice
  sokhan-model.json                     `ModelInfo`, for a text model in the Hub's layout

No torch: the trainer's supervisor and the gateway publish too.
"""

from shared.products.info import MODEL, VOICE, ModelInfo, Origin, VoiceInfo, read_info
from shared.products.publish import publish

__all__ = ["MODEL", "VOICE", "ModelInfo", "Origin", "VoiceInfo", "publish", "read_info"]
