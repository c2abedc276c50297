"""What counts as one address, however it is written."""

import pytest

from wuhen.service.addresses import is_loopback, neighbourhood, parse_address


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("::FFFF:10.1.2.3", "10.1.2.3"),
        ("::ffff:a01:203", "10.1.2.3"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("10.1.2.3%eth0", None),
        ("10.1.2", None),
        ("[::1]", None),
        ("", None),
    ],
)
def test_an_address_has_one_form(text: str, right: str | None) -> None:
    found = parse_address(text)
    assert (None if found is None else str(found)) == right


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("10.1.2.3", "::ffff:10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("unix", "unix", True),
    ],
)
def test_a_site_of_ipv6_counts_as_one(one: str, other: str, *, together: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is together


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - which is told apart here
        ("::", False),
        ("photos.example.com", False),
    ],
)
def test_only_this_machine_reaches_the_loopback(host: str, *, right: bool) -> None:
    assert is_loopback(host) is right
