"""Stores as older releases left them, with keys and records in them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from accounts.home import Home
from servers.postgresql import Postgres
from wuhen.accounts import AccountKey, CallRecord, Delivery

__all__ = ["CALL", "DELIVERY", "PERMANENT", "TEMPORARY", "VERSIONS", "make"]

VERSIONS = (1, 2, 3)
"""Every schema before alembic's revisions."""

PERMANENT = AccountKey(
    "AKIDpermanentxxxxxxxxxxxxxxxxxxxxxxx", "permanentsecretxxxxxxxxxxxxxxxxx", None, "shop", 3, 20, None
)
TEMPORARY = AccountKey(
    "AKIDtemporaryxxxxxxxxxxxxxxxxxxxxxxx",
    "temporarysecretxxxxxxxxxxxxxxxxx",
    "tokenxxxxxxxx",
    "100000000042",
    1,
    None,
    4_000_000_000,
)
DELIVERY = Delivery(
    at=1_795_000_000,
    request_id="5f7c1d2e-0000-4000-8000-000000000001",
    account="shop",
    secret_id=PERMANENT.secret_id,
    marked=False,
    labelled=True,
    signed=False,
    labels_found=('{"Label":"1"}',),
    engine="patch",
    width=4999,
    height=3000,
    hole=1234,
    media_type="image/jpeg",
    size=3_000_000_000,
    sha256="ab" * 32,
)
CALL = CallRecord(
    at=1_795_000_000_000,
    request_id=DELIVERY.request_id,
    proven=True,
    service="aiart",
    action="ImageInpaintingRemoval",
    version="2022-12-29",
    region="ap-guangzhou",
    form="tc3-post-json",
    code="OK",
    message="",
    milliseconds=1234,
    secret_id=PERMANENT.secret_id,
    parameters={"LogoAdd": 0},
    width=4999,
    height=3000,
    engine="patch",
)


def make(version: int, data_dir: Path, server: Postgres | None = None) -> Home:
    """Make the store of a schema version in a directory, or in a new schema of a server."""
    script = (Path(__file__).parent / "stores" / f"version{version}.sql").read_text()
    if server is None:
        data_dir.mkdir(0o700, exist_ok=True)
        with closing(sqlite3.connect(data_dir / "accounts.sqlite3")) as file:
            file.executescript(script)
        return Home(data_dir, None)
    url = server.make_schema()
    with server.connect(url) as connection:
        connection.execute(script.replace("number INTEGER", "number SERIAL").encode())
    return Home(data_dir, url)
