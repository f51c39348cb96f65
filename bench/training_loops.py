"""Who is compared in `bench/training.py`, recipe by recipe: our loop first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench import training_data
from bench.downloads import say
from bench.pace import Contender, told
from services.trainer.interface.protocol import SPEC_VARIABLE, Failed, Log, RunSpec, Step, parse_message
from shared.contracts.wire import ConfigValue

BATCH_SIZE = {"vits": 4, "masked_lm": 8, "seq2seq": 8}
_NEVER = 1_000_000


def vits_loops(folder: Path) -> Sequence[Contender]:
    dataset = training_data.write_speech(folder / "speech")

    def coqui(name: str, batches: str) -> Contender:
        return Contender(name, ("bench.coqui_loop", str(dataset), batches, str(BATCH_SIZE["vits"])), told)

    return [
        _sokhan(_spec(folder, "vits", dataset, None, preset="tiny", quality_utterances=0)),
        coqui("Coqui's Trainer, the same batches", "ours"),
        coqui("Coqui's Trainer, its own data loader", "own"),
    ]


def masked_lm_loops(folder: Path) -> Sequence[Contender]:
    dataset = training_data.write_texts(folder / "texts")
    return _text_loops(folder, "masked_lm", dataset, training_data.write_masked_lm(folder / "base"))


def seq2seq_loops(folder: Path) -> Sequence[Contender]:
    dataset = training_data.write_pairs(folder / "pairs")
    return _text_loops(folder, "seq2seq", dataset, training_data.write_seq2seq(folder / "base"))


def _text_loops(folder: Path, recipe: str, dataset: Path, base: Path) -> Sequence[Contender]:
    def trainer(name: str, batches: str) -> Contender:
        arguments = (recipe, str(dataset), str(base), batches, str(BATCH_SIZE[recipe]))
        return Contender(name, ("bench.transformers_loop", *arguments), told)

    return [
        _sokhan(_spec(folder, recipe, dataset, base)),
        trainer("transformers' Trainer, the same batches", "ours"),
        trainer("transformers' Trainer, its own collator and order", "own"),
    ]


def _sokhan(spec: RunSpec) -> Contender:
    """The very process that the trainer starts; the steps are those of its messages."""
    return Contender("Sokhan", ("services.trainer.child",), _step, {SPEC_VARIABLE: spec.line().decode()})


def _step(line: bytes) -> float | None:
    message = parse_message(line)
    if isinstance(message, Log) and message.level == "error":
        say(message.message)
    assert not isinstance(message, Failed), message
    return message.time if isinstance(message, Step) else None


def _spec(folder: Path, recipe: str, dataset: Path, base: Path | None, **more: ConfigValue) -> RunSpec:
    """A run that neither evaluates nor writes a checkpoint while it is measured."""
    return RunSpec(
        run_id=f"bench-{recipe}",
        recipe=recipe,
        config={
            "batch_size": BATCH_SIZE[recipe], "max_steps": _NEVER, "evaluate_every": _NEVER,
            "checkpoint_every": _NEVER, "device": "cpu", **more,
        },
        datasets=(dataset,),
        base_model=base,
        checkpoints=folder / "checkpoints",
        scratch=folder / "tmp",
        product_folder=folder / "models" / "local" / "bench",
        product_name="bench",
    )  # fmt: skip
