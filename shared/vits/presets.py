"""The presets of a voice's size, from a demonstration on a laptop to Coqui's default."""

from __future__ import annotations

from typing import Literal, get_args

from shared.contracts.readings import NEWEST
from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ
from shared.persian.punctuation import MARKS
from shared.vits.config import Architecture, Audio, Symbols, TextInput, VoiceConfig

PresetName = Literal["tiny", "small", "fast", "quality"]
PRESETS: tuple[PresetName, ...] = get_args(PresetName)

# The IPA that espeak-ng's voices use (Coqui's own list), and `1`: its Persian voice writes ق and غ as q1.
_IPA = (
    "abcdefhijklmnopqrstuvwxyzæçðøħŋœǀǁǂǃɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢʲˈˌːˑ˞βθχᵻⱱ"
    "g\u0303\u02b01"
)
_GRAPHEMES = LETTERS + TANWIN + HAMZA_ABOVE + ZWNJ + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PUNCTUATIONS = MARKS + " '"

# Piper's medium decoder: a third of the multiplications of Coqui's, and no upsampling step by 2.
_LIGHT_DECODER = {
    "resblock_type_decoder": "2",
    "resblock_kernel_sizes_decoder": (3, 5, 7),
    "resblock_dilation_sizes_decoder": ((1, 2), (2, 6), (3, 12)),
    "upsample_rates_decoder": (8, 8, 4),
    "upsample_kernel_sizes_decoder": (16, 16, 8),
}

_ARCHITECTURES: dict[PresetName, Architecture] = {
    # For tests and demonstrations: 0.3 s a step at batch 8 on two CPU cores. It learns to mumble, not to speak.
    "tiny": Architecture.model_validate(
        _LIGHT_DECODER
        | {
            "hidden_channels": 64,
            "hidden_channels_ffn_text_encoder": 128,
            "num_layers_text_encoder": 2,
            "num_layers_posterior_encoder": 4,
            "num_layers_flow": 2,
            "use_sdp": False,
            "spec_segment_size": 16,
            "upsample_initial_channel_decoder": 64,
            "periods_multi_period_discriminator": (),
        }
    ),
    # Learns to speak on a CPU: 0.5 s a step at batch 16 on two cores, 5.5 M parameters (docs/benchmarks.md, "A voice").
    "small": Architecture(
        hidden_channels=128,
        hidden_channels_ffn_text_encoder=256,
        num_layers_text_encoder=4,
        dropout_p_text_encoder=0.0,
        dropout_p_duration_predictor=0.2,
        num_layers_posterior_encoder=4,
        num_layers_flow=2,
        use_sdp=False,
        duration_rounding="running",
        decoder="harmonic",
        channels_harmonic_decoder=192,
        discriminators="light",
    ),
    # Speaks at a real-time factor of 0.1 on one CPU thread.
    "fast": Architecture.model_validate(_LIGHT_DECODER | {"upsample_initial_channel_decoder": 256}),
    "quality": Architecture(),
}


# 16 kHz has all that distinguishes phonemes, with a quarter fewer frames than 22050 Hz.
_AUDIO: dict[PresetName, Audio] = {
    "small": Audio(sample_rate=16000, fft_size=1024, win_length=800, hop_length=200),
}


def preset(name: PresetName, *, text_input: TextInput = "phonemes", language: str = "fa") -> VoiceConfig:
    """A new voice's configuration; 22050 Hz and hops of 256 samples, `small`: 16000 Hz and 200."""
    letters = _IPA if text_input == "phonemes" else _GRAPHEMES
    return VoiceConfig(
        language=language,
        text_input=text_input,
        reading=NEWEST,
        audio=_AUDIO.get(name, Audio()),
        model_args=_ARCHITECTURES[name],
        characters=Symbols(punctuations=_PUNCTUATIONS, characters=letters),
    )
