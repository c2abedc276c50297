"""Links to the studio: for whom they open it, what their keys count in, and whose calls those may see."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from accounts.old_stores import CALL
from wuhen.accounts import (
    STUDIO,
    AccountKey,
    CallFilter,
    CallLog,
    Database,
    KeyStore,
    OneTimeCodes,
    UnknownAccount,
    disable_account,
    schema,
)

ANY = CallFilter()


@pytest.fixture
def keys(database: Database) -> KeyStore:
    return KeyStore(database)


def opened(keys: KeyStore, account: str) -> AccountKey:
    return keys.create_by_link(account, concurrency=4, lifetime=600)


def test_a_code_opens_for_its_account_once(database: Database) -> None:
    codes = OneTimeCodes(database)
    code = codes.issue("shop")
    assert codes.redeem(code) == "shop"
    assert codes.redeem(code) is None
    assert codes.redeem(codes.issue()) == STUDIO


def test_a_code_of_an_older_release_opens_for_the_studio(database: Database) -> None:
    codes = OneTimeCodes(database)
    code = codes.issue("shop")
    with database.writing() as connection:
        connection.execute(update(schema.codes).values(account=None))
    assert codes.redeem(code) == STUDIO


def test_a_links_key_is_its_accounts_and_counts_in_the_studios_limits(keys: KeyStore) -> None:
    own = keys.create("shop", concurrency=1, rate=5)
    made = opened(keys, "shop")
    assert (made.account, made.counted, made.concurrency, made.rate) == ("shop", STUDIO, 4, None)
    assert made.sees_account
    assert keys.find(made.secret_id) == made
    assert keys.find(own.secret_id) == own
    assert (own.counted, own.sees_account) == ("shop", False)
    following = keys.rotate(made.secret_id)
    assert (following.counted, following.sees_account) == (STUDIO, True)


def test_keys_of_the_studio_itself_see_only_their_own_calls(keys: KeyStore) -> None:
    assert not opened(keys, STUDIO).sees_account
    assert not keys.create("shop", lifetime=60).sees_account


def test_a_link_is_for_the_account_that_has_all_lasting_keys(keys: KeyStore) -> None:
    assert keys.find_sole_account() is None
    first = keys.create("shop")
    keys.create("shop")
    keys.create("visitor", lifetime=60)
    opened(keys, STUDIO)
    assert keys.find_sole_account() == "shop"
    bearer = keys.create_bearer("press")
    assert keys.find_sole_account() is None
    keys.disable(bearer.secret_id)
    assert keys.find_sole_account() == "shop"
    other = keys.create("print")
    assert keys.find_sole_account() is None
    keys.rotate(other.secret_id)
    assert keys.find_sole_account() is None
    keys.disable(first.secret_id)
    assert keys.find_sole_account() is None
    assert keys.has_account("print")
    assert not keys.has_account("prin\0t")
    assert not keys.has_account("nobody")


def test_the_calls_of_an_account_are_those_of_all_its_keys_and_of_no_others(
    database: Database, keys: KeyStore
) -> None:
    calls = CallLog(database)
    lasting, bearer = keys.create("shop").secret_id, keys.create_bearer("shop").secret_id
    page, stranger = opened(keys, "shop").secret_id, keys.create("press").secret_id
    for number, secret_id in enumerate((lasting, bearer, page, stranger)):
        calls.add([replace(CALL, request_id=str(number), secret_id=secret_id)])
    total, found = calls.find(page, ANY, limit=10, account="shop")
    assert total == 3
    assert [(one.request_id, one.secret_id) for one in found] == [("2", page), ("1", bearer), ("0", lasting)]
    assert calls.find(page, ANY, limit=10)[0] == 1
    assert calls.find(page, CallFilter(secret_id=lasting), limit=10, account="shop")[0] == 1
    assert calls.find(page, CallFilter(secret_id=stranger), limit=10, account="shop")[0] == 0
    assert calls.find(page, CallFilter(secret_id=lasting), limit=10)[0] == 0
    assert calls.get(page, "0") is None
    assert calls.get(page, "0", account="shop") is not None
    assert calls.get(page, "3", account="shop") is None
    assert len(calls.outcomes(page, ANY, limit=10, account="shop")) == 3
    assert calls.outcomes(page, ANY, limit=10)[0].milliseconds == CALL.milliseconds


def test_disabling_an_account_ends_its_keys_its_studios_and_its_links(
    database: Database, keys: KeyStore
) -> None:
    codes = OneTimeCodes(database)
    own, bearer, studio = keys.create("shop"), keys.create_bearer("shop"), opened(keys, "shop")
    other, code, other_code = keys.create("press"), codes.issue("shop"), codes.issue("press")
    assert disable_account(database, "shop") == (3, 1)
    assert keys.find(own.secret_id) is keys.find(studio.secret_id) is keys.find_bearer(bearer.text) is None
    assert codes.redeem(code) is None
    assert keys.find(other.secret_id) == other
    assert codes.redeem(other_code) == "press"
    assert disable_account(database, "shop") == (0, 0)
    keys.enable(own.secret_id)
    assert keys.find(own.secret_id) == own


def test_links_alone_make_an_account_that_can_be_disabled(database: Database) -> None:
    codes = OneTimeCodes(database)
    with pytest.raises(UnknownAccount):
        disable_account(database, STUDIO)
    code = codes.issue()
    assert disable_account(database, STUDIO) == (0, 1)
    assert codes.redeem(code) is None
