"""Which host a client may have signed.

The host is signed as the client's endpoint was configured, which is not always what it then sends: Node.js
signs the name without its port, tccli signs (and sends) `http://host:port`, and HTTP libraries leave out a
default port.
"""

import re
from typing import Final

_SCHEME: Final = re.compile(r"https?://")
_PORT: Final = re.compile(r":[0-9]+$")
_DEFAULT_PORTS: Final = (80, 443)


def signable_hosts(received: str) -> tuple[str, ...]:
    """Return what may have been signed by a client that sent `received` as its Host, likeliest first."""
    bare = _SCHEME.sub("", received, count=1)
    name = _PORT.sub("", bare)
    with_port = (bare,) if name != bare else tuple(f"{bare}:{port}" for port in _DEFAULT_PORTS)
    guesses = (received, name, bare, *with_port, f"http://{bare}", f"https://{bare}")
    return tuple(dict.fromkeys(guesses))
