"""Signatures that Tencent Cloud publishes, or that its clients made, to measure the signature check by."""

from dataclasses import dataclass, field

EX = ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
ST = ("AKID" + 32 * "*", 32 * "*")
TE = ("MY_TC_SECRET_ID", "MY_TC_SECRET_KEY")
ND = ("test-secret-id", "test-secret-key")
JC = "application/json; charset=utf-8"
J = "application/json"
F = "application/x-www-form-urlencoded"
P1 = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
P2 = '{"Limit": 1, "Filters": [{"Values": ["unnamed"], "Name": "instance-name"}]}'
P3 = '{"InputUrl": "https://xxx.com/image.jpg", "MaskUrl": "https://xxx.com/mask.png", "RspImgType": "url"}'
A4_QUERY = (
    "InputUrl=https%3A%2F%2Fxxx.com%2Fimage.jpg&LogoParam.LogoRect.X=5"
    "&MaskUrl=https%3A%2F%2Fxxx.com%2Fmask.png"
)


@dataclass(frozen=True)
class Vector:
    """A signed request."""

    key: tuple[str, str] = field(repr=False)
    timestamp: int
    date: str
    content_type: str
    hash: str
    """Of the canonical request."""
    signature: str
    body: str = ""
    query: str = ""
    method: str = "POST"
    service: str = "cvm"
    action: str = ""
    """Where it is signed, too."""
    unsigned: bool = False

    @property
    def host(self) -> str:
        return f"{self.service}.tencentcloudapi.com"

    @property
    def names(self) -> list[str]:
        return ["content-type", "host", *(["x-tc-action"] if self.action else [])]

    def request(self, **changes: str) -> str:
        """Return it as raw HTTP, some headers changed."""
        headers = {
            "Host": self.host,
            "Content-Type": self.content_type,
            "X-TC-Action": self.action or "DescribeInstances",
            "X-TC-Version": "2017-03-12",
            "X-TC-Region": "ap-guangzhou",
            "X-TC-Timestamp": str(self.timestamp),
            "Authorization": "TC3-HMAC-SHA256 "
            f"Credential={self.key[0]}/{self.date}/{self.service}/tc3_request, "
            f"SignedHeaders={';'.join(self.names)}, Signature={self.signature}",
        }
        if self.unsigned:
            headers["X-TC-Content-SHA256"] = "UNSIGNED-PAYLOAD"
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        target = f"/?{self.query}" if self.query else "/"
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines)


VECTORS = {
    "T1": Vector(
        EX, 1551113065, "2019-02-25", JC,
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168", body=P1,
    ),
    "T2": Vector(
        ST, 1551113065, "2019-02-25", JC,
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        body=P1, action="DescribeInstances",
    ),
    "T3": Vector(
        EX, 1551113065, "2019-02-25", JC,
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
        "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26",
        body=P1, action="DescribeInstances",
    ),
    "T4": Vector(
        ST, 1551113065, "2019-02-25", JC,
        "2815843035062fffda5fd6f2a44ea8a34818b0dc46f024b8b3786976a3adda7a",
        "a7b8551448762bd123d6f79e81815e31a92013640a6cef36a08ad4b292a4d2f2", body=P2,
    ),
    "T5": Vector(
        EX, 1539084154, "2018-10-09", F,
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
        "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
        method="GET", query="Limit=10&Offset=0",
    ),
    "T6": Vector(
        TE, 1000000000, "2001-09-09", J,
        "b7511c2a57e10458e52fe57af7b28c25796fc538db71eef3b256d94528d8834d",
        "2c0b761dcdeacac29ac9d135f9f22b0fa52d4536d8b7727a8a515935c47eaea7", body="{}",
    ),
    "T7": Vector(
        TE, 1000000000, "2001-09-09", F,
        "cbf3fc877b1a1d4888c3fcc5e285ee382a79c3d1d5198c185a17f916b446c244",
        "a4315b91798a181a6e5fb0353590040a399edad4a003ef5688d71fb34366c471",
        method="GET", query="InstanceIds.0=ins-000000&InstanceIds.1=ins-000001",
    ),
    "T8": Vector(
        ND, 1640995200, "2022-01-01", J,
        "11b4984250df9d76592a8eb098c42d8c757bebef390e23479ceac3a58148f4d9",
        "96473b50fe407833672a5d6d067238d88bb44c8abcc39ef83baa3132afbfadd3",
        body='{"Action":"DescribeInstances","Version":"2017-03-12"}',
    ),
    "A1": Vector(
        EX, 1731574045, "2024-11-14", J,
        "4549606fce85b2371b1de54fce122c81912fc13d531e0a20cc4bbe3810be5b77",
        "5169e136f12edca56dcda83b8f740f625acce224ef6e45b7e7e1f37a2d30b57e", body=P3, service="aiart",
    ),
    "A2": Vector(
        EX, 1731574045, "2024-11-14", JC,
        "9f8d6590979900405b13ce24dcc51339d04611a35112aa0e96ab2301c69151dc",
        "04852fc0a094795e1f49ea46869e659dee603281564bfc8bbf0676f6fa4d6956", body=P3, service="aiart",
    ),
    "A3": Vector(
        EX, 1731574045, "2024-11-14", J,
        "6bd2f5845ed71160f173b397b2204185edb8982a4f9e60f1471ccdbf34f563af",
        "106b8126ccd3eb9ac1e2e11d0db8517370b594383a7b419d19255a4ba7de7f28",
        body=P3, service="aiart", unsigned=True,
    ),
    "A4": Vector(
        EX, 1731574045, "2024-11-14", F,
        "8cce1e804a866feabaf063226bd20aa0d95fa3bdc76871190913575d4f6808d0",
        "da88fc76a2fa086de0e46b6fceeda07a78fc4e94679f2fd1c3e90979eb7c0340",
        method="GET", query=A4_QUERY, service="aiart",
    ),
}  # fmt: skip
KEYS_OF_T1 = [
    "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a",
    "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050",
    "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
]
