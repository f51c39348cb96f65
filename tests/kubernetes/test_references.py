"""Every name that an object refers to is an object of the chart, or one that the documentation tells to make."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import Manifest, Pod, examples, of_kind, pods
from tests.support.processes import ROOT

every_example = pytest.mark.parametrize("objects", [pytest.param(found, id=name) for name, found in examples().items()])
_MANUAL = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")


def _made(objects: list[Manifest], kind: str) -> set[str]:
    return {found["metadata"]["name"] for found in of_kind(objects, kind)}


def _volumes(pod: Pod, kind: str, key: str) -> set[str]:
    return {volume[kind][key] for volume in pod.spec["volumes"] if kind in volume}


@every_example
def test_every_secret_is_documented(objects: list[Manifest]) -> None:
    names = {name for pod in pods(objects) for name in pod.secrets}
    names |= {tls["secretName"] for ingress in of_kind(objects, "Ingress") for tls in ingress["spec"]["tls"]}
    names |= {item["name"] for pod in pods(objects) for item in pod.spec.get("imagePullSecrets", ())}
    assert {name for name in names if f"`{name}`" not in _MANUAL} == set()


@every_example
def test_every_config_map_is_documented(objects: list[Manifest]) -> None:
    names = {name for pod in pods(objects) for name in _volumes(pod, "configMap", "name")}
    assert {name for name in names - _made(objects, "ConfigMap") if f"`{name}`" not in _MANUAL} == set()


@every_example
def test_the_data_is_on_one_claim_that_all_nodes_can_mount(objects: list[Manifest]) -> None:
    claims = {name for pod in pods(objects) for name in _volumes(pod, "persistentVolumeClaim", "claimName")}
    made = of_kind(objects, "PersistentVolumeClaim")
    assert claims == ({found["metadata"]["name"] for found in made} or {"speech-data"})
    for found in made:
        assert found["spec"]["accessModes"] == ["ReadWriteMany"]
        assert found["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


@every_example
def test_the_service_account_exists(objects: list[Manifest]) -> None:
    assert {pod.spec["serviceAccountName"] for pod in pods(objects)} == _made(objects, "ServiceAccount")
    assert all(found["automountServiceAccountToken"] is False for found in of_kind(objects, "ServiceAccount"))


@every_example
def test_what_is_scaled_and_routed_to_exists(objects: list[Manifest]) -> None:
    scalers = of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject")
    assert {found["spec"]["scaleTargetRef"]["name"] for found in scalers} <= _made(objects, "Deployment")


@every_example
def test_every_object_is_in_the_releases_namespace_and_labelled(objects: list[Manifest]) -> None:
    for found in objects:
        assert found["metadata"]["namespace"] == "sokhan", found["kind"]
        assert found["metadata"]["labels"]["app.kubernetes.io/instance"] == "sokhan", found["kind"]


@every_example
def test_every_pod_waits_for_the_same_volumes_that_it_mounts(objects: list[Manifest]) -> None:
    for pod in pods(objects):
        names = {volume["name"] for volume in pod.spec["volumes"]}
        mounted = {mount["name"] for container in pod.containers for mount in container["volumeMounts"]}
        assert mounted == names, pod.component
