"""The policy for pods, over the committed objects of every example: security, resources, probes, images, settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.config import Settings
from tests.support.kubernetes import SERVICES, Manifest, Pod, examples, of_kind, pods
from tests.support.processes import ROOT
from tools.charts import variable

_PODS = [(f"{name}-{pod.component}", pod) for name, objects in examples().items() for pod in pods(objects)]
# The time that closing takes while NATS is down, with a margin.
_CLOSING_S = 25
_LEAST_GRACE_S = 45
_TOKEN = "3b1f6c0d9a2e4875bc61f0d3a94e7258"


def _of(*components: str) -> pytest.MarkDecorator:
    """Runs a test for every pod of these components, in every example."""
    chosen = [pytest.param(pod, id=name) for name, pod in _PODS if pod.component in components]
    return pytest.mark.parametrize("pod", chosen)


every_pod = _of(*SERVICES, "streams")
every_service = _of(*SERVICES)


def test_every_example_has_the_five_services_and_the_streams() -> None:
    for objects in examples().values():
        assert [pod.component for pod in pods(objects)] == [*SERVICES, "streams"]


@every_pod
def test_a_pod_meets_the_restricted_standard(pod: Pod) -> None:
    security = pod.spec["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] == security["runAsGroup"] == security["fsGroup"] == 10001
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.spec.keys()
    for volume in pod.spec["volumes"]:
        assert volume.keys() - {"name"} <= {"projected", "configMap", "emptyDir", "ephemeral", "persistentVolumeClaim"}
    for container in pod.containers:
        held = container["securityContext"]
        assert held["allowPrivilegeEscalation"] is False
        assert held["capabilities"] == {"drop": ["ALL"]}
        assert held["readOnlyRootFilesystem"] is True
        assert held["runAsNonRoot"] is True
        assert all("hostPort" not in port for port in container.get("ports", ()))


@every_pod
def test_a_pod_has_no_token_and_no_variables_of_foreign_services(pod: Pod) -> None:
    assert pod.spec["automountServiceAccountToken"] is False
    assert pod.spec["enableServiceLinks"] is False


@every_pod
def test_a_container_has_requests_and_limits(pod: Pod) -> None:
    for container in pod.containers:
        for side in ("requests", "limits"):
            assert {"cpu", "memory"} <= container["resources"][side].keys(), container["name"]


@every_pod
def test_what_a_container_writes_outside_of_the_data_is_bounded(pod: Pod) -> None:
    for volume in pod.spec["volumes"]:
        if "emptyDir" in volume:
            assert volume["emptyDir"]["sizeLimit"], volume["name"]


@every_pod
def test_an_image_is_pinned(pod: Pod) -> None:
    for container in pod.containers:
        assert re.search(r"@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$", container["image"]), container["image"]


@every_service
def test_only_a_process_that_does_not_answer_is_restarted(pod: Pod) -> None:
    container = pod.spec["containers"][0]
    for name in ("startupProbe", "livenessProbe"):
        assert container[name]["httpGet"] == {"path": "/livez", "port": "operations"}
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"operations": 9000} | ({"http": 8080} if pod.component == "gateway" else {})


@every_service
def test_jobs_reach_a_safe_point_before_the_pod_is_killed(pod: Pod) -> None:
    container = pod.spec["containers"][0]
    shutdown = float(pod.environment["SOKHAN_SHUTDOWN_SECONDS"] or 0)
    sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    grace = pod.spec["terminationGracePeriodSeconds"]
    assert grace >= max(_LEAST_GRACE_S, sleep + shutdown + _CLOSING_S)


@every_pod
def test_the_settings_exist_and_none_is_a_secret(pod: Pod) -> None:
    known = {variable(name, field) for name, field in Settings.model_fields.items()}
    libraries = {"OMP_NUM_THREADS", "NCCL_DEBUG"}
    assert pod.environment.keys() - libraries <= known
    assert {name for name in pod.environment if re.search("PASSWORD|TOKEN|SECRET|KEY", name)} == set()
    for container in pod.containers:
        assert "envFrom" not in container
        assert all("secretKeyRef" not in item.get("valueFrom", {}) for item in container.get("env", ()))


@every_pod
def test_a_pod_sees_its_own_secrets_only(pod: Pod) -> None:
    keys = {"sokhan-keys"} if pod.component in {"gateway", "downloader"} else set()
    assert pod.secrets == {f"sokhan-{pod.component}"} | keys
    mounted = {mount["name"]: mount for mount in pod.spec["containers"][0]["volumeMounts"]}
    assert mounted["secrets"]["mountPath"] == "/run/secrets"
    assert mounted["secrets"]["readOnly"] is True


@every_service
def test_the_synth_cannot_change_a_voice(pod: Pod) -> None:
    data = [mount for mount in pod.spec["containers"][0]["volumeMounts"] if mount["name"] == "data"]
    if pod.component != "synth" or pod.environment.get("SOKHAN_REMOTE") == "true":  # what a remote one has are copies
        assert data == [{"name": "data", "mountPath": "/data"}]
        return
    assert data[0] == {"name": "data", "mountPath": "/data", "readOnly": True}
    assert {mount["mountPath"]: mount["subPath"] for mount in data[1:]} == {"/data/audio": "audio", "/data/run": "run"}


@every_pod
def test_only_a_remote_worker_has_a_disk_of_its_own(pod: Pod) -> None:
    (data,) = [volume for volume in pod.spec["volumes"] if volume["name"] == "data"] or [{}]
    assert ("ephemeral" in data) is (pod.environment.get("SOKHAN_REMOTE") == "true")


@_of("synth")
def test_the_folders_that_the_synth_needs_are_made_first(pod: Pod, tmp_path: Path) -> None:
    program = pod.spec["initContainers"][0]["command"][2].replace("'/data'", repr(str(tmp_path)))
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30, cwd=ROOT)
    assert {"models", "audio", "run"} <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "run/locks").is_dir()


@every_pod
def test_a_service_accepts_its_settings(pod: Pod, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    given = {"sokhan_nats_password": "bus", "sokhan_store_url": "mongodb://u:p@mongo/sokhan", "sokhan_token": _TOKEN}
    for name, text in given.items():
        (secrets / name).write_text(text + "\n")
    authority = tmp_path / "ca.crt"
    authority.touch()
    environment = {name: value for name, value in pod.environment.items() if value is not None}
    if "SOKHAN_NATS_TLS_CA" in environment:
        environment["SOKHAN_NATS_TLS_CA"] = str(authority)
    # Those of the image.
    environment |= {"SOKHAN_DATA": str(tmp_path), "SOKHAN_ENV_FILE": "/dev/null", "SOKHAN_OPS_HOST": "0.0.0.0"}
    environment |= {"SOKHAN_OPS_PORT": "9000"} | ({"SOKHAN_HOST": "0.0.0.0"} if pod.component == "gateway" else {})
    code = "from shared.config import load_settings as s; s = s(); print(s.nats_user, s.store.reveal()[:7], s.auth)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"SOKHAN_SECRETS_DIR": str(secrets), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    user, store, auth = done.stdout.split()
    assert user == {"streams": "admin"}.get(pod.component, pod.component)
    assert store == "mongodb"
    assert (auth == "off") == (pod.component != "gateway")


def _deployment(objects: list[Manifest], component: str) -> Manifest:
    names = {
        found["metadata"]["labels"]["app.kubernetes.io/component"]: found for found in of_kind(objects, "Deployment")
    }
    return names[component]


def test_a_gpu_is_asked_for_tolerated_and_free_before_the_next_pod() -> None:
    for component in ("trainer", "synth"):
        deployment = _deployment(examples()["gpu"], component)
        spec = deployment["spec"]["template"]["spec"]
        assert spec["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == 1
        assert {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"} in spec["tolerations"]
        assert spec["nodeSelector"]
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_torch_gets_as_many_threads_as_the_container_has_cores() -> None:
    for component in ("trainer", "synth"):
        container = _deployment(examples()["minimal"], component)["spec"]["template"]["spec"]["containers"][0]
        threads = next(item for item in container["env"] if item["name"] == "OMP_NUM_THREADS")
        assert threads["valueFrom"]["resourceFieldRef"] == {"containerName": component, "resource": "limits.cpu"}
