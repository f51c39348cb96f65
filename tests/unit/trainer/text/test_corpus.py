"""From folders to samples: columns, labels, layouts, what is left out and said, what lies on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from services.trainer.recipes.text.classification import label_name, ordered
from services.trainer.recipes.text.encode import Texts
from services.trainer.recipes.text.targets import take_pair, take_squad
from services.trainer.recipes.text.task import TextTask
from shared.contracts.errors import BadDataset
from shared.files import remove_tree
from shared.text import Row
from tests.support.text_trials import Trials, run


def write(folder: Path, rows: Sequence[Mapping[str, object]], name: str = "train.jsonl") -> Path:
    (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return folder


def said(trials: Trials, task: TextTask) -> str:
    assert task
    return next(line for line in reversed(trials.said) if "to train on" in line)


def test_what_is_left_out_is_said_with_its_reason(trials: Trials, tmp_path: Path) -> None:
    good: list[Mapping[str, object]] = [{"text": f"سلام {n}", "label": n % 2} for n in range(8)]
    bad: list[Mapping[str, object]] = [
        {"text": "", "label": 1}, {"text": None, "label": 0}, {"text": "دنیا", "label": None}
    ]  # fmt: skip
    write(tmp_path, [*good, *bad, {"text": "سلام " * 60, "label": 1}])
    with (tmp_path / "train.jsonl").open("a") as file:
        file.write("broken\n")
    text = said(trials, trials.task("classification", dataset=tmp_path))
    assert text.startswith("7 samples to train on, 2 to validate; left out: ")
    for part in ("2 without a text", "1 without a label", "1 that cannot be read", "changed: 1 cut at the end"):
        assert part in text


def test_a_validation_split_in_the_data_is_honoured(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"text": f"سلام {n}", "label": n % 2} for n in range(8)])
    write(tmp_path, [{"text": f"دنیا {n}", "label": n % 3} for n in range(4)], "dev.jsonl")
    write(tmp_path, [{"text": "هوا", "label": 0}], "test.jsonl")
    text = said(trials, trials.task("classification", dataset=tmp_path))
    assert text == (
        "8 samples to train on, 3 to validate; left out: 1 with a label that the training split lacks; "
        "kept for a later test: test.jsonl"
    )


def test_long_texts_become_several_samples_and_repeated_ones_count_once(trials: Trials, tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("سلام دنیا " * 50 + "\nهوا خوب است\nهوا خوب است\n", encoding="utf-8")
    text = said(trials, trials.task("masked_lm", dataset=tmp_path, max_length=12))
    # 100 words in pieces of 10 between two special tokens, and one more.
    assert text == "9 samples to train on, 2 to validate; left out: 1 duplicated; changed: 1 cut into several"


def test_outputs_that_are_too_long_are_left_out(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"source": "سلام", "target": "دنیا " * n} for n in range(1, 12)])
    text = said(trials, trials.task("seq2seq", dataset=tmp_path, max_target_length=8))
    assert "4 with an output longer than 8 tokens" in text


def test_common_voices_sentences_are_texts(trials: Trials, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    rows = "".join(f"id{n}\ta{n}.mp3\tسلام {'دنیا ' * (n % 4)}\t2\n" for n in range(8))
    (tmp_path / "validated.tsv").write_text("client_id\tpath\tsentence\tup_votes\n" + rows, encoding="utf-8")
    assert "4 duplicated" in said(trials, trials.task("masked_lm", dataset=tmp_path))


def test_samples_are_made_once(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"text": f"سلام {n}", "label": n % 2} for n in range(8)])
    first = run(trials.task("classification", dataset=tmp_path), 2)
    made = list((tmp_path / ".features").iterdir())
    assert len(made) == 1
    before = (made[0] / "train" / "input.bin").stat().st_mtime_ns
    assert run(trials.task("classification", dataset=tmp_path), 2) == first
    assert (made[0] / "train" / "input.bin").stat().st_mtime_ns == before
    trials.task("classification", dataset=tmp_path, max_length=8)
    assert len(list((tmp_path / ".features").iterdir())) == 2
    for length in range(9, 16):
        trials.task("classification", dataset=tmp_path, max_length=length)
    assert len(list((tmp_path / ".features").iterdir())) == 4


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"text": f"سلام {n}", "label": n % 2} for n in range(8)])
    expected = run(trials.task("classification", dataset=tmp_path), 2)
    remove_tree(tmp_path / ".features")
    (tmp_path / ".features").touch()  # root may write to any folder, but not below a file
    assert run(trials.task("classification", dataset=tmp_path), 2) == expected


WRONG: dict[str, tuple[str, str, str, str]] = {
    "no column": ("classification", '{"foo": "سلام"}\n', "", "no column that looks like text"),
    "another column": ("classification", '{"text": "a", "label": 1}\n', "t", "no column “t”"),
    "one label": ("classification", '{"text": "a", "label": 1}\n' * 3, "", "label 1"),
    "too little": ("masked_lm", '{"text": "a"}\n', "", "Only 1 samples"),
    "only broken rows": ("masked_lm", "{\n" * 5, "", "5 of 5 rows"),
    "nothing": ("masked_lm", "", "", "Only 0 samples"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_trained_on_is_refused(trials: Trials, tmp_path: Path, case: str) -> None:
    recipe, content, column, part = WRONG[case]
    (tmp_path / "train.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(BadDataset, match=part):
        trials.task(recipe, dataset=tmp_path, text_column=column)


def test_more_labels_than_a_classifier_has_are_refused(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"text": "سلام", "label": n} for n in range(1001)])
    with pytest.raises(BadDataset, match="more than 1,000 labels"):
        trials.task("classification", dataset=tmp_path)


def test_labels_have_one_order_however_they_are_written() -> None:
    assert ordered(["10", "9", "-1"]) == ["-1", "9", "10"]
    assert ordered(["خوب", "بد"]) == ["بد", "خوب"]
    assert ordered(["بد", "خوب"], {"خوب": 0, "بد": 1}) == ["خوب", "بد"]
    assert [label_name(value) for value in (1, 1.0, "1", True, " خوب ", "", None, [1])] == [
        "1", "1", "1", "True", "خوب", None, None, None
    ]  # fmt: skip


def test_a_label_that_is_not_a_number_is_missing() -> None:
    assert [label_name(value) for value in (float("nan"), "nan", "NaN", "نان")] == [None, None, None, "نان"]


def test_pairs_of_texts_have_two_kinds_of_tokens(trials: Trials, tmp_path: Path) -> None:
    write(tmp_path, [{"sent1": "هوا خوب است", "sent2": "باران آمد", "label": "en"[n % 2]} for n in range(6)])
    task = trials.task("classification", dataset=tmp_path, pair_column="sent2")
    part = next(iter(task.batches(0, 0)))["parts"][0]  # type: ignore[index]
    # [CLS] three words [SEP] two words [SEP]
    assert part.inputs["token_type_ids"][0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1]


SQUAD: dict[str, object] = {
    "SQuAD": [{"text": "حدود ۴۰", "answer_start": 1}, {"text": "چهل", "answer_start": 2}],
    "the Hub": {"text": ["حدود ۴۰", "چهل"], "answer_start": [1, 2]},
    "ParsiNLU on the Hub": [{"answer_start": 1, "answer_text": "حدود ۴۰"}, {"answer_start": 2, "answer_text": "چهل"}],
    "ParsiNLU": [[1, "حدود ۴۰"], [2, "چهل"]],
    "plain": ["حدود ۴۰", "چهل", "چهل", " "],
}


@pytest.mark.parametrize("layout", SQUAD)
def test_answers_in_every_layout(tmp_path: Path, layout: str) -> None:
    passage = "passage" if "ParsiNLU" in layout else "context"
    row = Row(tmp_path, 1, {"question": "در چه سالی؟", passage: "متن", "answers": SQUAD[layout]})
    assert take_squad(row, "squad", "", "") == Texts("در چه سالی؟\nمتن", rest=("حدود ۴۰", "چهل"))


def test_pairs_in_every_layout(tmp_path: Path) -> None:
    def taken(values: Mapping[str, object], task: str = "translation", source: str = "", target: str = "") -> object:
        return take_pair(Row(tmp_path, 1, values), task, source, target)  # type: ignore[arg-type]

    expected = Texts("سلام", rest=("hello",))
    assert taken({"source": "سلام", "targets": ["hello"], "category": "mizan"}) == expected
    assert taken({"translation": {"en": "hello", "fa": "سلام"}}) == expected
    assert taken({"translation": {"en": "سلام", "fa": "hello"}}, source="en", target="fa") == expected
    assert taken({"title": "hello", "article": "سلام"}, "summarisation") == expected
    assert taken({"source": "سلام", "target": ""}) == "without an output"
    assert taken({"source": 5, "target": "x"}) == "without an input"
