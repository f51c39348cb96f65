"""Reads text datasets: finds their files and streams their rows. Imports no torch.

A folder holds .jsonl (or .ndjson), .csv, .tsv, .parquet, .arrow, .txt or SQuAD's .json files; those of text may be
.gz too. The words `train`, `validation` and `test` in a name say which split a file belongs to, as on the Hub.
"""

from shared.text.folders import DataFiles, data_files, is_data
from shared.text.kinds import suffix_of
from shared.text.row import Row, Unreadable, Value
from shared.text.rows import read_rows
from shared.text.statistics import examine

__all__ = ["DataFiles", "Row", "Unreadable", "Value", "data_files", "examine", "is_data", "read_rows", "suffix_of"]
