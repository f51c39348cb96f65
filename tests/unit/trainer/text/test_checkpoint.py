"""Models that somebody else made: what is no safetensors, and what a configuration must not ask for, is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForMaskedLM

from shared.contracts.errors import SokhanError, UnsafeCheckpoint
from shared.pretrained import load_model, load_tokenizer
from tests.support.text_trials import Trials


@pytest.fixture
def bert(trials: Trials, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trials.bases["masked_lm"], tmp_path / "bert"))


def load(folder: Path) -> None:
    load_model(folder, AutoModelForMaskedLM, ("bert",))


def configure(folder: Path, changes: Mapping[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def test_pickled_weights_are_not_opened(bert: Path) -> None:
    model = AutoModelForMaskedLM.from_pretrained(bert)
    (bert / "model.safetensors").unlink()
    torch.save(model.state_dict(), bert / "pytorch_model.bin")
    with pytest.raises(UnsafeCheckpoint, match="pickled") as refused:
        load(bert)
    assert "safetensors" in str(refused.value.hint)


HOSTILE: dict[str, dict[str, object]] = {
    "more memory than there is": {"vocab_size": 2_000_000_000},
    "more layers than there is time": {"num_hidden_layers": 10**9},
    "another architecture": {"model_type": "llama"},
    "no architecture": {"model_type": None},
    "negative sizes": {"hidden_size": -8},
    "text for numbers": {"hidden_size": "__import__('os')"},
    "a list for numbers": {"num_attention_heads": [1]},
    "more labels than there is memory": {"num_labels": 30_000_000},
    "a list of layers": {"conv_dim": [512] * 100_000},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_configuration_is_refused(bert: Path, case: str) -> None:
    configure(bert, HOSTILE[case])
    with pytest.raises(UnsafeCheckpoint):
        load(bert)


@pytest.mark.parametrize("field", ["num_hidden_groups", "inner_group_num"])
def test_a_layer_for_each_of_another_field_is_refused_at_once(bert: Path, field: str) -> None:
    configure(bert, {"model_type": "albert", field: 10**9})
    with pytest.raises(UnsafeCheckpoint, match=field):
        load_model(bert, AutoModelForMaskedLM, ("albert",))


def test_what_would_load_code_is_left_out(bert: Path, tmp_path: Path) -> None:
    (bert / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    auto = {"AutoModelForMaskedLM": "evil.Model", "AutoConfig": "evil.Config"}
    configure(bert, {"auto_map": auto, "_attn_implementation": "someone/kernel", "quantization_config": {"x": 1}})
    load(bert)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_configuration_that_is_none_is_refused(bert: Path, content: bytes) -> None:
    (bert / "config.json").write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        load(bert)


@pytest.mark.parametrize("size", [0, 7, 100, 5000])
def test_weights_that_are_cut_off_are_refused(bert: Path, size: int) -> None:
    content = (bert / "model.safetensors").read_bytes()
    (bert / "model.safetensors").write_bytes(content[:size])
    with pytest.raises(UnsafeCheckpoint):
        load(bert)


def test_shards_elsewhere_are_refused(bert: Path) -> None:
    (bert / "model.safetensors").rename(bert.parent / "model.safetensors")
    index = {"metadata": {}, "weight_map": {"a": "../model.safetensors"}}
    (bert / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UnsafeCheckpoint, match="outside its folder"):
        load(bert)


def test_a_folder_without_a_tokenizer_is_refused(bert: Path) -> None:
    (bert / "tokenizer.json").unlink()
    (bert / "tokenizer_config.json").unlink()
    with pytest.raises(UnsafeCheckpoint, match="tokenizer"):
        load_tokenizer(bert)


@pytest.mark.parametrize("field", ["vocab", "vocab_file", "tokenizer_file", "gguf_file", "init_inputs", "model_kwargs"])
def test_a_tokenizer_does_not_read_the_files_of_this_machine(bert: Path, tmp_path: Path, field: str) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe-secret\n")
    named: object = {"init_inputs": [str(secret)], "model_kwargs": {"file": str(secret)}}.get(field, str(secret))
    (bert / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", field: named}))
    with pytest.raises(UnsafeCheckpoint, match=f"{field} of tokenizer_config.json names a file"):
        load_tokenizer(bert)


def test_another_version_of_a_tokenizer_is_in_the_folder(bert: Path) -> None:
    shutil.copy(bert / "tokenizer.json", bert.parent / "tokenizer.4.0.0.json")
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "fast_tokenizer_files": ["../tokenizer.4.0.0.json"]}
    (bert / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(UnsafeCheckpoint, match="outside the folder"):
        load_tokenizer(bert)


def test_a_path_of_another_machine_in_a_tokenizer_is_ignored(bert: Path) -> None:
    """Older exports have the path of the file that they were made from."""
    config = json.loads((bert / "tokenizer_config.json").read_text())
    config["tokenizer_file"] = "/home/someone/tokenizer.json"
    (bert / "tokenizer_config.json").write_text(json.dumps(config))
    assert "سلام" in load_tokenizer(bert).get_vocab()


def test_a_sentencepiece_model_alone_is_a_tokenizer(trials: Trials, tmp_path: Path) -> None:
    """google/mt5-small has spiece.model and no tokenizer.json."""
    import sentencepiece

    shutil.copy(trials.bases["seq2seq"] / "config.json", tmp_path)
    (tmp_path / "words").write_text("\n".join(f"سلام دنیا هوا خوب است {n}" for n in range(200)), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(tmp_path / "words"), model_prefix=str(tmp_path / "spiece"), vocab_size=40, pad_id=0, eos_id=1,
        unk_id=2, bos_id=-1, minloglevel=2,
    )  # fmt: skip
    tokenizer = load_tokenizer(tmp_path)
    assert len(tokenizer) >= 40
    tokens = tokenizer("سلام دنیا")["input_ids"]
    assert tokens[-1] == tokenizer.eos_token_id
    assert tokenizer.decode(tokens, skip_special_tokens=True) == "سلام دنیا"


def test_a_recipe_says_which_models_fit(trials: Trials) -> None:
    with pytest.raises(SokhanError, match="mt5"):
        trials.task("masked_lm", base=trials.bases["seq2seq"])
