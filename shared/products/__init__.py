"""Publishes checkpoints as products: servable folders below `models/local/`.

<name>/
  model.safetensors  config.json  …     the checkpoint's own files, without `state/`, `samples/` and `metrics.json`
  voice.json                            `VoiceInfo`, for a voice
  sokhan-model.json                     `ModelInfo`, for a text model in the Hub's layout

Imports no torch, because the trainer's supervisor and the gateway publish too.
"""

from shared.products.deployed import DEPLOYED, STARTS_HERE, Deployed, read_mark, remove_mark, write_mark
from shared.products.info import MODEL, VOICE, ModelInfo, Origin, VoiceInfo, read_info
from shared.products.publish import deploy, origin_of, publish

__all__ = [
    "DEPLOYED",
    "MODEL",
    "STARTS_HERE",
    "VOICE",
    "Deployed",
    "ModelInfo",
    "Origin",
    "VoiceInfo",
    "deploy",
    "origin_of",
    "publish",
    "read_info",
    "read_mark",
    "remove_mark",
    "write_mark",
]
