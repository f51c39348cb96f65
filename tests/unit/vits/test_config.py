"""A stranger's config.json can do nothing but describe sizes within bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import VoiceConfig, read_config, write_config
from shared.vits.presets import PRESETS, preset

Json = dict[str, object]
GOOD: Json = json.loads(preset("fast").model_dump_json(by_alias=True))


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("text_input", ["phonemes", "graphemes"])
def test_presets_survive_the_disk(tmp_path: Path, name: str, text_input: str) -> None:
    config = preset(name, text_input=text_input)  # type: ignore[arg-type]
    write_config(tmp_path, config)
    assert read_config(tmp_path) == config


def test_the_scanner_recognises_it() -> None:
    assert GOOD["model"] == "vits"
    assert isinstance(GOOD["audio"], dict)
    assert "model_type" not in GOOD


def test_it_names_no_class_no_path_and_no_address() -> None:
    text = preset("quality").model_dump_json()
    assert "TTS" not in text
    assert "://" not in text
    assert "class" not in text


def changed(path: str, value: object) -> Json:
    config: Json = json.loads(json.dumps(GOOD))
    *parents, last = path.split(".")
    place = config
    for parent in parents:
        place = place[parent]  # type: ignore[assignment]
    place[last] = value
    return config


HOSTILE: list[tuple[str, object]] = [
    ("characters.characters_class", "os.system"),
    ("characters_class", "subprocess.Popen"),
    ("model", "xtts"),
    ("model", "TTS.tts.models.xtts.Xtts"),
    ("speakers_file", "https://example.com/speakers.pth"),
    ("model_args.speakers_file", "http://169.254.169.254/latest/meta-data"),
    ("model_args.d_vector_file", "/etc/passwd"),
    ("model_args.speaker_encoder_model_path", "https://example.com/x.pth"),
    ("model_args.speaker_encoder_config_path", "file:///etc/passwd"),
    ("model_args.language_ids_file", "/etc/passwd"),
    ("audio.stats_path", "/etc/passwd"),
    ("phoneme_cache_path", "/tmp/x"),
    ("output_path", "/"),
    ("phonemizer", "espeak"),
    ("text_cleaner", "__import__"),
    ("model_args.hidden_channels", 10**9),
    ("model_args.hidden_channels", 0),
    ("model_args.hidden_channels", -192),
    ("model_args.hidden_channels", "192; import os"),
    ("model_args.num_layers_flow", 10**6),
    ("model_args.num_layers_text_encoder", 33),
    ("model_args.upsample_initial_channel_decoder", 10**6),
    ("model_args.upsample_rates_decoder", [8] * 1000),
    ("model_args.upsample_rates_decoder", [8, 8, 8]),  # no longer the hop length
    ("model_args.upsample_rates_decoder", []),
    ("model_args.upsample_kernel_sizes_decoder", [16, 16]),
    ("model_args.resblock_type_decoder", "3"),
    ("model_args.resblock_dilation_sizes_decoder", [[1]]),
    ("model_args.periods_multi_period_discriminator", [2] * 9),
    ("model_args.inference_noise_scale", float("inf")),
    ("audio.sample_rate", 10**12),
    ("audio.fft_size", 2**30),
    ("audio.num_mels", 10**6),
    ("audio.hop_length", 0),
    ("characters.characters", "ا" * 100_000),
    ("characters.characters", "aa"),
    ("characters.pad", "a" * 100),
    ("text_input", "../../../etc/passwd"),
    ("language", "fa; rm -rf /"),
    ("schema", "sokhan.voice-config/2"),
    ("audio", None),
    ("model_args", []),
]


@pytest.mark.parametrize(("path", "value"), HOSTILE)
def test_a_hostile_config_is_refused_and_named(tmp_path: Path, path: str, value: object) -> None:
    (tmp_path / "config.json").write_text(json.dumps(changed(path, value)), encoding="utf-8")
    with pytest.raises(UnsafeCheckpoint) as refused:
        read_config(tmp_path)
    assert len(refused.value.message) < 400


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model_args.resolutions_light_discriminators", []),  # without a period either, nothing is left to train
        ("model_args.resolutions_light_discriminators", [1000]),
        ("model_args.channels_light_discriminators", 10**6),
        ("model_args.channels_harmonic_decoder", 10**6),
        ("model_args.num_layers_harmonic_decoder", 10**6),
        ("model_args.inference_length_scale", 1e9),
        ("audio.hop_length", 201),
    ],
)
def test_the_modules_of_small_have_bounds(tmp_path: Path, path: str, value: object) -> None:
    config = preset("small").model_dump(mode="json", by_alias=True)
    config["model_args"]["periods_multi_period_discriminator"] = []
    VoiceConfig.model_validate(config)
    section, name = path.split(".")
    config[section][name] = value
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(UnsafeCheckpoint):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("audio", "sizes", "reason"),
    [
        ({}, {"discriminators": "light", "periods_multi_period_discriminator": [],
              "resolutions_light_discriminators": []}, "need a period"),
        ({"fft_size": 512, "win_length": 512, "hop_length": 1024}, {}, "hop_length must not exceed"),
        ({"fft_size": 2048, "hop_length": 32}, {"spec_segment_size": 4}, "too few samples"),
    ],
)  # fmt: skip
def test_sizes_that_fail_in_the_first_step_are_refused(
    audio: dict[str, object], sizes: dict[str, object], reason: str
) -> None:
    small: Json = json.loads(preset("small").model_dump_json(by_alias=True))
    changes = {"audio": {**small["audio"], **audio}, "model_args": {**small["model_args"], **sizes}}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=reason):
        VoiceConfig.model_validate({**small, **changes})


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[" * 100_000, b"\xff\xfe", b'{"model": "vits"'])
def test_a_broken_config_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        read_config(tmp_path)


def test_a_huge_config_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "config.json").open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(UnsafeCheckpoint, match="bytes"):
        read_config(tmp_path)


def test_no_config(tmp_path: Path) -> None:
    with pytest.raises(UnsafeCheckpoint, match=r"no readable config\.json"):
        read_config(tmp_path)
