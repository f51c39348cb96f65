"""A voice in the format of facebook/mms-tts-fas, small and untrained: it makes noise of the right kind."""

from __future__ import annotations

import json
from pathlib import Path


def write_mms_voice(folder: Path) -> None:
    import torch
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    letters = ["|", *"ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئ", " ", "_"]
    (folder / "vocab.json").write_text(json.dumps({letter: n for n, letter in enumerate(letters)}, ensure_ascii=False))
    tokenizer = VitsTokenizer(
        str(folder / "vocab.json"), pad_token="|", unk_token="_", language="fas", is_uroman=False, phonemize=False
    )
    torch.manual_seed(0)
    config = VitsConfig(
        vocab_size=len(letters), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, flow_size=16,
        spectrogram_bins=33, upsample_initial_channel=32, upsample_rates=[8, 8], upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3, 5]], prior_encoder_num_flows=1,
        posterior_encoder_num_wavenet_layers=1, depth_separable_num_layers=1, wavenet_dilation_rate=1,
        duration_predictor_flow_bins=4, duration_predictor_num_flows=1, prior_encoder_num_wavenet_layers=1,
    )  # fmt: skip
    VitsModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
