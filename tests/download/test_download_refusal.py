# ruff: noqa: S104 - nothing is bound where these addresses appear, but for the service under attack
"""Downloads that are not allowed: whatever the URL looks like, nothing inside is ever connected to."""

import ipaddress
import random
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from download.origin import Origin, ok, origin
from wuhen.download import (
    DownloadError,
    DownloadFailed,
    DownloadPolicy,
    DownloadTooLarge,
    FailureReason,
    RefusalReason,
    UrlRefused,
)
from wuhen.download.client import Downloader, fetch
from wuhen.download.urls import parse

LOOPBACK = ip_network("127.0.0.1/32")
# An address of this machine that the policy allows, beside one that it does not.
ALLOWED = "127.0.0.2"
WITH_ALLOWED = (ip_network(f"{ALLOWED}/32"),)


class Names(AbstractResolver):
    """Answers each name with the next of its addresses lists, so that a name can change its mind."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", ".") + ".example": answers for name, answers in names.items()}

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - a list says its own
    ) -> list[ResolveResult]:
        answers = self.names[host.rstrip(".")]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


def has_ipv6() -> bool:
    """Say whether this machine has a loopback address of IPv6; containers often have none."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


@pytest.fixture
async def inside() -> AsyncIterator[Origin]:
    """A service that nobody outside may reach, on every address of the machine that a URL can mean."""
    hosts = ["0.0.0.0"]
    if has_ipv6():
        hosts.append("::")
    async with origin(*hosts) as running:
        running.answer("/", ok(b"internal secret"))
        yield running


LITERALS = [
    "127.0.0.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "127.0.0.1.",
    "127.255.255.254",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::1%25lo]",
    "[::1%lo]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001::7f00:1]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00::1]",
    "[ff02::1]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "１２７.０.０.１",
    "%31%32%37.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "169.254.0.23",
    "100.100.100.200",
    "168.63.129.16",
    "[fd00:ec2::254]",
    "224.0.0.1",
    "255.255.255.255",
    "user@127.0.0.1",
    "user:password@127.0.0.1",
    "@127.0.0.1",
    "192.0.2.1@127.0.0.1",
    "127.0.0.1\\@192.0.2.1",
    "192.0.2.1:80\\@127.0.0.1",
    "127.0.0.1#@192.0.2.1",
    "127.0.0.1?@192.0.2.1",
    "192.0.2.1#@127.0.0.1:{port}",
    "127.0.0.1\r\nX: y",
    "127.0.0.1%0d%0aX: y",
    "127.0.0.1\t",
    " 127.0.0.1",
    "127.0.0.1 ",
    "\u2100127.0.0.1",
    "\udc80",
    "",
    ".",
    "a..b",
    "x" * 64 + ".example",
]


@pytest.mark.parametrize("host", LITERALS)
async def test_no_spelling_of_a_host_leads_inside(inside: Origin, host: str) -> None:
    policy = DownloadPolicy(allowed_ports=frozenset({inside.port, 80}))
    for port in (f":{inside.port}", ""):
        with pytest.raises((UrlRefused, DownloadFailed)) as caught:
            await fetch(f"http://{host.format(port=inside.port)}{port}/", limit=100, policy=policy)
        assert "secret" not in str(caught.value)
    assert inside.connections == 0


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", RefusalReason.SCHEME),
        ("ftp://public.example/a", RefusalReason.SCHEME),
        ("gopher://public.example/_x", RefusalReason.SCHEME),
        ("data:image/png;base64,AAAA", RefusalReason.SCHEME),
        ("javascript:alert(1)", RefusalReason.SCHEME),
        ("//public.example/a", RefusalReason.SCHEME),
        ("public.example/a", RefusalReason.SCHEME),
        ("", RefusalReason.SCHEME),
        ("http:", RefusalReason.SYNTAX),
        ("http:///a", RefusalReason.SYNTAX),
        ("http://public.example:22/", RefusalReason.PORT),
        ("http://public.example:6379/", RefusalReason.PORT),
        ("https://public.example:0/", RefusalReason.PORT),
        ("https://public.example:65536/", RefusalReason.SYNTAX),
        ("https://public.example:x/", RefusalReason.SYNTAX),
        ("https://user@public.example/", RefusalReason.USERINFO),
        ("https://public.example/\x00", RefusalReason.SYNTAX),
        ("https://public.example/a\r\nHost: b", RefusalReason.SYNTAX),
        ("https://public.example/a\\b", RefusalReason.SYNTAX),
        ("https://public.example/\ud800", RefusalReason.SYNTAX),
        ("https://[::1/", RefusalReason.SYNTAX),
        ("https://public.example/" + "x" * 8192, RefusalReason.LENGTH),
        ("http://10.0.0.1/", RefusalReason.ADDRESS),
        ("http://[::1]/", RefusalReason.ADDRESS),
    ],
)
async def test_the_error_says_what_is_wrong_with_the_url(url: str, reason: RefusalReason) -> None:
    with pytest.raises(UrlRefused) as caught:
        await fetch(url, limit=1, policy=DownloadPolicy())
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["2001:0:7f00:1::"],
        ["ff02::1"],
        ["224.0.0.1"],
        ["100.64.0.1"],
        ["100.100.100.200"],
        ["0.0.0.0"],
        ["::"],
        ["169.254.169.254"],
        ["168.63.129.16"],
        ["fe80::1%lo"],
        ["127.1"],
        ["nonsense"],
        ["127.0.0.1", "::1", "10.0.0.1"],
    ],
)
async def test_a_name_that_resolves_to_the_inside_is_refused(inside: Origin, addresses: list[str]) -> None:
    policy = DownloadPolicy(allowed_ports=frozenset({inside.port}))
    async with Downloader(policy, resolver=Names(evil=[addresses])) as downloader:
        with pytest.raises(UrlRefused) as caught:
            await downloader.fetch(inside.url("/", "evil.example"), limit=100)
    assert caught.value.reason == RefusalReason.ADDRESS
    assert not any(address in str(caught.value) for address in addresses)
    assert inside.connections == 0


async def test_a_name_with_addresses_of_both_kinds_leads_to_the_allowed_one_only(inside: Origin) -> None:
    policy = DownloadPolicy(allow_private=WITH_ALLOWED, allowed_ports=frozenset({inside.port}))
    peers: list[str] = []

    async def note(writer: object) -> None:
        peers.append(writer.get_extra_info("sockname")[0])  # type: ignore[attr-defined]
        writer.write(ok(b"x"))  # type: ignore[attr-defined]

    inside.answers["/"] = note
    for addresses in (["127.0.0.1", ALLOWED], [ALLOWED, "127.0.0.1"], ["::1", ALLOWED]):
        async with Downloader(policy, resolver=Names(mixed=[addresses])) as downloader:
            assert (await downloader.fetch(inside.url("/", "mixed.example"), limit=100)).data == b"x"
    assert {peer.removeprefix("::ffff:") for peer in peers} == {ALLOWED}
    assert inside.connections == 3


async def test_a_name_that_changes_its_mind_is_checked_each_time(inside: Origin) -> None:
    policy = DownloadPolicy(allow_private=WITH_ALLOWED, allowed_ports=frozenset({inside.port}))
    inside.redirect("/go", inside.url("/", "flip.example"))
    async with Downloader(policy, resolver=Names(flip=[[ALLOWED], ["127.0.0.1"]])) as downloader:
        with pytest.raises(UrlRefused):
            await downloader.fetch(inside.url("/go", "flip.example"), limit=100)
        with pytest.raises(UrlRefused):
            await downloader.fetch(inside.url("/", "flip.example"), limit=100)
    assert inside.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://user@127.0.0.2:{port}/",
        "http://127.0.0.2:22/",
        "http://127.0.0.2/",
        "ftp://127.0.0.2:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "\\\\127.0.0.1:{port}\\",
        "http://127.0.0.1:{port}\\@127.0.0.2/",
        "",
    ],
)
@pytest.mark.parametrize("status", [301, 308])
async def test_a_redirect_is_held_to_the_same_rules(inside: Origin, location: str, status: int) -> None:
    """The first address is allowed, the one it redirects to is not."""
    policy = DownloadPolicy(allow_private=WITH_ALLOWED, allowed_ports=frozenset({inside.port}))
    inside.redirect("/go", location.format(port=inside.port), status)
    with pytest.raises(DownloadError) as caught:
        await fetch(inside.url("/go", ALLOWED), limit=100, policy=policy)
    assert isinstance(caught.value, UrlRefused) or location == ""
    # With an empty location it keeps asking the allowed address, until that was one redirect too many.
    assert all(request.startswith(b"GET /go ") for request in inside.requests)


async def test_what_lies_inside_is_not_told_apart(inside: Origin) -> None:
    """An open port, a closed one and a missing machine look the same from outside."""
    texts = set()
    for host, port in (("127.0.0.1", inside.port), ("127.0.0.1", 1), ("10.255.255.1", 80)):
        policy = DownloadPolicy(allowed_ports=frozenset({port}))
        with pytest.raises(UrlRefused) as caught:
            await fetch(f"http://{host}:{port}/", limit=1, policy=policy)
        texts.add(str(caught.value))
    assert len(texts) == 1


# --- Addresses ---------------------------------------------------------------------------------------------

SPECIAL = [
    # The IANA special-purpose registries, and what clouds keep beside them.
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/29", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "::/96", "::ffff:10.0.0.0/104", "::ffff:127.0.0.0/104", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
    "2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
    "fec0::/10", "ff00::/8",
]  # fmt: skip


@pytest.mark.parametrize("network", SPECIAL)
def test_no_special_address_is_permitted(network: str) -> None:
    draw = random.Random(network)
    whole = ip_network(network)
    numbers = [0, whole.num_addresses - 1, *(draw.randrange(whole.num_addresses) for _ in range(50))]
    for number in numbers:
        address = whole[number]
        assert not DownloadPolicy().permits(str(address)), address
        if isinstance(address, ipaddress.IPv4Address):
            assert not DownloadPolicy().permits(f"::ffff:{address}"), address
        else:
            assert not DownloadPolicy().permits(f"{address}%eth0"), address


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "119.29.29.29", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2402:4e00::"],
)
def test_public_addresses_are_permitted(address: str) -> None:
    assert DownloadPolicy().permits(address)


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "2130706433", "0x7f.1", "1.1.1.1.", "::g"])
def test_what_is_not_an_address_is_not_permitted(address: str) -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    assert not DownloadPolicy(allow_private=everything).permits(address)


def test_an_operator_can_allow_a_network_but_not_the_clouds_secrets() -> None:
    policy = DownloadPolicy(allow_private=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    assert policy.permits("10.1.2.3")
    assert policy.permits("::ffff:10.1.2.3")
    assert policy.permits("fd12::1")
    assert not policy.permits("10.2.0.1")
    assert not policy.permits("fd00:ec2::254")

    everything = DownloadPolicy(allow_private=(ip_network("0.0.0.0/0"), ip_network("::/0")))
    for address in ("169.254.169.254", "169.254.0.23", "100.100.100.200", "168.63.129.16"):
        assert everything.permits("169.254.1.1")
        assert not everything.permits(address)
        assert not everything.permits(f"::ffff:{address}")


# --- Any text ----------------------------------------------------------------------------------------------

PIECES = """
http https :// : / // @ # ? % %00 [ ]
127.0.0.1 ::1 localhost a.b [2606:4700::1] 1.1.1.1 80 443 . ① 。 ℀ xn-- - _
"""
PIECE = st.sampled_from([" ", "\t", "\r\n", "\\", *PIECES.split()])
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECE, max_size=12).map("".join),
    st.lists(PIECE, max_size=8).map(lambda pieces: "http://" + "".join(pieces)),
)


@given(url=TEXTS)
def test_any_text_is_refused_or_becomes_a_plain_url(url: str) -> None:
    try:
        parsed = parse(url, DownloadPolicy())
    except UrlRefused as refused:
        assert str(refused)  # noqa: PT017 - most texts are refused, some are not
        return
    assert parsed.scheme in {"http", "https"}
    assert parsed.port in {80, 443}
    assert parsed.user is None
    assert parsed.password is None
    text = str(parsed)
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
    # Whatever reads it next sees the same host.
    assert parse(text, DownloadPolicy()).raw_host == parsed.raw_host


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
async def test_an_ipv6_address_can_be_allowed(inside: Origin) -> None:
    policy = DownloadPolicy(allow_private=(ip_network("::1/128"),), allowed_ports=frozenset({inside.port}))
    assert await fetch(inside.url("/", "[::1]"), limit=100, policy=policy) == b"internal secret"
    assert f"Host: [::1]:{inside.port}\r\n".encode() in inside.requests[0]


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://EXAMPLE.com", "http://example.com/"),
        ("https://example.com:443/a?", "https://example.com/a"),
        ("https://[2606:4700:4700:0::1111]/a", "https://[2606:4700:4700::1111]/a"),
        ("http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s/"),
        ("http://1.1.1.1:80?a", "http://1.1.1.1/?a"),
    ],
)
def test_a_public_url_is_accepted_in_its_normal_form(url: str, normal: str) -> None:
    assert str(parse(url, DownloadPolicy())) == normal


async def test_the_limit_holds_for_names_too(inside: Origin) -> None:
    inside.answer("/", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000)
    policy = DownloadPolicy(allow_private=(LOOPBACK,), allowed_ports=frozenset({inside.port}))
    with pytest.raises(DownloadTooLarge):
        await fetch(inside.url("/", "localhost"), limit=10, policy=policy)


async def test_a_name_that_does_not_exist_is_a_failure() -> None:
    class Nowhere(Names):
        async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
            raise OSError(socket.EAI_NONAME, "Name or service not known")

    async with Downloader(DownloadPolicy(), resolver=Nowhere()) as downloader:
        with pytest.raises(DownloadFailed) as caught:
            await downloader.fetch("http://missing.example/", limit=1)
    assert caught.value.reason == FailureReason.UNREACHABLE
