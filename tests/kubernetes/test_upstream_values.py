"""The values for the charts of NATS, MongoDB and KEDA, as far as they can be checked without those charts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.kubernetes import Manifest, examples, of_kind, parse, pods, selects
from tests.support.processes import ROOT, nats_binary
from tools.charts import CHART, K8S, MONGODB_USERS, mongodb_users

_VALUES = K8S / "values"


def _load(name: str) -> Manifest:
    found: Manifest = yaml.safe_load((_VALUES / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["nats.yaml", "mongodb.yaml", "mongodb-users.yaml", "keda.yaml"])
def test_the_file_is_yaml(name: str) -> None:
    assert _load(name)


def test_mongodbs_users_are_fresh() -> None:
    assert MONGODB_USERS.read_text(encoding="utf-8") == mongodb_users(), "run make charts"


def test_nats_accepts_the_configuration_that_the_values_make(tmp_path: Path) -> None:
    """The chart writes nats.conf; a key that ends in `$include` becomes an include directive."""
    values = _load("nats.yaml")
    include = values["config"]["merge"]["$include"]
    (mount,) = values["container"]["patch"]
    users = tmp_path / mount["value"]["mountPath"].removeprefix("/etc/")
    users.mkdir()
    shutil.copy(ROOT / "deploy/nats/users.conf", users)
    subprocess.run(["sh", shutil.copy(ROOT / "deploy/make-secrets.sh", tmp_path)], check=True, capture_output=True)
    shutil.copy(tmp_path / "secrets/nats_passwords.conf", users / "passwords.conf")
    sync = values["config"]["jetstream"]["merge"]["sync_interval"]
    config = tmp_path / "nats-config/nats.conf"
    config.parent.mkdir()
    config.write_text(
        f'{{\n"jetstream": {{"store_dir": "{tmp_path}/data", "sync_interval": "{sync}"}},\ninclude {include};\n}}\n'
    )
    command = [nats_binary(), "-t", "-c", str(config)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nats_mounts_the_volume_that_it_declares() -> None:
    values = _load("nats.yaml")
    (mount,), (volume,) = values["container"]["patch"], values["podTemplate"]["patch"]
    assert mount["value"]["name"] == volume["value"]["name"]
    assert mount["value"]["mountPath"].startswith("/etc/"), "else the reloader does not see it"
    assert values["config"]["cluster"] == {"enabled": True, "replicas": 3}


def test_nats_has_the_version_of_compose() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert compose["services"]["nats"]["image"] == f"nats:{_load('nats.yaml')['container']['image']['tag']}"


def test_the_policies_let_the_pods_of_the_chart_in() -> None:
    policies = parse((_VALUES / "policies.yaml").read_text(encoding="utf-8"))
    chosen = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))["networkPolicy"]
    (service, *_) = pods(examples()["minimal"])
    for policy, name in zip(of_kind(policies, "NetworkPolicy"), ("nats", "mongo"), strict=True):
        (target,) = chosen[name]["to"]
        assert policy["spec"]["podSelector"] == target["podSelector"]
        rule = policy["spec"]["ingress"][0]
        assert rule["ports"] == [{"protocol": "TCP", "port": chosen[name]["port"]}]
        assert selects(rule["from"][0]["podSelector"], service.labels)
