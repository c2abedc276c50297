"""The tiers are held: a unit test that reaches for the network fails, and no test has two tiers."""

import asyncio
import re
import socket
import subprocess
from pathlib import Path

import pytest

from harness import WUHEN
from picture_server import PictureServer
from tiers import FOLDERS, tier_of


def test_a_plain_test_is_a_unit_test(request: pytest.FixtureRequest) -> None:
    assert tier_of(request.node) == "unit"


def test_a_fixture_makes_it_a_test_of_the_service(
    request: pytest.FixtureRequest,
    picture_server: PictureServer,  # noqa: ARG001 - asking for it is the point
) -> None:
    assert tier_of(request.node) == "service"


def test_two_tiers_are_refused(request: pytest.FixtureRequest) -> None:
    request.node.add_marker("clients")
    with pytest.raises(pytest.UsageError, match="clients and unit"):
        tier_of(request.node)


def test_a_folder_of_one_tier_holds_no_test_of_another(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request.node, "path", Path("tests/studio/test_studio.py"))
    with pytest.raises(pytest.UsageError, match="browser and unit"):
        tier_of(request.node)


def test_only_unit_tests_are_slow(
    request: pytest.FixtureRequest,
    picture_server: PictureServer,  # noqa: ARG001 - asking for it is the point
) -> None:
    request.node.add_marker("slow")
    with pytest.raises(pytest.UsageError, match="is marked slow"):
        tier_of(request.node)


def test_the_quick_tests_pass_over_the_folders_that_have_none() -> None:
    makefile = Path(__file__).parent.parent.joinpath("Makefile").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^OTHER_TIERS := (.*)$", makefile, re.MULTILINE)
    assert listed.split() == sorted(FOLDERS)


def test_a_unit_test_that_connects_fails() -> None:
    with socket.socket() as opened, pytest.raises(pytest.fail.Exception, match="uses the network"):
        opened.connect(("127.0.0.1", 9))


def test_a_unit_test_that_listens_fails() -> None:
    with socket.socket() as opened, pytest.raises(pytest.fail.Exception, match="uses the network"):
        opened.bind(("127.0.0.1", 0))


def test_a_unit_test_that_starts_the_service_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="starts the service"):
        subprocess.Popen([*WUHEN, "serve", "--port", "0"])


def test_event_loops_and_other_processes_are_free() -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
    assert subprocess.run(["true"], check=False).returncode == 0
