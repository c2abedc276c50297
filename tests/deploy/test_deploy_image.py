"""What image, Compose file and unit promise: nothing unlocked is in them, and no more allowed than needed."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from harness import WUHEN, Service, clean_environment
from wuhen.settings import Settings

ROOT = Path(__file__).parent.parent.parent
UNIT = ROOT / "deploy/wuhen.service"
MOST_EXPOSURE = 11
"""Of 100; 0 is best. It serves a network, in the host's root directory, and runs compiled code."""
ANALYSE = shutil.which("systemd-analyze")


def locked(file: str) -> dict[str, tuple[str, int]]:
    """Return the packages of a requirements file: version and number of hashes."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, tuple[str, int]] = {}
    for line in lines:
        named = re.match(r"([\w.-]+)==([^\s;]+)", line)
        assert named is not None, line
        found[canonicalize_name(named[1])] = (named[2], line.count("--hash=sha256:"))
    return found


def needed(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = project["dependencies"] + [
        text for extra in extras for text in project["optional-dependencies"][extra]
    ]
    return [Requirement(text) for text in texts]


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, each with what follows it."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest) for line in text.splitlines() if line for word, _, rest in [line.partition(" ")]]


def stage() -> list[tuple[str, str]]:
    """Return the last stage's, which are the image."""
    found = instructions()
    start = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


SHARING = ("service", "c2pa", "postgres", "redis", "objects", "mcp")


@pytest.mark.parametrize(
    ("file", "extras"),
    [
        ("deploy/requirements.txt", SHARING),
        ("deploy/requirements-cluster.txt", (*SHARING, "cluster")),
    ],
)
def test_all_that_the_service_needs_is_locked_by_hash(file: str, extras: tuple[str, ...]) -> None:
    found = locked(file)
    for requirement in needed(*extras):
        version, _ = found[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement.name
    assert [name for name, (_, hashes) in found.items() if hashes < 1] == []


@pytest.mark.parametrize("file", ["deploy/requirements.txt", "deploy/requirements-cluster.txt"])
def test_the_image_has_the_versions_that_the_tests_ran_with(file: str) -> None:
    lines = [line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    tested: dict[str, Version] = {canonicalize_name(name): Version(version) for name, version in lines}
    found = locked(file)
    both = found.keys() & tested.keys()
    assert len(both) > 30
    differing = [name for name in both if Version(found[name][0]) != tested[name]]
    assert differing == []


def test_the_wheel_is_built_by_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found = locked("deploy/requirements-build.txt")
    for text in project["build-system"]["requires"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(found[canonicalize_name(requirement.name)][0])


@pytest.mark.parametrize("file", sorted(file.name for file in (ROOT / "deploy").glob("requirements*.txt")))
def test_no_lock_names_an_index(file: str) -> None:
    assert re.findall(r"index-url|https?:|find-links", (ROOT / "deploy" / file).read_text()) == []


def test_nothing_is_installed_that_is_not_locked() -> None:
    installs = [
        command
        for word, rest in instructions()
        if word == "RUN"
        for command in rest.split("&&")
        if re.search(r"\bpip\b.* (install|wheel)\b", command)
    ]
    assert len(installs) == 4
    assert [one for one in installs if "--require-hashes" not in one and "--no-index" not in one] == []


def test_the_image_runs_as_nobody_and_says_how_it_is() -> None:
    said = dict(stage())
    user, _, group = said["USER"].partition(":")
    assert user.isdigit()
    assert group.isdigit()
    assert int(user) >= 10000
    assert 'CMD ["wuhen", "health"]' in said["HEALTHCHECK"]
    assert said["VOLUME"] == "/data"
    # Root's alone are the code and what was compiled of it.
    assert not any("chown" in rest for word, rest in stage() if word in {"COPY", "RUN"})


def test_the_image_has_what_workers_confine_themselves_with() -> None:
    installed = next(what for how, what in stage() if how == "RUN" and "apt-get install" in what)
    assert "libseccomp2" in installed.split()


def test_every_setting_of_image_and_compose_file_is_one() -> None:
    known = {f"WUHEN_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bWUHEN_[A-Z_]+\b(?=[=:])", (ROOT / "Dockerfile").read_text()))
    named |= {name for name in compose()["environment"] if name.startswith("WUHEN_")}
    assert {"WUHEN_DATA_DIR", "WUHEN_WORKERS"} <= named <= known


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]["wuhen"]
    return found


def test_the_compose_file_allows_no_more_than_is_needed() -> None:
    service = compose()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["user"] == dict(stage())["USER"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_compose_file_leaves_room_and_time() -> None:
    service = compose()
    environment, settings = service["environment"], Settings.model_fields
    workers = int(environment["WUHEN_WORKERS"]) * int(environment["WUHEN_WORKER_MEMORY"])
    # The service itself at its worst, as docs/load-and-limits.md has it.
    own = (int(environment["WUHEN_WORKERS"]) + 1) * 6 * settings["max_body"].default
    assert int(service["mem_limit"].removesuffix("g")) * 1024 >= workers + own
    assert int(service["stop_grace_period"].removesuffix("s")) > settings["shutdown_seconds"].default


@pytest.mark.skipif(ANALYSE is None, reason="systemd is not installed")
def test_the_units_exposure_stays_where_it_is() -> None:
    assert ANALYSE is not None
    done = subprocess.run(
        [ANALYSE, "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", "--no-pager", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_leaves_time_and_survives_a_workers_death() -> None:
    said = dict(line.split("=", 1) for line in UNIT.read_text().splitlines() if re.match(r"\w+=", line))
    assert int(said["TimeoutStopSec"]) > Settings.model_fields["shutdown_seconds"].default
    assert said["OOMPolicy"] == "continue"
    assert said["ExecStartPre"].endswith("serve --check")
    assert "MemoryDenyWriteExecute" not in said, "kernels are compiled code"


def test_the_unit_lets_workers_give_up_more() -> None:
    filters = re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), flags=re.MULTILINE)
    # Old versions of systemd do not count these among the calls of a usual service.
    assert {"seccomp", "landlock_restrict_self"} <= set(filters[-1].split())
    assert not filters[-1].startswith("~")


@pytest.mark.service
def test_health_tells_a_ready_service_from_none(service: Service) -> None:
    def ask(port: int, *options: str) -> "subprocess.CompletedProcess[str]":
        environment = clean_environment() | {"WUHEN_PORT": str(port), "WUHEN_HOST": "0.0.0.0"}  # noqa: S104
        return subprocess.run(
            [*WUHEN, "health", *options], env=environment, capture_output=True, text=True, check=False
        )

    assert (ask(service.port).returncode, ask(service.port).stdout) == (0, "ready\n")
    assert ask(service.port, "--alive").stdout == "ok\n"
    none = ask(1)
    assert none.returncode == 2
    assert none.stderr.startswith("Error: no answer from 127.0.0.1:1: ")
