"""Published signatures as requests that somebody might paste, to measure the signature check by."""

from dataclasses import dataclass, field

from wire import wire_vectors
from wire.wire_samples import EXAMPLE_KEY
from wuhen.wire.tc3 import utc_date

EX = (EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key)
P1 = wire_vectors.P1.decode()


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


def _of(vector: wire_vectors.Vector) -> Vector:
    return Vector(
        key=(vector.key.secret_id, vector.key.secret_key),
        timestamp=vector.timestamp,
        date=utc_date(vector.timestamp),
        content_type=vector.content_type,
        hash=str(vector.canonical),
        signature=vector.signature,
        body=vector.body.decode(),
        query=vector.query.decode(),
        method=vector.method,
        service=vector.service,
        action="DescribeInstances" if "x-tc-action" in vector.signed_headers else "",
        unsigned=vector.unsigned,
    )


VECTORS = {
    name: _of(vector) for name, vector in wire_vectors.TC3_VECTORS.items() if vector.canonical is not None
}
