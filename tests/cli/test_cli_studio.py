"""`wuhen studio`: for whom its link opens the page, and at which address."""

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from wuhen.accounts import KeyStore, OneTimeCodes
from wuhen.cli import main
from wuhen.service.addresses import find_own_address

pytestmark = pytest.mark.service


def studio(data_dir: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["studio", "--data-dir", str(data_dir), *options])


def opened_for(data_dir: Path, *options: str) -> str | None:
    """Return the account that a link opens the page for."""
    done = studio(data_dir, *options)
    assert done.exit_code == 0, done.output
    with OneTimeCodes.in_directory(data_dir) as codes:
        return codes.redeem(urlsplit(done.stdout.strip()).fragment.removeprefix("code="))


def test_the_newcomers_link_is_for_the_account_of_the_first_key(tmp_path: Path) -> None:
    """What his programs call with it is what the inspector shows."""
    assert opened_for(tmp_path) == "studio"
    with KeyStore.in_directory(tmp_path) as keys:
        first = keys.create_if_empty()
    assert first is not None
    assert opened_for(tmp_path) == first.account
    assert opened_for(tmp_path, "--account", "studio") == "studio"


def test_of_several_accounts_it_shows_none_unless_told_to(tmp_path: Path) -> None:
    with KeyStore.in_directory(tmp_path) as keys:
        for account in ("shop", "press"):
            keys.create(account)
    assert opened_for(tmp_path) == "studio"
    assert opened_for(tmp_path, "--account", "press") == "press"
    refused = studio(tmp_path, "--account", "prses")
    assert refused.exit_code != 0
    assert "there is no account 'prses'" in refused.output


def test_it_says_for_whom_it_opens_and_prints_the_link_alone(tmp_path: Path) -> None:
    done = studio(tmp_path)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/studio/#code=[\w-]{43}\n", done.stdout)
    assert "for the account studio" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_a_service_on_all_addresses_is_opened_at_one_that_others_reach(host: str, tmp_path: Path) -> None:
    found = urlsplit(studio(tmp_path, "--host", host).stdout.strip()).hostname
    assert found == find_own_address(host)
    assert found not in {"0.0.0.0", "::", None}  # noqa: S104


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7", "photos.example", "::1"])
def test_an_address_of_its_own_is_left_as_it_is(host: str) -> None:
    assert find_own_address(host) == host


def test_it_says_whether_anything_answers_at_the_link(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        assert "Nothing answers" not in studio(tmp_path, "--port", port).stderr
    assert "`wuhen serve` starts the service" in studio(tmp_path, "--port", port).stderr
    elsewhere = studio(tmp_path, "--port", port, "--public-url", "https://pictures.example")
    assert "Nothing answers" not in elsewhere.stderr
