"""Signatures that Tencent Cloud publishes, or that its clients were seen to make."""

from dataclasses import dataclass, replace

from wire.wire_samples import EXAMPLE_KEY, FORM, JSON, http
from wuhen.wire import HttpRequest, Key, SignatureMethod, sign_tc3
from wuhen.wire.tc3 import parse_authorization

JSON_UTF8 = "application/json; charset=utf-8"
STARS = Key("AKID" + "*" * 32, "*" * 32)
UNIT = Key("MY_TC_SECRET_ID", "MY_TC_SECRET_KEY")
NODE = Key("test-secret-id", "test-secret-key")

P1 = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
P2 = b'{"Limit": 1, "Filters": [{"Values": ["unnamed"], "Name": "instance-name"}]}'
P3 = b'{"InputUrl": "https://xxx.com/image.jpg", "MaskUrl": "https://xxx.com/mask.png", "RspImgType": "url"}'
T8 = b'{"Action":"DescribeInstances","Version":"2017-03-12"}'
C1 = b'{"InputUrl": "https://xxx.com/a b+c.jpg", "LogoParam": {"LogoRect": {"X": 5}}}'
C2 = b'{"InputUrl": "https://xxx.com/a b+c.jpg?x=1&y=2", "LogoAdd": 0, "LogoParam": {"LogoRect": {"X": 5}}}'
C3 = b"InputUrl=https%3A%2F%2Fxxx.com%2Fa+b%2Bc.jpg%3Fx%3D1%26y%3D2&LogoAdd=0&LogoParam.LogoRect.X=5"
A4 = (
    b"InputUrl=https%3A%2F%2Fxxx.com%2Fimage.jpg&LogoParam.LogoRect.X=5"
    b"&MaskUrl=https%3A%2F%2Fxxx.com%2Fmask.png"
)
TWO_IDS = b"InstanceIds.0=ins-000000&InstanceIds.1=ins-000001"
BASIC = ("content-type", "host")
WITH_ACTION = ("content-type", "host", "x-tc-action")


@dataclass(frozen=True)
class Vector:
    """A request and the signature that somebody else computed for it."""

    key: Key
    timestamp: int
    service: str
    method: str
    content_type: str
    payload: bytes
    signature: str
    canonical: str | None = None
    signed_headers: tuple[str, ...] = BASIC
    host: str = ""
    unsigned: bool = False

    @property
    def sent_host(self) -> str:
        return self.host or f"{self.service}.tencentcloudapi.com"

    @property
    def query(self) -> bytes:
        return self.payload if self.method == "GET" else b""

    @property
    def body(self) -> bytes:
        return self.payload if self.method == "POST" else b""

    def headers(self) -> dict[str, str]:
        return sign_tc3(
            self.key,
            service=self.service,
            host=self.sent_host,
            action="DescribeInstances",
            version="2017-03-12",
            timestamp=self.timestamp,
            method=self.method,
            query=self.query,
            body=self.body,
            unsigned_payload=self.unsigned,
            headers={"Content-Type": self.content_type},
            signed_headers=self.signed_headers,
        )

    def request(self) -> HttpRequest:
        """Return the request with the signature that was published, not one made here."""
        headers = {name.lower(): value for name, value in self.headers().items()}
        ours = parse_authorization(headers["authorization"])
        headers["authorization"] = replace(ours, signature=self.signature).header()
        return http(self.method, headers, query=self.query, body=self.body)


TC3_VECTORS = {
    "T1": Vector(
        EXAMPLE_KEY, 1551113065, "cvm", "POST", JSON_UTF8, P1,
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
    ),
    "T2": Vector(
        STARS, 1551113065, "cvm", "POST", JSON_UTF8, P1,
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84", WITH_ACTION,
    ),
    "T3": Vector(
        EXAMPLE_KEY, 1551113065, "cvm", "POST", JSON_UTF8, P1,
        "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26",
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84", WITH_ACTION,
    ),
    "T4": Vector(
        STARS, 1551113065, "cvm", "POST", JSON_UTF8, P2,
        "a7b8551448762bd123d6f79e81815e31a92013640a6cef36a08ad4b292a4d2f2",
        "2815843035062fffda5fd6f2a44ea8a34818b0dc46f024b8b3786976a3adda7a",
    ),
    "T5": Vector(
        EXAMPLE_KEY, 1539084154, "cvm", "GET", FORM, b"Limit=10&Offset=0",
        "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
    ),
    "T6": Vector(
        UNIT, 1000000000, "cvm", "POST", JSON, b"{}",
        "2c0b761dcdeacac29ac9d135f9f22b0fa52d4536d8b7727a8a515935c47eaea7",
        "b7511c2a57e10458e52fe57af7b28c25796fc538db71eef3b256d94528d8834d",
    ),
    "T7": Vector(
        UNIT, 1000000000, "cvm", "GET", FORM, TWO_IDS,
        "a4315b91798a181a6e5fb0353590040a399edad4a003ef5688d71fb34366c471",
        "cbf3fc877b1a1d4888c3fcc5e285ee382a79c3d1d5198c185a17f916b446c244",
    ),
    "T8": Vector(
        NODE, 1640995200, "cvm", "POST", JSON, T8,
        "96473b50fe407833672a5d6d067238d88bb44c8abcc39ef83baa3132afbfadd3",
        "11b4984250df9d76592a8eb098c42d8c757bebef390e23479ceac3a58148f4d9",
    ),
    "A1": Vector(
        EXAMPLE_KEY, 1731574045, "aiart", "POST", JSON, P3,
        "5169e136f12edca56dcda83b8f740f625acce224ef6e45b7e7e1f37a2d30b57e",
        "4549606fce85b2371b1de54fce122c81912fc13d531e0a20cc4bbe3810be5b77",
    ),
    "A2": Vector(
        EXAMPLE_KEY, 1731574045, "aiart", "POST", JSON_UTF8, P3,
        "04852fc0a094795e1f49ea46869e659dee603281564bfc8bbf0676f6fa4d6956",
        "9f8d6590979900405b13ce24dcc51339d04611a35112aa0e96ab2301c69151dc",
    ),
    "A3": Vector(
        EXAMPLE_KEY, 1731574045, "aiart", "POST", JSON, P3,
        "106b8126ccd3eb9ac1e2e11d0db8517370b594383a7b419d19255a4ba7de7f28",
        "6bd2f5845ed71160f173b397b2204185edb8982a4f9e60f1471ccdbf34f563af", unsigned=True,
    ),
    "A4": Vector(
        EXAMPLE_KEY, 1731574045, "aiart", "GET", FORM, A4,
        "da88fc76a2fa086de0e46b6fceeda07a78fc4e94679f2fd1c3e90979eb7c0340",
        "8cce1e804a866feabaf063226bd20aa0d95fa3bdc76871190913575d4f6808d0",
    ),
    "C1 tccli": Vector(
        EXAMPLE_KEY, 1795355572, "aiart", "POST", JSON, C1,
        "8bf8312fc70f0d49327fcb3e6dae81cf757069d09025e1257a83f9001184714f", host="http://127.0.0.1:18999",
    ),
    "C2 python POST": Vector(
        EXAMPLE_KEY, 1795355634, "aiart", "POST", JSON, C2,
        "e9fb9ab7b7431a51510f298bbbd87999304c9bcd3a1383d1f12507c609acbf72", host="127.0.0.1:18999",
    ),
    "C3 python GET": Vector(
        EXAMPLE_KEY, 1795355634, "aiart", "GET", FORM, C3,
        "3a60b430c25cd2d7f92849f79f59cb5965c3f62c7ddb50edf93163af3f314fe9", host="127.0.0.1:18999",
    ),
}  # fmt: skip

KEYS_OF_T1 = [
    "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a",
    "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050",
    "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
]
"""The keys derived for it, one from the other."""

OLD_STARS = Key("AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******")
CVM = "cvm.tencentcloudapi.com"


@dataclass(frozen=True)
class V1Vector:
    """Parameters in the order of the string to sign, and what others computed for it."""

    key: Key
    method: SignatureMethod
    http_method: str
    host: str
    parameters: str
    signature: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        # `&` inside a value is followed by a lower-case name, a parameter never is.
        pairs: list[tuple[str, str]] = []
        for piece in self.parameters.split("&"):
            name, _, value = piece.partition("=")
            if name[0].islower():
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}&{piece}")
            else:
                pairs.append((name, value))
        return pairs


def describe(secret_id: str, method: str = "") -> str:
    return (
        "Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou"
        f"&SecretId={secret_id}{method}&Timestamp=1465185768&Version=2017-03-12"
    )


def erase(method: str) -> str:
    return (
        "Action=ImageInpaintingRemoval&InputUrl=https://xxx.com/a b+c.jpg?x=1&y=2&LogoAdd=0"
        "&LogoParam.LogoRect.X=5&MaskUrl=https://xxx.com/mask.png&Nonce=11886&Region=ap-guangzhou&RspImgType=url"
        f"&SecretId={EXAMPLE_KEY.secret_id}&SignatureMethod={method}&Timestamp=1731574045&Version=2022-12-29"
    )


SHA1, SHA256 = SignatureMethod.SHA1, SignatureMethod.SHA256
AIART = "aiart.tencentcloudapi.com"
V1_VECTORS = {
    "V1 SHA1": V1Vector(
        EXAMPLE_KEY, SHA1, "GET", CVM, describe(EXAMPLE_KEY.secret_id), "EliP9YW3pW28FpsEdkXt/+WcGeI="
    ),
    "V1 old docs": V1Vector(
        OLD_STARS, SHA1, "GET", CVM, describe(OLD_STARS.secret_id), "zmmjn35mikh6pM3V7sUEuX4wyYM="
    ),
    "V1 new docs": V1Vector(
        STARS, SHA1, "GET", CVM, describe(STARS.secret_id), "7RAM2xfNMO9EiVTNmPg06MRnCvQ="
    ),
    "V1 SHA256": V1Vector(
        EXAMPLE_KEY, SHA256, "GET", CVM, describe(EXAMPLE_KEY.secret_id, "&SignatureMethod=HmacSHA256"),
        "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs=",
    ),
    "V2 SHA256": V1Vector(
        EXAMPLE_KEY, SHA256, "POST", AIART, erase("HmacSHA256"),
        "uucXSzYMgAYc1ZULJC9o3Fh6UVMtZxp2YvVfJ16ep9c=",
    ),
    "V2 SHA1": V1Vector(EXAMPLE_KEY, SHA1, "POST", AIART, erase("HmacSHA1"), "oqEPLpjkBC6SOQu++P+bfebuRhU="),
}  # fmt: skip
