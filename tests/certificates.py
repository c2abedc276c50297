"""A certificate for this machine, for tests of https."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import trustme

__all__ = ["Certificate", "issue"]

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


class Certificate(NamedTuple):
    """Files in PEM: the chain, its key, and the authority to be trusted."""

    chain: Path
    key: Path
    authority: Path


def issue(folder: Path, end: datetime | None = None) -> Certificate:
    """Write a certificate for `localhost` and 127.0.0.1 into `folder`; it may have ended by now."""
    made = Certificate(folder / "chain.pem", folder / "key.pem", folder / "authority.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.authority))
    issued = authority.issue_cert("127.0.0.1", "localhost", not_before=BEGIN, not_after=end)
    made.key.write_bytes(issued.private_key_pem.bytes())
    made.chain.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    made.key.chmod(0o600)
    return made
