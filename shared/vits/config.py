"""`config.json` of a voice: an allow-list with bounds.

Coqui's own config can name a class to import (`characters_class`), files and URLs to open (`speakers_file`, …), and
sizes that exhaust memory. None of these has a field here, an unknown field is refused, and every number is bounded.
"""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, model_validator

from shared.contracts.errors import UnsafeCheckpoint
from shared.contracts.readings import OLDEST, Reading
from shared.contracts.sentences import sentence

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
_MAX_BYTES = 256 * 1024  # ours has 3 kB

MAX_HARMONIC_HOP = 512
"""Its transform is computed, not stored, and grows with the square of the hop: 34 MB at 512."""
MAX_FLOATS_PER_FRAME = 32_768
"""The widest layer of a HiFi-GAN decoder, in channels times samples for one frame; Coqui's has 8,192, Piper's 16,384.

A sentence of 8,000 frames takes 1 GB for a layer of this width.
"""

Size = Annotated[int, Field(ge=1, le=1024)]
Layers = Annotated[int, Field(ge=1, le=32)]
Kernel = Annotated[int, Field(ge=1, le=31)]
Few = Annotated[tuple[Kernel, ...], Field(min_length=1, max_length=8)]
StftSize = Literal[128, 256, 512, 1024, 2048]
Probability = Annotated[float, Field(ge=0.0, lt=1.0)]
TextInput = Literal["phonemes", "graphemes"]
SpeakerName = Annotated[str, StringConstraints(min_length=1, max_length=64)]

_OURS = {
    "decoder",
    "duration_rounding",
    "inference_length_scale",
    "channels_harmonic_decoder",
    "num_layers_harmonic_decoder",
    "discriminators",
    "channels_light_discriminators",
    "resolutions_light_discriminators",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, protected_namespaces=())


class Audio(_Strict):
    """Rates in Hz, windows and hops in samples."""

    sample_rate: Annotated[int, Field(ge=8000, le=48000)] = 22050
    fft_size: Literal[512, 1024, 2048] = 1024
    win_length: Annotated[int, Field(ge=64, le=2048)] = 1024
    hop_length: Annotated[int, Field(ge=32, le=1024)] = 256
    num_mels: Annotated[int, Field(ge=20, le=256)] = 80
    mel_fmin: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    mel_fmax: Annotated[float, Field(ge=1000.0, le=24000.0)] | None = None


class Architecture(_Strict):
    """Sizes of VITS by Coqui's names; the defaults are Coqui's.

    `decoder` and `discriminators` choose between Coqui's modules and those of `harmonic_decoder` and `discriminators`;
    the sizes of the module that is not chosen have no effect. Periods apply to both kinds of discriminators.

    `duration_rounding`: Coqui rounds the frames of each symbol up, which makes speech slower by half a frame a symbol;
    `running` carries the remainder to the next symbol. `inference_length_scale` multiplies the predicted durations.
    """

    hidden_channels: Size = 192
    hidden_channels_ffn_text_encoder: Annotated[int, Field(ge=1, le=4096)] = 768
    num_heads_text_encoder: Annotated[int, Field(ge=1, le=16)] = 2
    num_layers_text_encoder: Layers = 6
    kernel_size_text_encoder: Kernel = 3
    dropout_p_text_encoder: Probability = 0.1
    dropout_p_duration_predictor: Probability = 0.5
    num_layers_posterior_encoder: Layers = 16
    num_layers_flow: Layers = 4
    use_sdp: bool = True
    spec_segment_size: Annotated[int, Field(ge=4, le=256)] = 32
    resblock_type_decoder: Literal["1", "2"] = "1"
    resblock_kernel_sizes_decoder: Few = (3, 7, 11)
    resblock_dilation_sizes_decoder: Annotated[tuple[Few, ...], Field(min_length=1, max_length=8)] = ((1, 3, 5),) * 3
    upsample_rates_decoder: Few = (8, 8, 2, 2)
    upsample_kernel_sizes_decoder: Few = (16, 16, 4, 4)
    upsample_initial_channel_decoder: Annotated[int, Field(ge=8, le=1024)] = 512
    periods_multi_period_discriminator: Annotated[tuple[Kernel, ...], Field(max_length=8)] = (2, 3, 5, 7, 11)
    decoder: Literal["hifigan", "harmonic"] = "hifigan"
    channels_harmonic_decoder: Size = 256
    num_layers_harmonic_decoder: Layers = 6
    discriminators: Literal["hifigan", "light"] = "hifigan"
    channels_light_discriminators: Annotated[int, Field(ge=1, le=128)] = 8
    resolutions_light_discriminators: Annotated[tuple[StftSize, ...], Field(max_length=8)] = (1024, 512, 256)
    duration_rounding: Literal["ceil", "running"] = "ceil"
    inference_length_scale: Annotated[float, Field(ge=0.1, le=10.0)] = 1.0
    inference_noise_scale: Annotated[float, Field(ge=0.0, le=2.0)] = 0.667
    inference_noise_scale_dp: Annotated[float, Field(ge=0.0, le=2.0)] = 1.0

    @property
    def coqui_sizes(self) -> dict[str, JsonValue]:
        """The fields that Coqui knows."""
        return self.model_dump(mode="json", exclude=_OURS)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.hidden_channels % (2 * self.num_heads_text_encoder):
            raise ValueError("hidden_channels must be a multiple of twice the number of heads")
        if len(self.upsample_rates_decoder) != len(self.upsample_kernel_sizes_decoder):
            raise ValueError("every upsampling rate needs its kernel size")
        if any((k - u) < 0 or (k - u) % 2 for u, k in self.upsampling):
            raise ValueError("an upsampling kernel must exceed its rate by an even number")
        if self.upsample_initial_channel_decoder % (1 << len(self.upsample_rates_decoder)):
            raise ValueError("upsample_initial_channel_decoder must halve at every upsampling")
        if len(self.resblock_kernel_sizes_decoder) != len(self.resblock_dilation_sizes_decoder):
            raise ValueError("every residual block needs its dilations")
        # HiFi-GAN's blocks have three dilations or two; otherwise Coqui fails with an index error much later.
        expected = 3 if self.resblock_type_decoder == "1" else 2
        if any(len(dilations) != expected for dilations in self.resblock_dilation_sizes_decoder):
            raise ValueError(f"a residual block of type {self.resblock_type_decoder} needs {expected} dilations")
        if self.discriminators == "light" and not (
            self.periods_multi_period_discriminator or self.resolutions_light_discriminators
        ):
            raise ValueError("light discriminators need a period or a resolution")
        return self

    @property
    def floats_per_frame(self) -> int:
        """The widest layer of the HiFi-GAN decoder for one frame; the channels halve at every upsampling."""
        rates = self.upsample_rates_decoder
        channels = self.upsample_initial_channel_decoder
        return max((channels >> number) * prod(rates[:number]) for number in range(1, len(rates) + 1))

    @property
    def upsampling(self) -> tuple[tuple[int, int], ...]:
        """Rate and kernel size of each upsampling layer."""
        return tuple(zip(self.upsample_rates_decoder, self.upsample_kernel_sizes_decoder, strict=True))


class Symbols(_Strict):
    """The symbols of a voice, in the order of its embedding: pad, punctuations, letters, blank."""

    pad: Annotated[str, StringConstraints(min_length=1, max_length=8)] = "<PAD>"
    punctuations: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    characters: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        symbols = self.punctuations + self.characters
        if len(set(symbols)) != len(symbols) or self.pad in symbols:
            raise ValueError("a symbol must occur only once")
        return self


class VoiceConfig(_Strict):
    """`speakers` in the order of their embedding; none is a voice of one speaker."""

    model: Literal["vits"] = "vits"
    schema_: Literal["sokhan.voice-config/1"] = Field("sokhan.voice-config/1", alias="schema")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z]{2,4})?$")] = "fa"
    text_input: TextInput = "phonemes"
    reading: Reading = OLDEST
    """The reading that the voice was trained with. Configurations written before readings existed lack it."""
    audio: Audio = Audio()
    model_args: Architecture = Architecture()
    characters: Symbols
    speakers: Annotated[tuple[SpeakerName, ...], Field(max_length=2000)] = ()

    @model_validator(mode="after")
    def _one_hop_per_frame(self) -> Self:
        if self.model_args.decoder == "harmonic":
            if self.audio.hop_length % 2:
                raise ValueError("the decoder harmonic needs an even hop_length")
        elif prod(self.model_args.upsample_rates_decoder) != self.audio.hop_length:
            raise ValueError("the upsampling rates must multiply to hop_length")
        elif self.model_args.floats_per_frame > MAX_FLOATS_PER_FRAME:
            raise ValueError("the decoder's layers are too wide for its upsampling rates")
        if self.audio.win_length > self.audio.fft_size:
            raise ValueError("win_length must not exceed fft_size")
        if self.audio.hop_length > self.audio.fft_size:
            raise ValueError("hop_length must not exceed fft_size")
        if self.model_args.decoder == "harmonic" and self.audio.hop_length > MAX_HARMONIC_HOP:
            raise ValueError(f"the decoder harmonic needs a hop_length of at most {MAX_HARMONIC_HOP}")
        # Coqui mirrors the edges of a training segment by half of the rest of the window.
        segment = self.model_args.spec_segment_size * self.audio.hop_length
        if (self.audio.fft_size - self.audio.hop_length) // 2 >= segment:
            raise ValueError("spec_segment_size has too few samples for fft_size")
        if len(set(self.speakers)) != len(self.speakers):
            raise ValueError("a speaker must occur only once")
        return self


def read_config(folder: Path) -> VoiceConfig:
    """The configuration of a voice folder. Raises `UnsafeCheckpoint` if it has unknown fields or exceeds the bounds."""
    path = folder / CONFIG
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UnsafeCheckpoint(f"{CONFIG} has more than {_MAX_BYTES:,} bytes; it was not read.")
        return VoiceConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnsafeCheckpoint(f"There is no readable {CONFIG} in the voice's folder.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or CONFIG
        raise UnsafeCheckpoint(
            f"{CONFIG} of the voice is refused at “{where[:80]}”: {sentence(first)}.",
            hint="Only voices that Sokhan has trained or imported can be loaded.",
        ) from error


def write_config(folder: Path, config: VoiceConfig) -> None:
    (folder / CONFIG).write_text(config.model_dump_json(by_alias=True, indent=1), encoding="utf-8")


def with_length_scale(config: VoiceConfig, scale: float) -> VoiceConfig:
    """The configuration with another `inference_length_scale`."""
    sizes = config.model_args.model_copy(update={"inference_length_scale": round(scale, 4)})
    return config.model_copy(update={"model_args": sizes})
