"""What the checks make of what they see."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.config import RESTORING, Settings
from shared.contracts.system import GpuLoad
from shared.doctor.clock import check_clock, skew_of
from shared.doctor.data_folder import check_data_folder, kind_of
from shared.doctor.gpu import TorchBuild, check_gpu, torch_build
from shared.doctor.report import Finding, Level
from shared.doctor.settings import check_settings, known_names, unknown_names

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GPU = GpuLoad(id="GPU-1", name="RTX", utilization=None, memory_used=None, memory_total=None, temperature=None)
ROOM = 10**12
MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv/my\\040data nfs4 rw 0 0
/dev/sdb1 /srv/my\\040data/local xfs rw 0 0
broken
"""


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


def test_a_name_that_no_setting_has_gets_the_nearest_one() -> None:
    places = {"the environment": ["SOKHAN_PROT", "SOKHAN_PORT", "PATH"], "data/.env": ["SOKHAN_QWERTY"]}
    near, far = unknown_names(places)
    assert (near.level, near.advice) == (Level.WARNING, "Did you mean SOKHAN_PORT?")
    assert "SOKHAN_QWERTY in data/.env" in far.message
    assert far.advice == "Remove it; .env.example lists the names."


def test_every_name_of_the_example_is_known() -> None:
    text = (Path(__file__).parents[3] / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#(SOKHAN_[A-Z_]+)=", text, re.MULTILINE)) <= known_names()


def test_each_invalid_setting_is_a_problem_without_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOKHAN_DATA", str(tmp_path))
    monkeypatch.setenv("SOKHAN_PORT", "eighty")
    monkeypatch.setenv("SOKHAN_STORE_URL", "mysql://user:canary@host/db")
    settings, findings = check_settings()
    assert settings is None
    assert levels(findings) == ["problem", "problem"]
    text = " ".join(finding.message for finding in findings)
    assert "SOKHAN_PORT=eighty" in text
    assert "canary" not in text


def test_names_in_the_file_of_settings_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOKHAN_DATA", str(tmp_path))
    (tmp_path / ".env").write_text("SOKHAN_LOG_LEVEL=info\n#SOKHAN_OTHER=1\nexport SOKHAN_LOGLEVEL=info\n")
    settings, findings = check_settings()
    assert settings is not None
    assert [finding.advice for finding in findings if finding.level is Level.WARNING] == [
        "Did you mean SOKHAN_LOG_LEVEL?"
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home", "ext4"), ("/srv/my data", "nfs4"), ("/srv/my data/local/x", "xfs"), ("/srv/my data2", "ext4")],
)
def test_the_file_system_of_a_path_is_that_of_its_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_a_network_file_system_is_a_warning(tmp_path: Path) -> None:
    mounts = f"server:/x {tmp_path.resolve()} nfs4 rw 0 0\n"
    findings = check_data_folder(tmp_path, free=lambda _: ROOM, mounts=lambda: mounts)
    assert levels(findings) == ["ok", "ok", "warning"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free", "level"), [(10**8, "problem"), (10**9, "warning"), (10**10, "ok")])
def test_little_space_is_a_warning_and_less_than_the_reserve_a_problem(tmp_path: Path, free: int, level: str) -> None:
    assert levels(check_data_folder(tmp_path, free=lambda _: free))[1] == level


def test_a_folder_that_is_missing_is_made_by_the_first_start(tmp_path: Path) -> None:
    assert levels(check_data_folder(tmp_path / "data")) == ["ok"]
    assert not (tmp_path / "data").exists()
    (tmp_path / "file").write_text("")
    assert levels(check_data_folder(tmp_path / "file")) == ["problem"]


def test_a_restore_that_was_killed_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / RESTORING).write_text("")
    (finding,) = check_data_folder(tmp_path)
    assert "sokhan restore" in (finding.advice or "")


@pytest.mark.parametrize(
    ("seconds", "level"), [(0.0, "ok"), (2.9, "ok"), (4.0, "warning"), (-4.0, "warning"), (3600, "warning")]
)
def test_a_clock_that_is_two_seconds_off_is_a_warning(seconds: float, level: str) -> None:
    """`Date` is cut to whole seconds, so half a second is in doubt on each side."""
    there = (NOW - timedelta(seconds=seconds)).replace(microsecond=0)
    skew = skew_of(there.strftime("%a, %d %b %Y %H:%M:%S GMT"), NOW)
    assert skew is not None
    (finding,) = check_clock({"hub.example": skew})
    assert finding.level == level


def test_a_date_that_is_none_says_nothing() -> None:
    assert skew_of(None, NOW) is None
    assert skew_of("yesterday", NOW) is None
    assert check_clock({}) == []


@pytest.mark.parametrize(
    ("gpus", "build", "driver", "wanted", "level", "words"),
    [
        ([GPU], TorchBuild("2.13.0", "12.8"), True, "auto", "ok", "for CUDA 12.8"),
        ([GPU], TorchBuild("2.13.0+cpu", None), True, "auto", "warning", "without CUDA"),
        ([GPU], None, True, "auto", "ok", "elsewhere"),
        ([], TorchBuild("2.13.0", "12.8"), True, "auto", "warning", "no GPU can be read"),
        ([], TorchBuild("2.13.0+cpu", None), False, "auto", "ok", "use the processor"),
        ([], None, False, "0,1", "problem", "SOKHAN_TRAINING_GPUS=0,1"),
    ],
)
def test_a_gpu_that_torch_cannot_use_is_a_warning(
    gpus: list[GpuLoad], build: TorchBuild | None, driver: bool, wanted: str, level: str, words: str
) -> None:
    settings = Settings(training_gpus=wanted)
    (finding,) = check_gpu(settings, lambda: gpus, lambda: build, lambda: driver)
    assert (finding.level.value, words in finding.message) == (level, True)


def test_the_build_of_torch_is_read_without_loading_it() -> None:
    code = "import sys, shared.doctor.gpu as g; print(g.torch_build() is not None, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(torch_build() is not None), "False"]
