"""Tiny text models with tokenizers of their own, and data sets to train them on: seconds on a CPU, no network."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

WORDS = (
    "سلام", "دنیا", "امروز", "فردا", "هوا", "باران", "آفتاب", "کتاب", "خانه", "مدرسه", "دوست", "مادر", "پدر", "شهر",
    "تهران", "شیراز", "خوب", "بد", "زیبا", "زشت", "بزرگ", "کوچک", "من", "تو", "او", "ما", "شما", "است", "بود", "شد",
    "رفت", "آمد", "دید", "گفت", "خواند", "نوشت", "روی", "زیر", "در", "از", "به", "با",
)  # fmt: skip
PHRASES = (
    "سلام دنیا", "هوا خوب است", "باران آمد", "او به مدرسه رفت", "مادر کتاب خواند", "شهر تهران بزرگ است",
    "پدر از خانه نوشت", "دوست من شیراز دید",
)  # fmt: skip
GOOD, BAD = ("خوب", "زیبا", "بزرگ"), ("بد", "زشت", "کوچک")


def write_bert(folder: Path, *, hidden: int = 32, layers: int = 2, seed: int = 0) -> Path:
    """A BERT of some 20,000 parameters at random, with a WordPiece vocabulary of whole words."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForMaskedLM

    vocabulary = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    _fast(
        tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=2 * hidden, max_position_embeddings=64, pad_token_id=0,
    )  # fmt: skip
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def write_mt5(folder: Path, *, hidden: int = 32, layers: int = 1, seed: int = 0) -> Path:
    """An mT5 of some 40,000 parameters at random, with a Unigram vocabulary of whole words and letters."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import MT5Config, MT5ForConditionalGeneration

    letters = sorted({letter for word in WORDS for letter in word})
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
    pieces += [(f"▁{word}", -2.0) for word in WORDS] + [(letter, -6.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    _fast(tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>").save_pretrained(folder)
    torch.manual_seed(seed)
    config = MT5Config(
        vocab_size=len(pieces), d_model=hidden, d_kv=hidden // 2, d_ff=2 * hidden, num_layers=layers, num_heads=2,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    MT5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def write_texts(folder: Path, count: int = 48) -> Path:
    """`train.txt`, two phrases a line: what is hidden of a phrase can be guessed from the rest of it."""
    pairs = [f"{first} {second}" for first in PHRASES for second in PHRASES if first != second]
    return _write(folder, "train.txt", random.Random(1).sample(pairs, count))


def write_classes(folder: Path, count: int = 48) -> Path:
    """`train.jsonl` with text and label: good words and bad ones."""
    rng = random.Random(2)
    rows = []
    for number in range(count):
        label, choice = ("مثبت", GOOD) if number % 2 else ("منفی", BAD)
        rows.append({"text": f"{sentence(rng)} {rng.choice(choice)}", "label": label})
    return _write(folder, "train.jsonl", [json.dumps(row, ensure_ascii=False) for row in rows])


def write_pairs(folder: Path, count: int = 48) -> Path:
    """`train.jsonl` with source and target: the target is the source's first two words."""
    rng = random.Random(3)
    sources = [sentence(rng) for _ in range(count)]
    rows = [{"source": source, "target": " ".join(source.split()[:2])} for source in sources]
    return _write(folder, "train.jsonl", [json.dumps(row, ensure_ascii=False) for row in rows])


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(3, 9)))


def _fast(tokenizer: object, **options: object) -> Any:
    import transformers

    wrapped: Any = transformers.PreTrainedTokenizerFast
    return wrapped(tokenizer_object=tokenizer, **options)


def _write(folder: Path, name: str, lines: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder
