"""When a certificate ends: read from its DER, as the standard library shows only certificates of peers."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["read_end"]

_SEQUENCE, _VERSION, _UTC_TIME, _TIME = 0x30, 0xA0, 0x17, 0x18
_BEFORE_VALIDITY = 3
"""Serial number, algorithm, issuer."""


def read_end(file: Path) -> datetime | None:
    """Return when the first certificate of a PEM file ends; None where there is none that can be read."""
    try:
        begin, _, rest = file.read_text(encoding="ascii", errors="replace").partition(ssl.PEM_HEADER)
        del begin
        body, _, _ = rest.partition(ssl.PEM_FOOTER)
        der = ssl.PEM_cert_to_DER_cert(f"{ssl.PEM_HEADER}\n{body.strip()}\n{ssl.PEM_FOOTER}")
        return _end(der)
    except (OSError, ValueError, IndexError):
        return None


def _end(der: bytes) -> datetime:
    """Return the end of the validity, which is a pair of times in the first part of a certificate."""
    fields = _parts(_parts(_parts(der)[0][1])[0][1])
    if fields[0][0] == _VERSION:
        fields = fields[1:]
    kind, text = _parts(fields[_BEFORE_VALIDITY][1])[1]
    form = {_UTC_TIME: "%y%m%d%H%M%SZ", _TIME: "%Y%m%d%H%M%SZ"}[kind]
    return datetime.strptime(text.decode("ascii"), form).replace(tzinfo=UTC)


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Return what lies one behind the other in `data`: tag and content of each."""
    parts = []
    while data:
        tag, length, start = data[0], data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        parts.append((tag, data[start : start + length]))
        data = data[start + length :]
    return parts
