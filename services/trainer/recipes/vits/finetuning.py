"""Fine-tuning a base voice: frozen parts, learning rates, and speakers for a base that has one."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

from services.trainer.recipes.vits.dataset import SpeechCorpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import measure
from shared.contracts.errors import Validation
from shared.vits.config import WEIGHTS, VoiceConfig
from shared.vits.model import is_of_speakers, load_weights

_LOG = logging.getLogger(__name__)
_LOOKED_AT = 50  # recordings; a data set of several rates mixes them early


def require_no_base(parameters: VitsParameters) -> None:
    """Raises `Validation` for parameters that have a meaning with a base voice only."""
    for name in ("freeze", "base_rate"):
        if getattr(parameters, name) != VitsParameters.model_fields[name].default:
            raise Validation(f"{name} needs a base voice.", hint=f"Name a base model, or leave {name} out.")


def load_base(network: torch.nn.Module, voice: Path) -> None:
    """Load a base voice. Layers for speakers that it lacks start without effect. Raises `UnsafeCheckpoint`."""
    with torch.no_grad():
        for name, weight in network.named_parameters():
            # The layers let nothing through at first (original1 is the direction of a weight-normalised one). The
            # embeddings stay random: equal ones would never differ.
            if is_of_speakers(name) and not name.startswith("emb_g.") and not name.endswith("original1"):
                weight.zero_()
    load_weights(network, voice / WEIGHTS, optional=is_of_speakers)


def freeze(weights: Mapping[str, torch.nn.Parameter], parameters: VitsParameters) -> None:
    """Freeze parts of the generator, by its weights' names. Raises `Validation` if nothing is left to train."""
    frozen = tuple(f"{part}." for part in parameters.frozen_parts)
    for name, weight in weights.items():
        weight.requires_grad_(not name.startswith(frozen))
    if not any(weight.requires_grad for weight in weights.values()):
        raise Validation("freeze leaves nothing to train.", hint="Leave a part out of freeze.")


def rate_groups(weights: Mapping[str, torch.nn.Parameter], base_rate: float) -> list[dict[str, Any]]:
    """Parameter groups with `scale`, the share of the learning rate: `base_rate` for the base's layers.

    All weights, also frozen ones, in their order: a checkpoint stores an optimizer's state by the parameter's number,
    and a run restored from it may have another `base_rate` or `freeze`.
    """
    groups: list[dict[str, Any]] = []
    for name, weight in weights.items():
        scale = 1.0 if is_of_speakers(name) else base_rate
        if not groups or groups[-1]["scale"] != scale:
            groups.append({"params": [], "scale": scale})
        groups[-1]["params"].append(weight)
    return groups


def warn_of_differences(config: VoiceConfig, parameters: VitsParameters, corpus: SpeechCorpus) -> None:
    """Log a warning where the base's reading or sample rate differs from the request and the recordings."""
    # A run's parameters are complete: only a value other than the default is certainly requested.
    requested = parameters.text_input != VitsParameters.model_fields["text_input"].default
    if requested and parameters.text_input != config.text_input:
        _LOG.warning("The base voice reads %s; text_input %s is ignored.", config.text_input, parameters.text_input)
    rate = config.audio.sample_rate
    rates = _rates(example.audio for example in corpus.train[:_LOOKED_AT])
    if not rates:
        return
    common, _ = rates.most_common(1)[0]
    if common < rate:
        _LOG.warning(
            "The recordings have %d Hz, the base voice %d Hz: above %d Hz the voice will lose what it has.",
            common, rate, common // 2,
        )  # fmt: skip
    elif common > rate:
        _LOG.warning("The recordings have %d Hz; the voice keeps its base's %d Hz.", common, rate)


def _rates(recordings: Iterable[Path]) -> Counter[int]:
    rates: Counter[int] = Counter()
    for path in recordings:
        try:
            rates[measure(path).sample_rate] += 1
        except UnreadableRecording:
            continue
    return rates
