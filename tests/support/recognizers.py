"""Tiny speech recognisers at random, with tokenizers of their own, as the Hub has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_LETTERS = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


def write_wav2vec2(folder: Path, *, seed: int = 0) -> Path:
    """A CTC model of some 50,000 parameters over Persian letters."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2ForCTC

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {symbol: number for number, symbol in enumerate(["<pad>", "<s>", "</s>", "<unk>", "|", *_LETTERS])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    made: Any = Wav2Vec2CTCTokenizer
    tokenizer = made(str(folder / "vocab.json"), pad_token="<pad>", word_delimiter_token="|")
    tokenizer.save_pretrained(folder)
    extractor: Any = Wav2Vec2FeatureExtractor
    extractor(sampling_rate=16000, do_normalize=True).save_pretrained(folder)
    torch.manual_seed(seed)
    config = Wav2Vec2Config(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        conv_dim=(16, 16, 16), conv_kernel=(10, 8, 8), conv_stride=(5, 8, 8), num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2, pad_token_id=0, mask_time_prob=0.0,
    )  # fmt: skip
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    return folder


def write_whisper(folder: Path, *, seed: int = 0) -> Path:
    """A Whisper of one layer, with a byte-level vocabulary and the special tokens of a multilingual model."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        GenerationConfig,
        PreTrainedTokenizerFast,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
    )

    made: Any = PreTrainedTokenizerFast
    extractor: Any = WhisperFeatureExtractor
    generation: Any = GenerationConfig
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|fa|>", "<|translate|>", "<|transcribe|>"]
    special.append("<|notimestamps|>")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*alphabet, *special])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    made(
        tokenizer_object=tokenizer, eos_token=special[0], pad_token=special[0], additional_special_tokens=special[1:]
    ).save_pretrained(folder)
    extractor(feature_size=80).save_pretrained(folder)
    torch.manual_seed(seed)
    end, start = vocabulary[special[0]], vocabulary[special[1]]
    config = WhisperConfig(
        vocab_size=len(vocabulary), d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_target_positions=48,
        pad_token_id=end, bos_token_id=end, eos_token_id=end, decoder_start_token_id=start,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config)
    model.generation_config = generation(
        decoder_start_token_id=start, eos_token_id=end, pad_token_id=end, bos_token_id=end, is_multilingual=True,
        lang_to_id={token: vocabulary[token] for token in ("<|en|>", "<|fa|>")},
        task_to_id={"translate": vocabulary["<|translate|>"], "transcribe": vocabulary["<|transcribe|>"]},
        no_timestamps_token_id=vocabulary["<|notimestamps|>"],
        suppress_tokens=[vocabulary[token] for token in special], begin_suppress_tokens=[end],
    )  # fmt: skip
    model.save_pretrained(folder)
    return folder
