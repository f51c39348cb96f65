"""Trains the homographs of the front-end.

    python -m tools.readings.homographs --homographs FILE --text FILE --output shared/persian/readings/homographs.tsv

`--homographs`: sentences with a word, its reading, the index of its token, and the tokens (HomoRich). `--text`: natural
sentences, one a line. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared.persian.espeak import espeak
from shared.persian.readings.homographs import FEATURE, HomographModel
from tools.readings.samples import read_labelled, read_natural
from tools.readings.training import homographs, train

HEADER = {
    "version": "1",
    "made by": "tools.readings.homographs",
    "data": "HomoRich, CC0 1.0; Universal Dependencies Persian-PerDT and Persian-Seraji, CC BY-SA 4.0",
}


def render(models: Mapping[str, HomographModel]) -> Iterator[str]:
    """The lines of the weights file, sorted."""
    for key, value in HEADER.items():
        yield f"# {key}: {value}"
    for word, model in sorted(models.items()):
        readings = (str(field) for pair in zip(model.ipa, model.biases, strict=True) for field in pair)
        yield "\t".join((word, str(model.gate), model.default, *readings))
        alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for feature, weights in sorted(model.weights.items()):
            alike[weights].append(feature)
        for weights, features in sorted(alike.items()):
            yield "\t".join((FEATURE, " ".join(features), *map(str, weights)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.readings.homographs", description=__doc__)
    parser.add_argument("--homographs", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    samples = read_labelled(options.homographs)
    words = {sample.word for sample in samples}
    table = homographs(samples, {word: espeak().phonemes(word) for word in sorted(words)})
    models = train(table, samples, read_natural(options.text, words))
    options.output.write_text("\n".join(render(models)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
