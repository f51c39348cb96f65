"""Text datasets as people have them: which files they are made of, and their rows, one at a time. No torch.

A folder holds .jsonl, .csv, .tsv, .parquet, .arrow, .txt or SQuAD's .json files. The words `train`, `validation` and
`test` in a name say which split a file belongs to, as on the Hub.
"""

from shared.text.folders import DataFiles, data_files
from shared.text.rows import TEXT_FILES, Row, Unreadable, Value, read_rows
from shared.text.statistics import examine

__all__ = ["TEXT_FILES", "DataFiles", "Row", "Unreadable", "Value", "data_files", "examine", "read_rows"]
