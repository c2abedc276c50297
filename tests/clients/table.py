"""Every parameter, given well and badly, and the code that comes back.

The tests send each row. As a script, `PYTHONPATH=tests python tests/clients/table.py` starts a service, sends
them all and prints what it observed as a Markdown table.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from clients.raw import Answer, Style, call
from harness import Service, running
from picture_server import LOOP, MISSING, NO_PICTURE, REDIRECTED, SLOW, PictureServer, serving
from pictures import base64_of, encoded
from scenes import red_square

OK = "OK"
EMPTY = "InvalidParameterValue.ImageEmpty"
DECODE = "FailedOperation.ImageDecodeFailed"
SIZE = "FailedOperation.ImageSizeExceed"
RESOLUTION = "FailedOperation.ImageResolutionExceed"
DOWNLOAD = "FailedOperation.ImageDownloadError"
URL = "InvalidParameterValue.UrlIllegal"
VALUE = "InvalidParameterValue.ParameterValueError"
LOGO = "InvalidParameterValue.LogoParamErr"
TYPE = "InvalidParameter"
UNKNOWN = "UnknownParameter"

Case = Literal["valid", "absent", "wrong type", "wrong value", "both forms"]

SCENE = red_square()


def _black(width: int, height: int) -> str:
    return base64_of(encoded(np.zeros((height, width), np.uint8), "PNG"))


PHOTO = base64_of(SCENE.photo)
MASK = base64_of(SCENE.mask)
WIDE = base64_of(encoded(np.zeros((1, 5000, 3), np.uint8), "PNG"))
WHITE = base64_of(encoded(np.full((64, 96), 255, np.uint8), "PNG"))
GREY = base64_of(encoded(np.where(SCENE.hole, np.uint8(180), np.uint8(90)), "PNG"))
BROKEN = base64_of(SCENE.photo[:900])
TEXT = base64_of(b"not a picture")
LONG = "A" * (6 * 1024 * 1024)
RECT = {"X": 4, "Y": 4, "Width": 16, "Height": 8}


@dataclass(frozen=True)
class Row:
    """One call: what is changed about a good one, and what comes of it."""

    parameter: str
    case: Case
    what: str
    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    changes: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    style: Style = "tc3-json"

    @property
    def name(self) -> str:
        """Name the row where it is one of many."""
        return f"{self.parameter}, {self.case}: {self.what}" + (
            "" if self.style == "tc3-json" else f", {self.style}"
        )

    def send(self, service: Service, pictures: PictureServer) -> Answer:
        """Call the service as the row says; a parameter that is None is left out."""
        merged = _filled(SCENE.parameters() | dict(self.parameters), pictures.url(""))
        given = {name: value for name, value in merged.items() if value is not None}
        return call(service, given, self.style, changes=self.changes)


def _filled(value: Any, pictures: str) -> Any:
    """Put the picture server's address where a row says `{pictures}`."""
    if isinstance(value, dict):
        return {name: _filled(member, pictures) for name, member in value.items()}
    return value.replace("{pictures}", pictures) if isinstance(value, str) and len(value) < 200 else value


def _picture(text: str, url: str, good: str, path: str) -> Iterator[Row]:
    """Yield what holds for the photo and the mask alike."""

    def row(parameter: str, case: Case, what: str, code: str, **given: Any) -> Row:
        return Row(parameter, case, what, code, given)

    address = "{pictures}" + path
    by_url = {text: None}
    yield row(text, "valid", "base64", OK, **{text: good})
    yield row(
        text,
        "valid",
        "data URI and line breaks",
        OK,
        **{text: f"data:image/png;base64,\n{good[:76]}\r\n{good[76:]}"},
    )
    yield row(text, "absent", f"no {url} either", EMPTY, **{text: None})
    yield row(text, "absent", "empty string", EMPTY, **{text: ""})
    yield row(text, "wrong type", "integer", TYPE, **{text: 5})
    yield row(text, "wrong type", "list", TYPE, **{text: [good]})
    yield row(text, "wrong value", "not base64", DECODE, **{text: "?" + good})
    yield row(text, "wrong value", "no picture", DECODE, **{text: TEXT})
    yield row(text, "wrong value", "cut off", DECODE, **{text: BROKEN})
    yield row(text, "wrong value", "6 MB of base64", SIZE, **{text: LONG})
    yield row(text, "wrong value", "5000 pixels wide", RESOLUTION, **{text: WIDE})
    yield row(url, "valid", "http", OK, **by_url, **{url: address})
    yield row(url, "valid", "redirected", OK, **by_url, **{url: "{pictures}" + REDIRECTED + path})
    yield row(url, "absent", f"no {text} either", EMPTY, **by_url)
    yield row(url, "wrong type", "integer", TYPE, **{url: 5})
    yield row(url, "wrong type", "object", TYPE, **{url: {"Url": address}})
    yield row(url, "wrong value", "ftp", URL, **{url: "ftp://127.0.0.1/a.png"})
    yield row(url, "wrong value", "no URL", URL, **{url: "photo.png"})
    yield row(url, "wrong value", "private address", URL, **{url: "http://10.0.0.1/a.png"})
    yield row(url, "wrong value", "port not allowed", URL, **{url: "http://127.0.0.1:22/a.png"})
    yield row(url, "wrong value", "no such picture (404)", DOWNLOAD, **{url: "{pictures}" + MISSING})
    yield row(url, "wrong value", "redirected in a circle", DOWNLOAD, **{url: "{pictures}" + LOOP})
    yield row(url, "wrong value", "no picture", DECODE, **{url: "{pictures}" + NO_PICTURE})
    yield row(f"{url} and {text}", "both forms", "URL good, base64 bad", OK, **{url: address, text: TEXT})
    yield row(
        f"{url} and {text}", "both forms", "URL bad, base64 good", DOWNLOAD, **{url: "{pictures}" + MISSING}
    )
    yield row(f"{url} and {text}", "both forms", "URL empty, base64 good", OK, **{url: ""})


def _answers() -> Iterator[Row]:
    yield Row("InputUrl", "wrong value", "too slow", DOWNLOAD, {"InputUrl": "{pictures}" + SLOW})
    yield Row("Mask", "valid", "grey levels on both sides of 128", OK, {"Mask": GREY})
    yield Row("Mask", "wrong value", "another size", VALUE, {"Mask": _black(95, 64)})
    yield Row("Mask", "wrong value", "no white", VALUE, {"Mask": _black(96, 64)})
    yield Row("Mask", "wrong value", "all white", VALUE, {"Mask": WHITE})
    for what, code, given in (
        ("base64", OK, "base64"),
        ("url", OK, "url"),
        ("empty string", OK, ""),
        ("another word", VALUE, "jpg"),
        ("another case", VALUE, "URL"),
        ("integer", TYPE, 1),
    ):
        case: Case = "valid" if code == OK else "wrong type" if code == TYPE else "wrong value"
        yield Row("RspImgType", case, what, code, {"RspImgType": given})
    yield Row("RspImgType", "absent", "as base64", OK)


def _marks() -> Iterator[Row]:
    for given in (0, 1, 7, -1, 2**63 - 1):
        yield Row("LogoAdd", "valid", f"{given}", OK, {"LogoAdd": given})
    yield Row("LogoAdd", "valid", "as text", OK, {"LogoAdd": "1"}, style="v1-form")
    yield Row("LogoAdd", "absent", "as 1", OK, {"LogoAdd": None})
    for what, wrong in (("text", "1"), ("true", True), ("fraction", 1.0), ("2^63", 2**63), ("object", {})):
        yield Row("LogoAdd", "wrong type", what, TYPE, {"LogoAdd": wrong})
    yield Row("LogoAdd", "wrong type", "word", TYPE, {"LogoAdd": "yes"}, style="v1-form")
    drawn = {"LogoAdd": 1}
    logo = {"LogoImage": MASK}
    for name, case, what, code, value in (
        ("LogoParam", "valid", "picture and place", OK, logo | {"LogoRect": RECT}),
        ("LogoParam", "valid", "empty object", OK, {}),
        ("LogoParam", "absent", "the standard mark", OK, None),
        ("LogoParam", "wrong type", "text", TYPE, "logo"),
        ("LogoParam", "wrong type", "list", TYPE, [logo]),
        ("LogoParam", "wrong value", "a place without a picture", LOGO, {"LogoRect": RECT}),
        ("LogoParam", "wrong value", "unknown member", UNKNOWN, logo | {"Opacity": 1}),
        ("LogoParam.LogoImage", "valid", "base64", OK, logo),
        ("LogoParam.LogoImage", "absent", "no LogoUrl either", LOGO, {"LogoRect": RECT, "LogoImage": ""}),
        ("LogoParam.LogoImage", "wrong type", "integer", TYPE, {"LogoImage": 5}),
        ("LogoParam.LogoImage", "wrong value", "not base64", DECODE, {"LogoImage": "?"}),
        ("LogoParam.LogoImage", "wrong value", "no picture", DECODE, {"LogoImage": TEXT}),
        ("LogoParam.LogoImage", "wrong value", "5000 pixels wide", RESOLUTION, {"LogoImage": WIDE}),
        ("LogoParam.LogoUrl", "valid", "http", OK, {"LogoUrl": "{pictures}/mask.png"}),
        ("LogoParam.LogoUrl", "absent", "no LogoImage either", LOGO, {"LogoRect": RECT, "LogoUrl": None}),
        ("LogoParam.LogoRect", "absent", "in the corner", OK, logo),
        ("LogoParam.LogoRect", "wrong type", "text", TYPE, logo | {"LogoRect": "0,0,1,1"}),
        ("LogoParam.LogoRect", "wrong type", "list", TYPE, logo | {"LogoRect": [0, 0, 1, 1]}),
        ("LogoParam.LogoUrl", "wrong type", "integer", TYPE, {"LogoUrl": 5}),
        ("LogoParam.LogoUrl", "wrong value", "no URL", URL, {"LogoUrl": "logo.png"}),
        (
            "LogoParam.LogoUrl",
            "wrong value",
            "no such picture (404)",
            DOWNLOAD,
            {"LogoUrl": "{pictures}" + MISSING},
        ),
        (
            "LogoParam.LogoUrl and .LogoImage",
            "both forms",
            "URL good, base64 bad",
            OK,
            {"LogoUrl": "{pictures}/mask.png", "LogoImage": TEXT},
        ),
        (
            "LogoParam.LogoUrl and .LogoImage",
            "both forms",
            "URL bad, base64 good",
            DOWNLOAD,
            logo | {"LogoUrl": "{pictures}" + MISSING},
        ),
    ):
        yield Row(name, case, what, code, drawn | {"LogoParam": value})  # type: ignore[arg-type]
    yield Row("LogoParam", "valid", "not looked at with LogoAdd 0", OK, {"LogoParam": {"LogoImage": TEXT}})


def _places() -> Iterator[Row]:
    def row(case: Case, what: str, code: str, member: str = "", **changes: Any) -> Row:
        rect = {name: value for name, value in (RECT | changes).items() if value is not None}
        given = {"LogoAdd": 1, "LogoParam": {"LogoImage": MASK, "LogoRect": rect}}
        return Row("LogoParam.LogoRect" + member, case, what, code, given)

    yield row("valid", "inside", OK)
    yield row("valid", "partly outside", OK, X=90, Y=60)
    yield row("valid", "empty object", OK, X=None, Y=None, Width=None, Height=None)
    yield row("wrong value", "wholly outside", LOGO, X=96)
    yield row("wrong value", "unknown member", UNKNOWN, Left=1)
    for name in ("X", "Y"):
        yield row("absent", "as 0", OK, f".{name}", **{name: None})
        yield row("valid", "negative", OK, f".{name}", **{name: -3})
        yield row("wrong type", "text", TYPE, f".{name}", **{name: "4"})
        yield row("wrong type", "fraction", TYPE, f".{name}", **{name: 0.5})
        yield row("wrong value", "beyond any picture", LOGO, f".{name}", **{name: 2**40})
    for name in ("Width", "Height"):
        yield row("absent", "the other alone", LOGO, f".{name}", **{name: None})
        yield row("wrong type", "text", TYPE, f".{name}", **{name: "4"})
        yield row("wrong value", "0", LOGO, f".{name}", **{name: 0})
        yield row("wrong value", "negative", LOGO, f".{name}", **{name: -4})
        yield row(
            "valid", "wider than the picture" if name == "Width" else "higher", OK, f".{name}", **{name: 4000}
        )


def _common() -> Iterator[Row]:
    """Yield the common parameters: headers with TC3, fields with signature v1."""
    yield Row("any other", "wrong value", "unknown name", UNKNOWN, {"Prompt": "sky"})
    yield Row("any other", "wrong value", "unknown name", UNKNOWN, {"Prompt": "sky"}, style="v1-form")
    for style, prefix in (("tc3-json", "X-TC-"), ("v1-form", "")):
        for name, what, code, value in (
            ("Action", "another", "InvalidAction", "ImageOutpainting"),
            ("Action", "another case", "InvalidAction", "imageInpaintingRemoval"),
            ("Action", "", "MissingParameter", None),
            ("Version", "another", "NoSuchVersion", "2017-03-12"),
            ("Version", "", "MissingParameter", None),
            ("Region", "not this action's", "UnsupportedRegion", "ap-beijing"),
            ("Region", "no region", "InvalidParameterValue", "moon"),
            ("Region", "", "MissingParameter", None),
            ("Timestamp", "no number", "InvalidParameter", "now"),
            ("Timestamp", "long ago", "AuthFailure.SignatureExpire", "1731574045"),
            ("Timestamp", "", "MissingParameter", None),
            ("Language", "another", "InvalidParameterValue", "fr-FR"),
            ("Language", "zh-CN", OK, "zh-CN"),
            ("Language", "as en-US", OK, None),
            ("Region", "another of the action's", OK, "ap-shanghai"),
            ("RequestClient", "anything", OK, "SDK_ANY_1.0"),
            ("RequestClient", "", OK, None),
            ("Token", "of no temporary key", "AuthFailure.TokenFailure", "token"),
            ("Token", "as none", OK, ""),
        ):
            case: Case = "absent" if value is None else "valid" if code == OK else "wrong value"
            yield Row(prefix + name, case, what, code, changes={prefix + name: value}, style=style)  # type: ignore[arg-type]
    for what, code, text in (
        ("none", "AuthFailure.InvalidAuthorization", "SKIP"),
        (
            "another scheme",
            "AuthFailure.InvalidAuthorization",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request",
        ),
        ("malformed", "AuthFailure.InvalidAuthorization", "TC3-HMAC-SHA256 Credential=a"),
    ):
        yield Row("Authorization", "wrong value", what, code, changes={"Authorization": text})
    yield Row(
        "X-TC-Content-SHA256",
        "wrong value",
        "of another body",
        "InvalidParameterValue",
        changes={"X-TC-Content-SHA256": "0" * 64},
    )
    for name, what, code, value in (
        ("SecretId", "unknown", "AuthFailure.SecretIdNotFound", "AKID" + "x" * 32),
        ("SecretId", "malformed", "AuthFailure.InvalidSecretId", "a b"),
        ("SecretId", "", "MissingParameter", None),
        ("Nonce", "no number", "InvalidParameter", "x"),
        ("Nonce", "", "MissingParameter", None),
        ("SignatureMethod", "another", "InvalidParameterValue", "HmacMD5"),
        ("Signature", "wrong", "AuthFailure.SignatureFailure", "AAAA"),
        ("Signature", "", "MissingParameter", None),
    ):
        case = "absent" if value is None else "wrong value"
        yield Row(name, case, what, code, changes={name: value}, style="v1-form")
    yield Row(
        "SignatureMethod", "absent", "as HmacSHA1", OK, changes={"SignatureMethod": None}, style="v1-form"
    )


ROWS: tuple[Row, ...] = (
    *_picture("InputImage", "InputUrl", PHOTO, "/photo.png"),
    *_picture("Mask", "MaskUrl", MASK, "/mask.png"),
    *_answers(),
    *_marks(),
    *_places(),
    *_common(),
)


def markdown(observed: Iterable[tuple[Row, str]]) -> str:
    """Return the table as Markdown: a line for each parameter, a column for each case."""
    lines: dict[str, dict[Case, dict[str, list[str]]]] = {}
    for row, code in observed:
        given = row.what or "-"
        cell = lines.setdefault(row.parameter, {}).setdefault(row.case, {})
        cell.setdefault(code, []).append(given if row.style == "tc3-json" else f"{given} ({row.style})")
    cases: tuple[Case, ...] = get_args(Case)
    table = ["| parameter | " + " | ".join(cases) + " |", "|---" * (len(cases) + 1) + "|"]
    for parameter, cells in lines.items():
        texts = [
            "; ".join(f"{', '.join(given)}: `{code}`" for code, given in cells.get(case, {}).items())
            for case in cases
        ]
        table.append(f"| `{parameter}` | " + " | ".join(texts) + " |")
    return "\n".join(table)


def main() -> None:
    """Observe all rows and print them."""
    with tempfile.TemporaryDirectory() as folder, serving() as pictures:
        pictures.publish(SCENE)
        with running(Path(folder) / "data", *pictures.admitted) as service:
            print(markdown((row, row.send(service, pictures).code) for row in ROWS))  # noqa: T201


if __name__ == "__main__":
    main()
