"""Small files of a folder are read with bounds: the scanner looks at whatever lies on the disk."""

from __future__ import annotations

import json
from pathlib import Path

from services.scanner.probes import MAX_INDEX, is_complete_safetensors, read_json
from tests.support.peak import peak_of

_MIB = 1 << 20


def test_an_index_of_a_hundred_thousand_tensors_is_read(tmp_path: Path) -> None:
    index = {"weight_map": {f"model.layers.{n}.mlp.weight": f"model-{n % 99}.safetensors" for n in range(100_000)}}
    (tmp_path / "index.json").write_text(json.dumps(index))
    assert read_json(tmp_path / "index.json", MAX_INDEX) == index


def test_a_file_of_empty_lists_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "index.json"
    path.write_bytes(b'{"a":[' + b"[]," * (10 * _MIB) + b"[]]}")
    imports = "from pathlib import Path\nfrom services.scanner.probes import MAX_INDEX, read_json"
    outcome = peak_of(imports, "message = str(read_json(Path(sys.argv[1]), MAX_INDEX))", path)
    assert outcome.message == "None"
    assert outcome.grown < 80 * _MIB


def test_a_header_of_empty_lists_is_no_complete_file(tmp_path: Path) -> None:
    header = b'{"a":[' + b"[]," * (10 * _MIB) + b"[]]}"
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert not is_complete_safetensors(tmp_path / "x.safetensors")
