"""What a request costs before it is known who sent it: no more than operators are told."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import h11
import pytest

from wire.wire_samples import EXAMPLE_KEY, FORM, HOST, NOW, http, tc3_post
from work import operations
from wuhen.accounts import KeyStore, OneTimeCodes
from wuhen.results import LocalResults, ResultRefused, SigningKey
from wuhen.results.cos_signature import MAX_HOST_LENGTH, MAX_QUERY_LENGTH
from wuhen.service.admission import Admission, Busy, Policy, Wish
from wuhen.service.doors.bearers import find_key, read_api_key, read_basic, read_bearer
from wuhen.service.doors.languages import accepted_language
from wuhen.service.guard import MAX_HEAD_BYTES, MAX_HEADER_LINES, Guard
from wuhen.service.pipeline import CallPath
from wuhen.service.studio import Sessions
from wuhen.settings import Settings
from wuhen.wire import ApiError, HttpRequest, Key, Limits, read, read_language, sign_tc3, tc3, v1, verify
from wuhen.wire.claim import MAX_COMMON_BYTES
from wuhen.wire.forms import MAX_ESCAPES, MAX_PAIRS
from wuhen.wire.tc3 import MAX_SIGNED_BYTES, MAX_SIGNED_HEADERS

LIMITS = Path(__file__).parents[2] / "docs" / "load-and-limits.md"
HEADING = "## What a stranger's request costs"
WRONG = Key(EXAMPLE_KEY.secret_id, "not its secret")
GET = b"GET /?a HTTP/1.1\r\nHost: h\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
FIELDS = (
    "TC3-HMAC-SHA256 Credential=a/2024-11-14/aiart/tc3_request, Signature=x, SignedHeaders=content-type;host"
)

Work = Callable[[], object]


def documented() -> dict[str, int]:
    """Return what the documentation says that each step takes at most."""
    text = LIMITS.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \|[^|\n]*\| ([\d,]+) \|", text, re.MULTILINE)
    return {step: int(count.replace(",", "")) for step, count in rows}


def parsing(data: bytes) -> None:
    """Read what a connection receives, as far as it may be read."""
    guard = Guard()
    guard.receive_data(data)
    with suppress(h11.RemoteProtocolError):
        while guard.next_event() is not h11.NEED_DATA:
            pass


def refusing(check: Callable[[], object]) -> None:
    with pytest.raises(ApiError):
        check()


def as_many_lines_as_may_be() -> bytes:
    size = (MAX_HEAD_BYTES - len(GET)) // (MAX_HEADER_LINES - 1) - 6
    return GET + (b"a:%s\r\n" % (b"B" * size)) * (MAX_HEADER_LINES - 1) + b"\r\n"


def signed_by_nobody() -> HttpRequest:
    """Return a GET that may have been signed in as many ways as there are."""
    own = [f"X-{number:02}" for number in reversed(range(MAX_SIGNED_HEADERS - 2))]
    content_type, query = "Multipart/form-data; boundary=B", b"q" * 20_000
    headers = sign_tc3(
        WRONG,
        service="aiart",
        host=HOST,
        action="Describe",
        version="2022-12-29",
        timestamp=NOW,
        method="GET",
        query=query,
        headers={
            "Content-Type": content_type,
            **dict.fromkeys(own, "V" * (MAX_SIGNED_BYTES // MAX_SIGNED_HEADERS)),
        },
    )
    names = ";".join(("host", *(name.lower() for name in own), "content-type"))
    authorization = re.sub("SignedHeaders=[^,]*", f"SignedHeaders={names}", headers["Authorization"])
    changes = {"Host": f"Http://{HOST}", "Authorization": authorization}
    return http("GET", headers | changes, query=query)


def with_authorization(value: str) -> HttpRequest:
    kept = [pair for pair in tc3_post({}).headers if pair[0] != "authorization"]
    return http("POST", [*kept, ("Authorization", value)])


def form_of_nobody() -> HttpRequest:
    """Return a form as large, and as dear to decode, as one may be."""
    common = {
        "Action": "Describe",
        "Version": "2022-12-29",
        "Timestamp": str(NOW),
        "Nonce": "1",
        "SecretId": EXAMPLE_KEY.secret_id,
        "Signature": "x",
        "RequestClient": "%41" * (MAX_COMMON_BYTES // 8),
    }
    count = MAX_PAIRS - len(common) - 1
    left = MAX_ESCAPES - MAX_COMMON_BYTES // 8 - 2 * count
    own = [(f"%41%42.{number}", "%41" * (left // count)) for number in range(count)]
    form = "&".join(f"{name}={value}" for name, value in (*common.items(), *own)).encode() + b"&last="
    piece = b"%2B" + b"x" * 20
    form += piece * ((Limits().v1_post - len(form)) // len(piece))
    return http("POST", {"Host": HOST, "Content-Type": FORM}, body=form)


def refusing_busy(work: Work) -> None:
    with pytest.raises(Busy):
        work()


def verifying(request: HttpRequest) -> Work:
    claim = read(request, now=NOW)
    return lambda: refusing(lambda: verify(claim, WRONG))


def finding_nobody(folder: Path) -> Work:
    keys = KeyStore.in_directory(folder)
    keys.find("AKIDbefore")
    return lambda: keys.find("AKIDnobody")


def entering(folder: Path) -> Work:
    """Come to a door with a key that could be one, and a head that could not be longer."""
    keys = KeyStore.in_directory(folder)
    keys.find_bearer("whk_" + "a" * 16 + "_" + "a" * 43)
    header = f"Bearer {' ' * 8000}whk_{'b' * 16}_{'b' * 43}"
    head = http("POST", {"Authorization": header, "Accept-Language": "zh;q=0.5," * 2500})

    def run() -> None:
        accepted_language(head)
        text = find_key(head, (read_api_key, read_basic, read_bearer))
        assert text is not None
        assert keys.find_bearer(text) is None

    return run


def resolving(folder: Path) -> Work:
    results = LocalResults(folder, SigningKey("AKIDtest", "secret"))
    query = "&".join(f"{number}%41=%41%42" for number in range(31)) + "&"
    query += "%41" * ((MAX_QUERY_LENGTH - len(query)) // 3)

    def run() -> None:
        with pytest.raises(ResultRefused):
            results.resolve("HEAD", "/results/" + "x" * 2000, query, "h" * MAX_HOST_LENGTH, NOW)

    return run


def glancing() -> Work:
    """Look at as many accounts as can wait."""
    admission = Admission(lambda: 1, Policy(max_wait=1e9, deadline=1e9))
    for number in range(Policy().most):
        wish = Wish(f"account {number}", "Erase", 1000, 1e9)
        admission._line.join(admission._ticket(wish), 0.0, 1)
    return lambda: admission.screen(Wish("account 7", "Erase", 1000, 1e9))


def opening(folder: Path, body: bytes) -> Work:
    sessions = Sessions(KeyStore.in_directory(folder), OneTimeCodes.in_directory(folder), 1)
    return lambda: sessions.answer(body)


def steps(folder: Path) -> dict[str, list[Work]]:
    """Return what is done before a signature is checked, each as dear as a request can make it."""
    form, signed = form_of_nobody(), signed_by_nobody()
    authorizations = [
        "," * 30_000,
        FIELDS + ";" * 30_000,
        FIELDS + "".join(f";x{number}" for number in range(5000)),
    ]
    return {
        "reading a head": [
            partial(parsing, as_many_lines_as_may_be()),
            partial(parsing, GET + b"a: b\r\n" + b" c\r\n" * 6000 + b"\r\n"),
        ],
        "reading a body": [partial(parsing, CHUNKED + b"1\r\na\r\n" * 5000)],
        "`receive_form`": [
            partial(read_language, http("POST", {}, body=b"&" * Limits().v1_post)),
            partial(read_language, form),
        ],
        "`identify`: TC3": [
            partial(read, signed, now=NOW),
            *(
                partial(refusing, partial(read, with_authorization(value), now=NOW))
                for value in authorizations
            ),
        ],
        "`identify`: signature v1": [partial(read, form, now=NOW)],
        "`identify`: the key": [finding_nobody(folder)],
        "`enter`: the key at a door": [entering(folder)],
        "`glance`": [partial(refusing_busy, glancing())],
        "`verify`: TC3": [verifying(signed)],
        "`verify`: signature v1": [verifying(form)],
        "a result's URL": [resolving(folder)],
        "`/studio/session`": [
            opening(folder, b"[" * 1024),
            opening(folder, b'{"code": "' + b"x" * 1000 + b'"}'),
        ],
    }


def test_no_step_takes_more_than_is_documented(tmp_path: Path) -> None:
    taken = {name: max(map(operations, works)) for name, works in steps(tmp_path).items()}
    said = documented()
    assert taken.keys() == said.keys()
    assert {name: count for name, count in taken.items() if count > said[name]} == {}
    # What is far below what is said would make the table useless; versions of Python differ by a third.
    assert {name: count for name, count in taken.items() if count < said[name] / 4} == {}


def test_every_step_up_to_the_signature_is_documented() -> None:
    unused: Any = None
    path = CallPath(unused, unused, unused, unused, unused, unused, Settings.model_validate({}))
    names = [step.__name__ for step in path.arriving]
    text = LIMITS.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    assert [name for name in names[: names.index("verify") + 1] if f"`{name}`" not in text] == []


def test_few_signatures_are_computed_for_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    works = verifying(signed_by_nobody()), verifying(form_of_nobody())
    computed = {"tc3": 0, "v1": 0}
    for name, module in (("tc3", tc3), ("v1", v1)):
        original = module.signature

        def counting(*given: object, name: str = name, original: Callable[..., str] = original) -> str:
            computed[name] += 1
            return original(*given)

        monkeypatch.setattr(module, "signature", counting)
    for work in works:
        work()
    text = LIMITS.read_text(encoding="utf-8").partition(HEADING)[2]
    for name, count in computed.items():
        assert f"{count} signatures" in text, (name, count)
