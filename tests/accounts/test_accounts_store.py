"""Keys: made, found, limited, disabled, rotated and expired."""

import re
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.home import Home
from wuhen.accounts import (
    Database,
    InactiveKey,
    InvalidSetting,
    KeyStore,
    StoreUnavailable,
    UnknownAccount,
    UnknownKey,
    schema,
)

NOW = 1_731_574_045


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database, clock: Clock) -> KeyStore:
    return KeyStore(database, clock=clock)


def test_a_new_key_has_the_vendors_shape_and_is_found(store: KeyStore) -> None:
    made = store.create("studio", concurrency=3, rate=20)

    assert re.fullmatch(r"AKID[A-Za-z0-9]{32}", made.secret_id)
    assert re.fullmatch(r"[A-Za-z0-9]{32}", made.secret_key)
    assert (made.account, made.concurrency, made.rate) == ("studio", 3, 20)
    assert (made.token, made.expires_at) == (None, None)
    assert store.find(made.secret_id) == made


def test_no_two_keys_are_alike(store: KeyStore) -> None:
    made = [store.create() for _ in range(50)]
    assert len({key.secret_id for key in made}) == len({key.secret_key for key in made}) == 50


def test_secrets_do_not_show(store: KeyStore) -> None:
    made = store.create(lifetime=60)
    assert made.token is not None
    shown = repr(made) + repr(store.list())
    assert made.secret_id in shown
    assert made.secret_key not in shown
    assert made.token not in shown


@pytest.mark.parametrize("wrong", ["", "AKID", "akid", "%", "' OR 1=1 --", "AKID\x00", "AKID" + "x" * 10_000])
def test_what_is_not_a_key_is_not_found(store: KeyStore, wrong: str) -> None:
    store.create()
    assert store.find(wrong) is None


def test_a_secret_id_counts_with_its_case(store: KeyStore) -> None:
    made = store.create()
    assert store.find(made.secret_id.swapcase()) is None


def test_a_key_without_account_shares_limits_with_no_other(store: KeyStore) -> None:
    first, second = store.create(concurrency=2), store.create()
    assert first.account != second.account
    assert (first.concurrency, second.concurrency) == (2, 1)


def test_keys_of_one_account_have_its_limits(store: KeyStore) -> None:
    first = store.create("a", concurrency=2, rate=7)
    second = store.create("a")
    assert (second.concurrency, second.rate) == (2, 7)

    store.create("a", concurrency=5)
    for key in (first, second):
        found = store.find(key.secret_id)
        assert found is not None
        assert (found.concurrency, found.rate) == (5, 7)


def test_limits_can_be_set_and_the_rate_lifted(store: KeyStore) -> None:
    made = store.create("a", rate=7)
    store.set_limits("a", concurrency=4, rate=None)
    found = store.find(made.secret_id)
    assert found is not None
    assert (found.concurrency, found.rate) == (4, None)
    with pytest.raises(UnknownAccount, match="'b'"):
        store.set_limits("b", concurrency=1, rate=None)


@pytest.mark.parametrize("limit", [0, -1, 1_000_001, 2**70])
@pytest.mark.parametrize("name", ["concurrency", "rate"])
def test_impossible_limits_are_refused_and_leave_nothing(store: KeyStore, name: str, limit: int) -> None:
    with pytest.raises(InvalidSetting, match=f"{name} must be 1 to"):
        store.create("a", **{name: limit})
    assert store.is_empty()


@pytest.mark.parametrize("account", ["", " a", "a\n", "a\x00b", "x" * 65])
def test_impossible_account_names_are_refused(store: KeyStore, account: str) -> None:
    with pytest.raises(InvalidSetting, match="account's name"):
        store.create(account)


def test_an_account_may_have_a_chinese_name(store: KeyStore) -> None:
    assert store.create("设计部").account == "设计部"


@pytest.mark.parametrize("lifetime", [0, -5, 2**63])
def test_impossible_lifetimes_are_refused(store: KeyStore, lifetime: int) -> None:
    with pytest.raises(InvalidSetting, match="lifetime"):
        store.create(lifetime=lifetime)


def test_a_temporary_key_has_a_token_and_ends_on_the_second(store: KeyStore, clock: Clock) -> None:
    made = store.create(lifetime=60)
    assert made.token is not None
    assert len(made.token) >= 32
    assert made.expires_at == NOW + 60
    assert store.find(made.secret_id, NOW + 59.9) == made
    assert store.find(made.secret_id, NOW + 60) is None
    clock.now = NOW + 60
    assert store.find(made.secret_id) is None


def test_a_disabled_key_is_refused_until_it_is_enabled(store: KeyStore) -> None:
    made = store.create()
    store.disable(made.secret_id)
    store.disable(made.secret_id)
    assert store.find(made.secret_id) is None
    assert store.list()[0].state(NOW) == "disabled"
    store.enable(made.secret_id)
    assert store.find(made.secret_id) == made


def test_an_unknown_key_is_named_in_the_error(store: KeyStore) -> None:
    for act in (store.disable, store.enable, store.rotate):
        with pytest.raises(UnknownKey, match="AKIDnone"):
            act("AKIDnone")


def test_rotating_stops_the_old_key_at_once_and_for_good(store: KeyStore) -> None:
    old = store.create("a", concurrency=3, rate=9)
    new = store.rotate(old.secret_id)

    assert store.find(old.secret_id) is None
    assert store.find(new.secret_id) == new
    assert new.secret_key != old.secret_key
    assert (new.account, new.concurrency, new.rate, new.expires_at) == ("a", 3, 9, None)
    store.enable(old.secret_id)
    assert store.find(old.secret_id) is None


def test_rotating_with_grace_lets_the_old_key_live_on(store: KeyStore) -> None:
    old = store.create()
    new = store.rotate(old.secret_id, grace=600)
    assert store.find(old.secret_id, NOW + 599) is not None
    assert store.find(old.secret_id, NOW + 600) is None
    assert store.find(new.secret_id, NOW + 600) == new


def test_rotating_never_lengthens_a_life(store: KeyStore) -> None:
    old = store.create(lifetime=60)
    new = store.rotate(old.secret_id, grace=600)
    assert store.find(old.secret_id, NOW + 60) is None
    assert new.token not in {None, old.token}
    assert new.expires_at == NOW + 60


def test_only_an_active_key_is_rotated(store: KeyStore, clock: Clock) -> None:
    disabled, expired = store.create(), store.create(lifetime=1)
    store.disable(disabled.secret_id)
    clock.now += 2
    for key, state in ((disabled, "disabled"), (expired, "expired")):
        with pytest.raises(InactiveKey, match=state):
            store.rotate(key.secret_id)
    assert len(store.list()) == 2


@pytest.mark.parametrize("grace", [-1, 2**63])
def test_impossible_graces_are_refused(store: KeyStore, grace: int) -> None:
    made = store.create()
    with pytest.raises(InvalidSetting, match="grace"):
        store.rotate(made.secret_id, grace=grace)
    assert store.find(made.secret_id) == made


def test_the_list_is_in_order_of_making(store: KeyStore, clock: Clock) -> None:
    made = []
    for _ in range(5):
        made.append(store.create().secret_id)
        clock.now += 1
    assert [record.secret_id for record in store.list()] == made


def test_the_first_key_is_made_once(store: KeyStore) -> None:
    assert store.is_empty()
    first = store.create_if_empty("first", concurrency=2)
    assert first is not None
    assert (first.account, first.concurrency) == ("first", 2)
    assert store.create_if_empty("first") is None
    assert not store.is_empty()


def act(data_dir: Path, code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Do something with a key store in a process of its own, once it is told a line."""
    opened = (
        "import sys; from pathlib import Path; from wuhen.accounts import KeyStore\n"
        "sys.stdin.readline()\n"
        "store = KeyStore.in_directory(Path(sys.argv[1]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", opened + code, str(data_dir), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_change_by_another_process_is_seen_at_once(tmp_path: Path) -> None:
    with KeyStore.in_directory(tmp_path) as store:
        made = store.create()
        other = act(
            tmp_path, "store.disable(sys.argv[2]); print(store.create('b').secret_id)", made.secret_id
        )
        said = other.communicate("go\n", timeout=60)[0]
        assert store.find(made.secret_id) is None
        assert store.find(said.strip()) is not None


@pytest.mark.slow
def test_processes_starting_together_make_one_first_key(tmp_path: Path) -> None:
    started = [act(tmp_path, "print(store.create_if_empty() is not None)") for _ in range(3)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * 3
    assert sorted(made) == ["False", "False", "True"]


def test_services_starting_together_make_one_first_key_of_an_account(home: Home) -> None:
    def start(_: int) -> bool:
        with KeyStore(home.open()) as store:
            store.create("made by all")
            return store.create_if_empty() is not None

    def first(_: int) -> bool:
        with KeyStore(home.open()) as store:
            return store.create_if_empty("first") is not None

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(first, range(6))) == [False] * 5 + [True]
        assert list(threads.map(start, range(6))) == [False] * 6


def test_readers_are_not_held_up_by_a_writer(store: KeyStore, database: Database) -> None:
    made = store.create()

    def concurrency() -> int:
        found = store.find(made.secret_id)
        assert found is not None
        return found.concurrency

    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET concurrency = 9")
        assert concurrency() == 1
    assert concurrency() == 9


def test_threads_lose_no_key(store: KeyStore) -> None:
    def work() -> None:
        for _ in range(10):
            made = store.create("shared")
            store.rotate(made.secret_id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = store.list()
    assert len(records) == 80
    assert sum(record.state(NOW) == "active" for record in records) == 40


def test_keys_outlive_a_restart(home: Home) -> None:
    with KeyStore(home.open()) as store:
        made = store.create("a", rate=3)
    with KeyStore(home.open()) as store:
        assert store.find(made.secret_id) == made


def test_a_damaged_store_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "accounts.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnavailable, match=r"accounts\.sqlite3 cannot be used: .*not a database"):
        KeyStore.in_directory(tmp_path)


def test_an_error_of_the_database_tells_no_secret(store: KeyStore, database: Database) -> None:
    made = store.create()
    with database.writing() as connection:
        # So that a row is refused: what PostgreSQL says of it quotes the row.
        connection.exec_driver_sql("CREATE UNIQUE INDEX one_key_each ON keys (account)")
    with pytest.raises(StoreUnavailable, match=r"(?i)unique constraint") as caught:
        store.create(made.account)
    told = "".join(traceback.format_exception(caught.value))
    assert made.account not in told
    assert "AKID" not in told


def test_a_bearer_key_is_found_by_the_whole_of_it_and_kept_as_a_hash(
    store: KeyStore, database: Database
) -> None:
    made = store.create_bearer("scripts", concurrency=3, rate=20)
    assert re.fullmatch(r"whk_[A-Za-z0-9]{16}_[A-Za-z0-9]{43}", made.text)
    assert made.text.startswith(made.secret_id + "_")
    found = store.find_bearer(made.text)
    assert found is not None
    assert (found.secret_id, found.account, found.concurrency, found.rate) == (
        made.secret_id, "scripts", 3, 20)  # fmt: skip
    with database.reading() as connection:
        kept = connection.execute(select(schema.bearers)).one()
    secret = made.text.rpartition("_")[2]
    assert secret not in repr(kept) + repr(made) + repr(found) + repr(store.list())


def test_no_key_of_one_kind_is_found_as_the_other(store: KeyStore) -> None:
    bearer, pair = store.create_bearer(), store.create()
    assert store.find(bearer.secret_id) is store.find(bearer.text) is None
    near = (bearer.text[:-1], bearer.text + "a", bearer.text + "\n", bearer.text.swapcase())
    for wrong in ("", pair.secret_id, pair.secret_key, bearer.secret_id, "whk_" + "a" * 60, *near):
        assert store.find_bearer(wrong) is None, wrong


def test_bearer_keys_are_listed_disabled_rotated_and_expire(store: KeyStore, clock: Clock) -> None:
    assert store.is_empty()
    old = store.create_bearer("a", lifetime=600)
    assert not store.is_empty()
    store.disable(old.secret_id)
    assert store.find_bearer(old.text) is None
    store.enable(old.secret_id)
    new = store.rotate_bearer(old.secret_id, grace=60)
    assert (new.account, new.expires_at) == ("a", NOW + 600)
    assert store.find_bearer(old.text) is not None
    clock.now += 60
    assert store.find_bearer(old.text) is None
    assert store.find_bearer(new.text) is not None
    clock.now += 540
    assert store.find_bearer(new.text) is None
    assert [(one.bearer, one.state(clock.now)) for one in store.list()] == [(True, "expired")] * 2
    with pytest.raises(InactiveKey):
        store.rotate_bearer(new.secret_id)
    with pytest.raises(UnknownKey):
        store.rotate_bearer("whk_nobody")
