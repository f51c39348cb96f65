"""Builds Coqui's VITS from a `VoiceConfig`; loads and saves its weights as safetensors only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

import torch
from pydantic import JsonValue
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.compat import BaseAudioConfig, CharactersConfig, Vits, VitsArgs, VitsConfig
from shared.vits.config import VoiceConfig
from shared.vits.discriminators import Discriminators
from shared.vits.harmonic_decoder import HarmonicDecoder
from shared.vits.tokens import Tokenizer

_DISCRIMINATOR = "disc."

Batch = dict[str, object]


Layer = Callable[..., torch.Tensor]


class DurationPredictor(Protocol):
    """One of Coqui's duration predictors; the attributes are those of the stochastic one."""

    pre: Layer
    convs: Layer
    proj: Layer
    cond: Layer
    flows: Sequence[Layer]

    def __call__(
        self, x: torch.Tensor, x_mask: torch.Tensor, *, g: torch.Tensor | None, lang_emb: None
    ) -> torch.Tensor: ...


class NetworkArguments(Protocol):
    use_sdp: bool
    use_speaker_embedding: bool
    speaker_embedding_channels: int
    condition_dp_on_speaker: bool


class Network(Protocol):
    """The part of `TTS.tts.models.vits.Vits`, a `torch.nn.Module`, that Sokhan uses."""

    args: NetworkArguments
    duration_predictor: DurationPredictor
    flow: Layer
    waveform_decoder: Layer
    emb_g: Layer
    disc: Layer
    length_scale: float
    carries_remainders: bool
    inference_noise_scale: float
    inference_noise_scale_dp: float

    @property
    def device(self) -> torch.device: ...

    def text_encoder(
        self, x: torch.Tensor, x_lengths: torch.Tensor, *, lang_emb: None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]: ...
    def train_step(
        self, batch: Batch, criterion: torch.nn.Module, optimizer_idx: int
    ) -> tuple[object, Mapping[str, object]]: ...
    def format_batch(self, batch: Batch) -> Batch: ...
    def format_batch_on_device(self, batch: Batch) -> Batch: ...
    def get_criterion(self) -> Sequence[torch.nn.Module]: ...


class _Vits(Vits):  # type: ignore[misc]
    """Coqui's network, with the loss of a decoder that predicts the pitch."""

    def train_step(
        self, batch: Batch, criterion: torch.nn.Module, optimizer_idx: int
    ) -> tuple[Mapping[str, object], dict[str, object]]:
        decoder = self.waveform_decoder
        if isinstance(decoder, HarmonicDecoder):
            decoder.keeps_pitch = True
        outputs, losses = super().train_step(batch, criterion, optimizer_idx)
        if optimizer_idx == 1 and isinstance(decoder, HarmonicDecoder):
            losses["loss_pitch"] = decoder.pitch_loss(outputs["waveform_seg"])
            losses["loss"] = losses["loss"] + losses["loss_pitch"]
        return outputs, losses


def build(config: VoiceConfig, *, seed: int, discriminator: bool = False) -> torch.nn.Module:
    """A `Network` with random weights, the same for the same seed. Seeds torch's global generator."""
    torch.manual_seed(seed)
    module = cast("torch.nn.Module", _Vits(_coqui_config(config, discriminator=discriminator)))
    network, sizes = cast("Network", module), config.model_args
    if sizes.decoder == "harmonic":
        network.waveform_decoder = HarmonicDecoder(
            sizes.hidden_channels,
            hop=config.audio.hop_length,
            rate=config.audio.sample_rate,
            channels=sizes.channels_harmonic_decoder,
            layers=sizes.num_layers_harmonic_decoder,
            speaker_channels=network.args.speaker_embedding_channels if config.speakers else 0,
        )
    network.length_scale = sizes.inference_length_scale
    network.carries_remainders = sizes.duration_rounding == "running"
    if discriminator and sizes.discriminators == "light":
        network.disc = Discriminators(
            sizes.periods_multi_period_discriminator,
            sizes.resolutions_light_discriminators,
            sizes.channels_light_discriminators,
        )
    return module


def generator_state(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {k: v for k, v in module.state_dict().items() if not k.startswith(_DISCRIMINATOR)}


def discriminator_state(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {k: v for k, v in module.state_dict().items() if k.startswith(_DISCRIMINATOR)}


def save_tensors(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, path)


def is_of_speakers(name: str) -> bool:
    """Whether a weight of the generator depends on speakers, by its name: a voice of one speaker lacks it."""
    return name.startswith(("emb_g.", "waveform_decoder.speaker.")) or ".cond." in name or ".cond_layer." in name


def load_weights(module: torch.nn.Module, *paths: Path, optional: Callable[[str], bool] = lambda _name: False) -> None:
    """Load weights into the module. Raises `UnsafeCheckpoint` unless the files hold the generator's tensors and shapes.

    The discriminator may be missing, a published voice has none; so may weights that are `optional` by their name.
    """
    tensors: dict[str, torch.Tensor] = {}
    try:
        for path in paths:
            tensors |= load_file(path)
        missing, unexpected = module.load_state_dict(tensors, strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UnsafeCheckpoint(f"The weights do not fit their configuration: {str(error)[:200]}") from error
    wrong = [*unexpected, *(name for name in missing if not (name.startswith(_DISCRIMINATOR) or optional(name)))]
    if wrong:
        raise UnsafeCheckpoint(f"The weights do not fit their configuration; the first that differs is {wrong[0]}.")


def _coqui_config(config: VoiceConfig, *, discriminator: bool) -> object:
    """Coqui's configuration. It gets numbers only; fields for files, URLs and classes are set here or stay empty."""
    sizes = config.model_args.coqui_sizes
    if config.model_args.decoder == "harmonic":
        sizes |= _smallest_hifigan(config.audio.hop_length)
    arguments = VitsArgs(
        **sizes,
        num_chars=Tokenizer(config.characters).count,
        out_channels=config.audio.fft_size // 2 + 1,
        init_discriminator=discriminator and config.model_args.discriminators == "hifigan",
        use_speaker_embedding=bool(config.speakers),
    )
    return VitsConfig(
        model_args=arguments,
        audio=BaseAudioConfig(**config.audio.model_dump()),
        characters=CharactersConfig(
            characters_class="TTS.tts.models.vits.VitsCharacters",
            pad=config.characters.pad,
            punctuations=config.characters.punctuations,
            characters=config.characters.characters,
            phonemes=None,
        ),
        speakers=list(config.speakers),
        use_phonemes=False,
        text_cleaner=None,
        add_blank=True,
    )


def _smallest_hifigan(hop: int) -> dict[str, JsonValue]:
    """Sizes of the decoder that Coqui builds before it is replaced."""
    return {
        "resblock_type_decoder": "2",
        "resblock_kernel_sizes_decoder": [3],
        "resblock_dilation_sizes_decoder": [[1, 2]],
        "upsample_rates_decoder": [hop],
        "upsample_kernel_sizes_decoder": [hop],
        "upsample_initial_channel_decoder": 2,
    }
