"""Headers that every answer has, whatever it answers: what a browser may do with it."""

from collections.abc import Iterable

__all__ = ["STANDING", "Pairs", "hsts", "with_standing"]

Pairs = tuple[tuple[bytes, bytes], ...]

STANDING: Pairs = (
    # Nothing that is answered is a page, but for the studio, which says itself what it may load.
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
            b"frame-ancestors 'none'; sandbox"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


def hsts(seconds: int) -> Pairs:
    """Return the header that has browsers come by https for so many seconds; none for 0."""
    return ((b"strict-transport-security", b"max-age=%d" % seconds),) if seconds else ()


def with_standing(given: Iterable[tuple[bytes, bytes]], standing: Pairs) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those of `standing` that it does not have."""
    headers = list(given)
    names = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in standing if pair[0] not in names)]
