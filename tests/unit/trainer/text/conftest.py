from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.support.text_models import write_bert, write_classes, write_mt5, write_pairs, write_texts
from tests.support.text_trials import Trials


@pytest.fixture(scope="session")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    root = tmp_path_factory.mktemp("text")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tiny matrices: a second thread only waits
    bert, mt5 = write_bert(root / "bert"), write_mt5(root / "mt5")
    yield Trials(
        {"masked_lm": bert, "classification": bert, "seq2seq": mt5},
        {
            "masked_lm": write_texts(root / "texts"),
            "classification": write_classes(root / "classes"),
            "seq2seq": write_pairs(root / "pairs"),
        },
    )
    torch.set_num_threads(threads)
