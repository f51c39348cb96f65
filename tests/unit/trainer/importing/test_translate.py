"""Hostile and merely strange configs: every refusal names its key, and nothing a config says is done."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from pydantic import JsonValue

from services.trainer.recipes.importing.translate import MAX_CONFIG_BYTES, Translated, read_coqui_config, translate
from shared.contracts.errors import UnsafeCheckpoint
from tests.support.coqui import IPA_PHONEMES, Json, coqui_config, tiny_config


def changed(path: str, value: JsonValue) -> Json:
    config = coqui_config(tiny_config())
    inner = config
    *folders, name = path.split(".")
    for folder in folders:
        found = inner[folder]
        assert isinstance(found, dict)
        inner = found
    inner[name] = value
    return config


def read(tmp_path: Path, content: bytes) -> Translated:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    return read_coqui_config(path, language="fa")


def test_what_counts_is_taken_and_nothing_else() -> None:
    found = translate(coqui_config(tiny_config()), language="fa").config
    assert found == tiny_config()
    written = found.model_dump_json(by_alias=True)
    assert not [trace for trace in ("kaggle", "passwd", "example.org", "root") if trace in written]


def test_a_persian_voice_with_phonemes_as_they_are_published() -> None:
    config = coqui_config(tiny_config(), use_phonemes=True)
    config["characters"] = {
        "characters_class": IPA_PHONEMES, "pad": "<PAD>", "eos": "<EOS>", "bos": "<BOS>", "blank": "<BLNK>",
        "characters": "ءابتثجحخ", "punctuations": "!(),-.:;? ،؛؟\u200c<>", "phonemes": "ˈˌːpbtdqa0123",
        "is_unique": False, "is_sorted": True,
    }  # fmt: skip
    found = translate(config, language="fa")
    assert found.config.text_input == "phonemes"
    assert set(found.config.characters.characters) == set("ˈˌːpbtdqa0123")
    assert found.vocabulary.size == 4 + 13 + 16


REFUSED: list[tuple[str, JsonValue, str]] = [
    ("model", "tacotron2", "tacotron2"),
    ("model", None, "None"),
    ("audio", None, "audio"),
    ("model_args", [], "model_args"),
    ("characters", None, "characters"),
    ("characters.characters_class", "os.system", "characters_class"),
    ("characters.characters_class", "https://example.org/evil.Characters", "characters_class"),
    ("characters.characters_class", 7, "characters_class"),
    ("characters.characters", None, "characters.characters"),
    ("characters.characters", "x" * 100_000, "symbols"),
    ("characters.characters", "".join(map(chr, range(0x4E00, 0x4E00 + 500))), "characters"),
    ("characters.characters", {"a": 1}, "characters.characters"),
    ("characters.vocab_dict", ["a", "b"], "vocab_dict"),
    ("characters.pad", "p" * 9, "pad"),
    ("speakers_file", "/etc/passwd", "speakers_file"),
    ("model_args.speakers_file", "https://example.org/speakers.pth", "model_args.speakers_file"),
    ("model_args.d_vector_file", ["/etc/shadow"], "d_vector_file"),
    ("model_args.language_ids_file", "/etc/passwd", "language_ids_file"),
    ("use_speaker_embedding", True, "use_speaker_embedding"),
    ("model_args.use_speaker_embedding", "yes", "use_speaker_embedding"),
    ("model_args.num_speakers", 109, "num_speakers"),
    ("model_args.use_d_vector_file", True, "use_d_vector_file"),
    ("model_args.use_language_embedding", True, "use_language_embedding"),
    ("model_args.encoder_sample_rate", 16000, "encoder_sample_rate"),
    ("model_args.kernel_size_flow", 7, "kernel_size_flow"),
    ("model_args.dilation_rate_posterior_encoder", 2, "dilation_rate_posterior_encoder"),
    ("model_args.out_channels", 80, "out_channels"),
    ("add_blank", False, "add_blank"),
    ("enable_eos_bos_chars", True, "enable_eos_bos_chars"),
    ("use_phonemes", "true", "use_phonemes"),
    ("model_args.hidden_channels", 200_000_000, "model_args.hidden_channels"),
    ("model_args.hidden_channels", -192, "model_args.hidden_channels"),
    ("model_args.hidden_channels", float("nan"), "model_args.hidden_channels"),
    ("model_args.hidden_channels", "a lot", "model_args.hidden_channels"),
    ("model_args.hidden_channels", [[[]]], "model_args.hidden_channels"),
    ("model_args.hidden_channels", 10**400, "model_args.hidden_channels"),
    ("model_args.num_layers_flow", 10**9, "model_args.num_layers_flow"),
    ("model_args.resblock_type_decoder", "__import__('os')", "model_args.resblock_type_decoder"),
    ("model_args.upsample_rates_decoder", [2] * 5000, "model_args.upsample_rates_decoder"),
    ("model_args.upsample_rates_decoder", "8,8", "model_args.upsample_rates_decoder"),
    ("model_args.inference_noise_scale", float("inf"), "model_args.inference_noise_scale"),
    ("model_args.dropout_p_text_encoder", -0.5, "model_args.dropout_p_text_encoder"),
    ("audio.sample_rate", 10**12, "audio.sample_rate"),
    ("audio.sample_rate", 0, "audio.sample_rate"),
    ("audio.fft_size", 1 << 40, "audio.fft_size"),
    ("audio.hop_length", 128, "hop_length"),
    ("audio.num_mels", 2.5, "audio.num_mels"),
]


@pytest.mark.parametrize(("path", "value", "named"), REFUSED)
def test_what_is_refused_is_named(path: str, value: JsonValue, named: str) -> None:
    with pytest.raises(UnsafeCheckpoint, match=named) as refused:
        translate(changed(path, value), language="fa")
    assert len(refused.value.message) < 400


def test_no_module_is_imported_for_a_config() -> None:
    before = set(sys.modules)
    with pytest.raises(UnsafeCheckpoint):
        translate(changed("characters.characters_class", "antigravity.open"), language="fa")
    assert "antigravity" not in set(sys.modules) - before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("phoneme_cache_path", "/etc/passwd"),
        ("output_path", "https://example.org/"),
        ("datasets", [{"path": "/etc"}]),
        ("model_args.speaker_encoder_model_path", "https://example.org/encoder.pth"),
        ("audio.stats_path", "/etc/shadow"),
        ("text_cleaner", "os.system"),
    ],
)
def test_paths_and_addresses_are_dropped(path: str, value: JsonValue) -> None:
    assert translate(changed(path, value), language="fa").config == tiny_config()


@pytest.mark.parametrize("language", ["", "../..", "persian", "FA", "fa\n"])
def test_a_language_is_a_language(language: str) -> None:
    with pytest.raises(UnsafeCheckpoint, match="language"):
        translate(coqui_config(tiny_config()), language=language)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b"{", b"\x00\xff\xfe", b"PK\x03\x04", b"[" * 100_000, b'{"a":' * 40_000,
        b'{"model": "vits", "characters": {"characters": "\\ud800"}}',
    ],
)  # fmt: skip
def test_what_is_no_config_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnsafeCheckpoint):
        read(tmp_path, content)


def test_ten_megabytes_are_not_even_parsed(tmp_path: Path) -> None:
    content = json.dumps({**coqui_config(tiny_config()), "x": "y" * 10_000_000}).encode()
    started = time.monotonic()
    with pytest.raises(UnsafeCheckpoint, match=f"{MAX_CONFIG_BYTES:,} bytes"):
        read(tmp_path, content)
    assert time.monotonic() - started < 1
