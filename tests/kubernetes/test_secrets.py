"""deploy/k8s/secrets.sh prints the Secrets that the pods mount, with the real kubectl and without a cluster."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess

import pytest
import yaml

from tests.support.console import SET_UP_S
from tests.support.kubernetes import examples, parse, pods, programs
from tests.support.processes import ROOT
from tools.charts import K8S

pytestmark = [pytest.mark.siege, pytest.mark.timeout(SET_UP_S + 120)]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The content of each Secret, by key."""
    folder = tmp_path_factory.mktemp("deploy")
    subprocess.run(["sh", shutil.copy(ROOT / "deploy/make-secrets.sh", folder)], check=True, capture_output=True)
    where = {"PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}", "SECRETS": str(folder / "secrets")}
    where |= {"KUBECONFIG": os.devnull, "HOME": str(folder)}
    done = subprocess.run([K8S / "secrets.sh"], env=where, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {
        found["metadata"]["name"]: {key: base64.b64decode(text).decode() for key, text in found["data"].items()}
        for found in parse(done.stdout)
    }


def test_every_secret_that_a_pod_mounts_is_printed(secrets: dict[str, dict[str, str]]) -> None:
    mounted = {name for pod in pods(examples()["minimal"]) for name in pod.secrets}
    assert secrets.keys() - mounted == {"nats-users", "sokhan-mongo-users"}
    assert mounted <= secrets.keys()


def test_the_secrets_of_mongodbs_users_are_those_of_the_services(secrets: dict[str, dict[str, str]]) -> None:
    users = yaml.safe_load((K8S / "values/mongodb-users.yaml").read_text(encoding="utf-8"))["users"]
    for user in users:
        password = secrets[user["passwordSecretRef"]["name"]][user["passwordSecretRef"]["key"]]
        url = secrets[f"sokhan-{user['name']}"]["sokhan_store_url"]
        assert url.startswith(f"mongodb://{user['name']}:{password}@sokhan-mongo-rs0:27017/")


def test_nats_and_the_services_have_the_same_passwords(secrets: dict[str, dict[str, str]]) -> None:
    passwords = secrets["nats-users"]["passwords.conf"]
    for name, user in (("sokhan-streams", "ADMIN"), ("sokhan-trainer", "TRAINER"), ("sokhan-gateway", "GATEWAY")):
        assert f'{user}_PASSWORD: "{secrets[name]["sokhan_nats_password"].strip()}"' in passwords


def test_a_key_of_a_secret_is_the_name_of_a_setting(secrets: dict[str, dict[str, str]]) -> None:
    from shared.config import Settings

    aliases = {"hf_token"}
    known = {f"sokhan_{name}" for name in Settings.model_fields} | aliases
    for pod in pods(examples()["minimal"]):
        assert {key for name in pod.secrets for key in secrets[name]} <= known
