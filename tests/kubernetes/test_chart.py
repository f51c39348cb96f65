"""The chart with the real helm: rendered, linted, valid for Kubernetes' strict schemas; wrong values are refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.console import SET_UP_S
from tests.support.kubernetes import Manifest, of_kind, parse, pods, programs
from tools.charts import CHART, EXAMPLES, K8S, KUBERNETES, RULES, ChartError, generated, helm, render

pytestmark = [pytest.mark.siege, pytest.mark.timeout(SET_UP_S + 120)]

_MINIMAL = K8S / "examples/minimal.yaml"
_BUILT_IN = {
    *("Deployment", "Job", "Service", "ServiceAccount", "PersistentVolumeClaim", "NetworkPolicy"),
    *("PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress"),
}
_RULES = RULES / "sokhan.yml"

every_example = pytest.mark.parametrize("example", [pytest.param(path, id=path.stem) for path in EXAMPLES])


@pytest.fixture(scope="module", autouse=True)
def tools() -> Path:
    return programs()


def _validate(objects: list[Manifest], tools: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "objects.yaml"
    file.write_text(yaml.safe_dump_all(objects))
    command = [str(tools / "kubernetes-validate"), "--strict", "--kubernetes-version", KUBERNETES, str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@every_example
def test_helm_finds_nothing_to_complain_about(example: Path) -> None:
    helm("lint", "--strict", CHART, "--values", example)


def test_the_generated_files_are_fresh() -> None:
    stale = {path.name for path, text in generated() if not path.exists() or path.read_text(encoding="utf-8") != text}
    assert stale == set(), "run make charts"


@every_example
def test_kubernetes_accepts_the_objects(example: Path, tools: Path, tmp_path: Path) -> None:
    objects = [found for found in parse(render(example)) if found["kind"] in _BUILT_IN]
    assert len(objects) > 15
    done = _validate(objects, tools, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kubernetes_accepts_the_policies_of_nats_and_mongodb(tools: Path, tmp_path: Path) -> None:
    objects = parse((K8S / "values/policies.yaml").read_text(encoding="utf-8"))
    done = _validate(objects, tools, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("field", "value"), [("replica", 1), ("replicas", "one")])
def test_kubernetes_refuses_an_unknown_field_and_a_wrong_type(
    field: str, value: object, tools: Path, tmp_path: Path
) -> None:
    objects = of_kind(parse(render(_MINIMAL)), "Deployment")
    objects[0]["spec"][field] = value
    done = _validate(objects, tools, tmp_path)
    assert done.returncode != 0
    assert field in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ("imag: {registry: r.example.org}", "imag"),
        ("image: {registry: ''}", "/image/registry"),
        ("image: {tag: latest}", "/image/tag"),
        ("trainer: {image: {digest: 'sha256:12'}}", "/trainer/image/digest"),
        ("gateway: {auth: 'off'}", "/gateway/auth"),
        ("gateway: {replica: 3}", "replica"),
        ("gateway: {shutdownSeconds: 5}", "/gateway/shutdownSeconds"),
        ("gateway: {settings: {SOKHAN_HTTP_CONECTIONS: '4000'}}", "/gateway/settings"),
        ("gateway: {settings: {SOKHAN_HTTP_CONNECTIONS: 4000}}", "/gateway/settings/SOKHAN_HTTP_CONNECTIONS"),
        ("gateway: {settings: {SOKHAN_TOKEN: '9f9f'}}", "/gateway/settings"),
        ("settings: {SOKHAN_STORE_URL: 'mongodb://u:p@mongo/sokhan'}", "/settings"),
        ("synth: {extraEnv: [{name: MY_PASSWORD, value: x}]}", "/synth/extraEnv/0/name"),
        ("nats: {url: 'nats://admin:secret@nats:4222'}", "/nats/url"),
        ("scanner: {scaling: {min: 0}}", "/scanner/scaling/min"),
        ("synth: {resources: {limits: {memory: 4 GB}}}", "/synth/resources/limits/memory"),
        ("trainer: {scaling: {min: 0, max: 4}}", "scaling"),
        ("keda: {enabled: true}", "/keda/prometheusAddress"),
        ("httpRoute: {enabled: true}", "/httpRoute/parentRefs"),
        ("httpRoute: {timeouts: {request: 1 hour}}", "/httpRoute/timeouts/request"),
        ("ingress: {enabled: true, className: nginx}", "/ingress/host"),
        ("networkPolicy: {nats: {to: []}}", "/networkPolicy/nats/to"),
        ("networkPolicy: {clients: [{podSelektor: {}}]}", "podSelektor"),
    ],
)
def test_wrong_values_are_refused_by_name(values: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(values)
    with pytest.raises(ChartError, match="specifications of the schema") as refused:
        render(_MINIMAL, file)
    assert named in str(refused.value)


def test_the_rules_of_compose_are_rendered_as_they_are() -> None:
    text = render(_MINIMAL, arguments=["--set", "monitoring.rules.enabled=true"])
    (rule,) = of_kind(parse(text), "PrometheusRule")
    assert rule["spec"] == yaml.safe_load(_RULES.read_text())
    assert of_kind(parse(render(_MINIMAL)), "PrometheusRule") == []


def test_two_releases_share_no_name_and_select_no_pod_of_each_other() -> None:
    text = helm("template", "speech", CHART, "--namespace", "sokhan", "--values", _MINIMAL)
    first, second = parse(render(_MINIMAL)), parse(text)
    names = [{(found["kind"], found["metadata"]["name"]) for found in objects} for objects in (first, second)]
    assert names[0] & names[1] == set()
    assert {pod.labels["app.kubernetes.io/instance"] for pod in pods(second)} == {"speech"}


@pytest.mark.parametrize(("name", "expected"), [("nginx", 9), ("haproxy", 3), ("traefik", 0), ("other", 0)])
def test_an_ingress_has_the_annotations_of_its_class(name: str, expected: int) -> None:
    text = render(
        _MINIMAL, arguments=["--set", f"ingress.enabled=true,ingress.host=a.example.org,ingress.className={name}"]
    )
    (ingress,) = of_kind(parse(text), "Ingress")
    assert len(ingress["metadata"].get("annotations", {})) == expected + (name == "nginx")


def test_an_annotation_of_the_values_wins_over_that_of_the_class() -> None:
    key = "haproxy.org/timeout-server"
    ingress = f"ingress.enabled=true,ingress.host=a.example.org,ingress.className=haproxy,ingress.annotations.{key}=5m"
    text = render(_MINIMAL, arguments=["--set", ingress.replace("haproxy.org", r"haproxy\.org")])
    (found,) = of_kind(parse(text), "Ingress")
    assert found["metadata"]["annotations"][key] == "5m"


def test_without_network_policies_there_is_none() -> None:
    text = render(_MINIMAL, arguments=["--set", "networkPolicy.enabled=false"])
    assert of_kind(parse(text), "NetworkPolicy") == []


def test_without_autoscaling_the_gateway_has_its_replicas() -> None:
    text = render(_MINIMAL, arguments=["--set", "gateway.autoscaling.enabled=false"])
    assert of_kind(parse(text), "HorizontalPodAutoscaler") == []
    assert all("replicas" in found["spec"] for found in of_kind(parse(text), "Deployment"))


def _notes(*arguments: str) -> str:
    return helm("install", "sokhan", CHART, "--dry-run=client", "--values", _MINIMAL, *arguments).partition("NOTES:")[2]


def test_the_notes_say_what_is_left_to_do() -> None:
    assert "port-forward service/sokhan-gateway 8080:80" in _notes()
    assert "register" in _notes("--set", "gateway.auth=accounts")
    route = ["--set", "httpRoute.enabled=true,httpRoute.parentRefs[0].name=public"]
    assert "SOKHAN_TRUSTED_PROXIES is not set" in _notes(*route)
    assert "TRUSTED" not in _notes(*route, "--set-string", "gateway.settings.SOKHAN_TRUSTED_PROXIES=10.244.0.0/16")
