"""What is deployed on several machines: valid, with settings that there are, and no looser than one node."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from servers.nginx import NGINX, as_deployed
from wuhen.cluster.application import DOOR, build
from wuhen.service.server import KEEP_ALIVE_SECONDS
from wuhen.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.37"
OURS = ("wuhen", "upgrade")
DEFAULTS = Settings.model_fields
KNOWN = {f"WUHEN_{name.upper()}" for name in DEFAULTS}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.scale.yaml").read_text())["services"]
    return found


def manifests() -> Iterator[dict[str, Any]]:
    """Yield what is applied to a cluster of Kubernetes' own kinds."""
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            if not document["apiVersion"].startswith(("kustomize.", "ray.io/")):
                yield document


def manifest(kind: str, name: str = "wuhen") -> dict[str, Any]:
    (found,) = (
        document
        for document in manifests()
        if document["kind"] == kind and document["metadata"]["name"].startswith(name)
    )
    return found


def pods() -> list[dict[str, Any]]:
    """Return the pods that run us."""
    return [manifest(kind)["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]


def rayservice() -> dict[str, Any]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes/rayservice.yaml").read_text())
    found: dict[str, Any] = next(document for document in documents if document["kind"] == "RayService")
    return found


def nodes() -> list[dict[str, Any]]:
    """Return the pods that KubeRay makes: the head, and of each group one."""
    cluster = rayservice()["spec"]["rayClusterConfig"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    return [group["template"]["spec"] for group in groups]


def directives(name: str) -> list[str]:
    """Return what nginx is told of one thing."""
    text = (DEPLOY / "nginx.conf").read_text()
    return re.findall(rf"^\s*{name}\s+([^;]*);", text, flags=re.MULTILINE)


@pytest.mark.parametrize("file", sorted(DEPLOY.rglob("*.yaml")), ids=lambda file: file.name)
def test_yaml_is_as_tidy_as_code(file: Path) -> None:
    rules = YamlLintConfig(file=str(DEPLOY / ".yamllint.yaml"))
    with file.open() as opened:
        assert [f"{one.line}: {one.desc}" for one in linter.run(opened, rules)] == []


@pytest.mark.parametrize("document", list(manifests()), ids=lambda one: str(one["kind"]))
def test_kubernetes_takes_what_it_is_given(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_kubernetes_takes_the_pods_that_kuberay_makes() -> None:
    for pod in nodes():
        document = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "node"}, "spec": pod}
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_ray_serve_takes_what_it_is_given() -> None:
    from ray.serve.schema import ServeDeploySchema  # noqa: PLC0415 - slow to load

    given = yaml.safe_load(rayservice()["spec"]["serveConfigV2"])
    (application,) = ServeDeploySchema.model_validate(given).applications
    assert set(application.args) <= DEFAULTS.keys()
    # A door is what it builds, and no call may take longer than the proxy waits.
    assert [one.name for one in application.deployments] == [DOOR]
    assert application.import_path == f"{build.__module__.rpartition('.')[0]}:{build.__name__}"
    assert given["http_options"]["request_timeout_s"] > DEFAULTS["deadline"].default


def test_all_nodes_run_the_ray_that_is_locked() -> None:
    (ray,) = re.findall(r"(?m)^ray==(\S+)", (DEPLOY / "requirements-cluster.txt").read_text())
    assert rayservice()["spec"]["rayClusterConfig"]["rayVersion"] == ray
    tag = manifest("Job")["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2]
    images = {container["image"] for pod in nodes() for container in pod["containers"]}
    assert images == {f"registry.example.com/wuhen-cluster:{tag}"}


def test_every_setting_is_one() -> None:
    given = set(compose()["wuhen"]["environment"]) | set(manifest("ConfigMap")["data"])
    ours = {name for name in given if name.startswith("WUHEN_")}
    assert {"WUHEN_DATABASE_URL", "WUHEN_GATES_URL", "WUHEN_RESULTS_URL"} <= ours <= KNOWN


def test_no_file_holds_a_secret() -> None:
    for file in DEPLOY.rglob("*.yaml"):
        text = file.read_text()
        assert not re.search(r"://[^/\s]*:(?!\$\{)[^/\s]*@", text), file.name
        said = re.findall(r"(?m)^\s*[A-Z_]*(?:PASSWORD|SECRET|AUTH)(?!\w*FILE)\w*: *(.*)$", text)
        assert [one for one in said if one and "${" not in one] == [], file.name


def test_ours_may_do_no_more_than_on_one_node() -> None:
    one = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["wuhen"]
    for name in OURS:
        service = compose()[name]
        for rule in ("read_only", "cap_drop", "security_opt", "user", "init"):
            assert service[rule] == one[rule], f"{name}: {rule}"
    for pod in pods() + nodes():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }


def test_strangers_run_no_code_by_ray() -> None:
    assert rayservice()["spec"]["rayClusterConfig"]["authOptions"] == {"mode": "token"}
    policy = manifest("NetworkPolicy", "wuhen-ray")["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    # All nodes, and none of Ray's own ports for anybody but nodes and operator.
    chosen = policy["podSelector"]
    assert chosen == {"matchLabels": {"ray.io/is-ray-node": "yes"}}
    nodes_themselves, _operator, *others = policy["ingress"]
    assert nodes_themselves == {"from": [{"podSelector": chosen}]}
    ports = {port["containerPort"] for pod in nodes() for port in pod["containers"][0]["ports"]}
    assert {port["port"] for rule in others for port in rule["ports"]} == ports - {6379, 8265, 10001}


def test_whoever_asks_for_certificates_has_something_to_check_them_by() -> None:
    (given,) = (
        part for part in manifest("ConfigMap")["data"]["WUHEN_DATABASE_URL"].split("&") if "root" in part
    )
    assert given == "sslrootcert=/etc/ssl/certs/ca-certificates.crt"
    image = (ROOT / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert "ca-certificates" in image


def test_no_pod_of_ray_is_asked_by_what_is_not_in_the_image() -> None:
    for pod in nodes():
        for probe in ("livenessProbe", "readinessProbe"):
            assert pod["containers"][0][probe].keys() & {"httpGet", "exec"} == {"httpGet"}


def test_the_store_can_write_to_its_volume() -> None:
    store = compose()["store"]
    # A volume is root's where the image has nothing in that place, which only we know of our own.
    assert store["user"] == "0:0"
    assert store["cap_drop"] == ["ALL"]
    assert store["read_only"] is True


def test_whatever_runs_is_bounded_and_gains_no_privileges() -> None:
    for name, service in compose().items():
        assert "mem_limit" in service, name
        assert "no-new-privileges:true" in service["security_opt"], name
        for port in service.get("ports", ()):
            assert port.startswith(("127.0.0.1:", "${STORE_ADDRESS:?")), name


def test_there_is_memory_for_all_workers_and_time_for_all_calls() -> None:
    (container,) = manifest("Deployment")["spec"]["template"]["spec"]["containers"]
    kept = manifest("ConfigMap")["data"]
    limits = {
        "compose": (compose()["wuhen"]["mem_limit"].removesuffix("g"), compose()["wuhen"]["environment"]),
        "kubernetes": (container["resources"]["limits"]["memory"].removesuffix("Gi"), kept),
    }
    for where, (limit, given) in limits.items():
        workers = int(given["WUHEN_WORKERS"])
        # The service itself at its worst, as docs/load-and-limits.md has it.
        own = (workers + 1) * 6 * DEFAULTS["max_body"].default
        assert int(limit) * 1024 >= workers * int(given["WUHEN_WORKER_MEMORY"]) + own, where
    drained = container["lifecycle"]["preStop"]["sleep"]["seconds"] + int(kept["WUHEN_SHUTDOWN_SECONDS"])
    assert manifest("Deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > drained
    stop = int(compose()["wuhen"]["stop_grace_period"].removesuffix("s"))
    assert stop > DEFAULTS["shutdown_seconds"].default


def test_the_tables_are_brought_up_to_date_before_a_service_starts() -> None:
    (upgrade,) = manifest("Job")["spec"]["template"]["spec"]["containers"]
    assert upgrade["args"] == compose()["upgrade"]["command"] == ["db", "upgrade"]
    waits = compose()["wuhen"]["depends_on"]
    assert waits["upgrade"] == {"condition": "service_completed_successfully"}


def test_kubernetes_sets_no_setting_of_ours_by_itself() -> None:
    assert all(pod["enableServiceLinks"] is False for pod in pods() + nodes())


def test_all_of_a_release_runs_the_same_version() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())
    (image,) = listed["images"]
    # kustomize does not reach what is applied by itself.
    (upgrade,) = manifest("Job")["spec"]["template"]["spec"]["containers"]
    assert upgrade["image"] == f"{image['newName']}:{image['newTag']}"
    assert {f"{name}.yaml" for name in ("settings", "service", "network")} == set(listed["resources"])


def test_the_proxy_waits_longer_than_the_service_and_lets_go_first() -> None:
    (patience,) = directives("proxy_read_timeout")
    assert int(patience.removesuffix("s")) > max(60, DEFAULTS["deadline"].default)
    (kept,) = directives("keepalive_timeout")
    assert int(kept.removesuffix("s")) < KEEP_ALIVE_SECONDS
    (body,) = directives("client_max_body_size")
    assert int(body.removesuffix("m")) >= DEFAULTS["max_body"].default
    # What a service may have begun with is not given to another.
    assert directives("proxy_next_upstream") == ["error timeout"]
    assert "$http_host" in " ".join(directives("proxy_set_header Host"))


@pytest.mark.skipif(NGINX is None, reason="`make test` installs nginx where it may")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    assert NGINX is not None
    file = as_deployed(tmp_path, 8000, 8001)
    done = subprocess.run([NGINX, "-t", "-c", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_what_holds_the_passwords_is_never_committed() -> None:
    done = subprocess.run(["git", "check-ignore", "-q", "deploy/.env"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_the_version_is_the_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["version"]["path"] == "src/wuhen/_version.py"
    said = re.search(r'"([^"]+)"', (ROOT / "src/wuhen/_version.py").read_text().split("=", 1)[1])
    assert said is not None
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())
    assert listed["images"][0]["newTag"] == said[1].partition(".dev")[0]
