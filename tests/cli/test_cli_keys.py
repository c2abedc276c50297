"""`wuhen keys`."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wuhen.accounts import KeyStore
from wuhen.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["keys", *map(str, arguments)])


def create(data_dir: Path, *options: object) -> dict[str, str]:
    result = run("create", "--json", "--data-dir", data_dir, *options)
    assert result.exit_code == 0, result.output
    made: dict[str, str] = json.loads(result.stdout)
    return made


def listed(data_dir: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("list", "--json", "--data-dir", data_dir).stdout)
    return found


def test_a_key_has_the_vendors_shape_and_is_found(data_dir: Path) -> None:
    made = create(data_dir)
    assert set(made) == {"SecretId", "SecretKey"}
    assert made["SecretId"].startswith("AKID")
    with KeyStore.in_directory(data_dir) as store:
        found = store.find(made["SecretId"])
    assert found is not None
    assert found.secret_key == made["SecretKey"]
    assert found.concurrency == 1


def test_limits_and_lifetime(data_dir: Path) -> None:
    made = create(data_dir, "--account", "shop", "--concurrency", 3, "--rate", 5, "--lifetime", 600)
    assert set(made) == {"SecretId", "SecretKey", "Token", "ExpiresAt"}
    (entry,) = listed(data_dir)
    assert (entry["Account"], entry["Concurrency"], entry["Rate"], entry["Temporary"]) == ("shop", 3, 5, True)


def test_listing_shows_no_secret(data_dir: Path) -> None:
    made = create(data_dir, "--lifetime", 600)
    for options in ((), ("--json",)):
        output = run("list", "--data-dir", data_dir, *options).output
        assert made["SecretId"] in output
        assert made["SecretKey"] not in output
        assert made["Token"] not in output


def test_disable_enable_and_rotate(data_dir: Path) -> None:
    old = create(data_dir, "--account", "shop")
    assert run("disable", "--data-dir", data_dir, old["SecretId"]).exit_code == 0
    assert listed(data_dir)[0]["State"] == "disabled"
    assert run("enable", "--data-dir", data_dir, old["SecretId"]).exit_code == 0
    new = json.loads(run("rotate", "--json", "--data-dir", data_dir, old["SecretId"]).stdout)
    states = {entry["SecretId"]: (entry["State"], entry["Account"]) for entry in listed(data_dir)}
    assert states == {old["SecretId"]: ("expired", "shop"), new["SecretId"]: ("active", "shop")}


def test_an_account_is_disabled_whole(data_dir: Path) -> None:
    for account in ("shop", "shop", "press"):
        create(data_dir, "--account", account)
    done = run("disable", "--data-dir", data_dir, "--account", "shop")
    assert "shop: 2 keys are disabled, 0 links are gone." in done.stderr
    states = sorted((entry["Account"], entry["State"]) for entry in listed(data_dir))
    assert states == [("press", "active"), ("shop", "disabled"), ("shop", "disabled")]
    assert "no account 'nobody'" in run("disable", "--data-dir", data_dir, "--account", "nobody").output
    assert run("disable", "--data-dir", data_dir).exit_code == 2
    assert run("disable", "--data-dir", data_dir, "AKIDx", "--account", "shop").exit_code == 2


@pytest.mark.parametrize("command", ["disable", "enable", "rotate"])
def test_an_unknown_key_is_one_line(data_dir: Path, command: str) -> None:
    create(data_dir)
    result = run(command, "--data-dir", data_dir, "AKIDnobody")
    assert result.exit_code == 2
    assert "AKIDnobody" in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_only_the_owner_can_read_the_keys(data_dir: Path) -> None:
    before = os.umask(0)
    try:
        create(data_dir)
    finally:
        os.umask(before)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data_dir.iterdir()} == {0o600}


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("list", "--data-dir", tmp_path / "file" / "data")
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
