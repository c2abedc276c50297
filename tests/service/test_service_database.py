"""A service on the keys of the first release, in either home; and on PostgreSQL while its server is gone."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import old_stores
from clients.common_sdk import ask
from clients.python_sdk import erase, profile
from clients.raw import call
from harness import Key, Service, eventually, running, wuhen
from scenes import Scene, assert_erased
from servers.postgresql import Postgres

pytestmark = [
    pytest.mark.clients,
    # The SDK asks for the date in a way that Python 3.12 warns of.
    pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning"),
]

KEY = Key(old_stores.PERMANENT.secret_id, old_stores.PERMANENT.secret_key)
TEMPORARY = Key(old_stores.TEMPORARY.secret_id, old_stores.TEMPORARY.secret_key, old_stores.TEMPORARY.token)


@dataclass(frozen=True)
class Upgraded:
    """A service on a store as the first release left it."""

    service: Service
    where: tuple[str, str]

    def audit(self) -> list[dict[str, Any]]:
        """Return who was given which result."""
        return [json.loads(line) for line in wuhen("audit", *self.where).splitlines()]

    def missing(self) -> list[str]:
        """Return what `/readyz` misses."""
        try:
            with urllib.request.urlopen(self.service.url + "/readyz", timeout=10) as answer:
                return list(json.load(answer).get("missing", []))
        except urllib.error.HTTPError as error:
            with error:
                return list(json.load(error)["missing"])


@pytest.fixture(scope="module")
def on_postgresql(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """The same on PostgreSQL."""
    data = tmp_path_factory.mktemp("upgraded") / "data"
    url = old_stores.make(1, data, postgres).url
    assert url is not None
    where = ("--database-url", url)
    wuhen("db", "upgrade", *where)
    with running(data, *where, "--workers", "1", "--threads", "1") as started:
        yield Upgraded(started, where)


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.embedded("files")),
        "postgresql",
    ]
)
def upgraded(request: pytest.FixtureRequest) -> Upgraded:
    """A service of each kind."""
    if request.param == "postgresql":
        found: Upgraded = request.getfixturevalue("on_postgresql")
        return found
    service: Service = request.getfixturevalue("service")
    return Upgraded(service, ("--data-dir", str(service.data_dir)))


def test_keys_of_the_first_release_call_as_before(upgraded: Upgraded, scene: Scene) -> None:
    service = upgraded.service
    for key in (KEY, TEMPORARY):
        assert_erased(erase(scene.parameters(), key, profile(service)), scene)
    disabled = Key("AKIDdisabledxxxxxxxxxxxxxxxxxxxxxxxx", "disabledsecretxxxxxxxxxxxxxxxxxx")
    assert call(service, scene.parameters(), key=disabled).code == "AuthFailure.SecretIdNotFound"
    for key in (KEY, TEMPORARY):
        assert [one["secret_id"] for one in upgraded.audit()].count(key.secret_id) == 1
    eventually(lambda: ask(service, "DescribeCalls", {}, KEY)["TotalCount"] == 1)
    wuhen("keys", "disable", *upgraded.where, TEMPORARY.secret_id)
    assert call(service, scene.parameters(), key=TEMPORARY).code == "AuthFailure.SecretIdNotFound"


def test_while_its_server_is_gone_callers_are_told_and_nothing_is_lost(
    on_postgresql: Upgraded, scene: Scene, postgres: Postgres
) -> None:
    upgraded = on_postgresql
    service, before = upgraded.service, len(upgraded.audit())
    given = [call(service, scene.parameters(), key=KEY).code]
    postgres.stop()
    try:
        began = time.monotonic()
        refused = {call(service, scene.parameters(), key=KEY).code for _ in range(20)}
        assert refused == {"ServiceUnavailable"}
        # One call at a time tries; the others are told what it found.
        assert time.monotonic() - began < 5
        eventually(lambda: upgraded.missing() == ["keys", "records"])
    finally:
        postgres.start()

    def calls() -> bool:
        given.append(call(service, scene.parameters(), key=KEY).code)
        return given[-1] == "OK"

    eventually(calls, seconds=5)
    eventually(lambda: upgraded.missing() == [], seconds=5)
    assert set(given) <= {"OK", "ServiceUnavailable"}
    assert len(upgraded.audit()) - before == given.count("OK")
    said = [line["event"] for line in service.log_lines()]
    assert said.count("keys cannot be read") == said.count("no longer so: keys cannot be read") == 1
    assert "unforeseen" not in said
