"""Reads sentences with `gruut` and `gruut-lang-fa` in an environment of their own (they need an older NumPy).

Standard input: a JSON list of texts in Persian letters with Latin commas; output: their IPA, and the seconds of each.
gruut asks hazm 0.7 for the tags of its model, which does not run on Python 3.11; `tools.readings.tagger` reads the same
model. gruut 2.4 adds an ezafe to the phonemes that its lexicon keeps, so that a word gets one more each time; here it
adds it to a copy.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tools.readings.tagger import Tagger


def main() -> None:
    gruut, lang = import_module("gruut"), import_module("gruut.lang")
    folder = Path(import_module("gruut_lang_fa").__file__ or "").parent
    tagger = Tagger(folder / "pos" / "postagger.model")

    def tags(_: object, words: Sequence[str]) -> list[str]:
        return ["Ne" if ezafe > 0.5 else "N" for ezafe in tagger.ezafe(words)]

    lang.FarsiPartOfSpeechTagger.__call__ = tags
    data, add_ezafes = import_module("gruut.text_processor").DATA_PROP, lang.fa_post_process_sentence

    def add_to_copies(graph: Any, *rest: object) -> None:
        for node in graph.nodes:
            word = graph.nodes[node].get(data)
            if isinstance(getattr(word, "phonemes", None), list):
                word.phonemes = list(word.phonemes)
        add_ezafes(graph, *rest)

    vars(lang)["fa_post_process_sentence"] = add_to_copies
    spoken, seconds = [], []
    for text in json.load(sys.stdin):
        started = time.perf_counter()
        words = [word for sentence in gruut.sentences(text, lang="fa") for word in sentence]
        seconds.append(time.perf_counter() - started)
        spoken.append(" ".join("".join(word.phonemes or ()) for word in words))
    json.dump([spoken, seconds], sys.stdout)


if __name__ == "__main__":
    main()
