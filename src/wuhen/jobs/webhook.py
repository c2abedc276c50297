"""What is told of a job's end, signed so that whoever is told can check who says so.

The form is that of the Standard Webhooks specification: three headers, of which the last is an HMAC-SHA256
over the other two and the body. Its key is derived from the SecretKey of the key that submitted the job, so
that a receiver can be given the means to check without the means to sign calls. Pure: the time is passed in.
"""

import base64
import hashlib
import hmac
import json
import random
from dataclasses import dataclass
from typing import Final

from wuhen.jobs.records import Status

__all__ = ["GIVE_UP_SECONDS", "Notice", "next_pause", "secret_of", "sign"]

_PURPOSE: Final = b"wuhen-callback"
FIRST_PAUSE: Final = 10.0
LONGEST_PAUSE: Final = 3600.0
GIVE_UP_SECONDS: Final = 12 * 3600.0
"""After a job's end."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a job's end. The result is not in it: DescribeErase hands that out, to a key.

    Attributes
    ----------
    job : str
        Its number.
    status : Status
        How it ended.
    code, message : str
        ``OK`` and nothing, or why there is no result; both empty of one that was cancelled.
    ended_at : int
        Unix time in milliseconds.
    """

    job: str
    status: Status
    code: str
    message: str
    ended_at: int

    def body(self) -> str:
        """Return it as JSON."""
        members = {
            "Event": "EraseEnded",
            "JobId": self.job,
            "Status": self.status,
            "Code": self.code,
            "Message": self.message,
            "EndedAt": self.ended_at // 1000,
        }
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def secret_of(secret_key: str) -> bytes:
    """Derive the key that signs callbacks from the SecretKey of the key that submitted a job."""
    return hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()


def sign(secret: bytes, *, identity: str, timestamp: int, body: str) -> dict[str, str]:
    """Return the headers that go with a body.

    Parameters
    ----------
    secret
        Of `secret_of`.
    identity
        The notice's own, the same for each attempt to deliver it: receivers tell by it what they have had.
    timestamp
        Unix time in seconds; receivers refuse what is too old.
    body
        As it is sent.
    """
    signed = f"{identity}.{timestamp}.{body}".encode()
    proof = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode("ascii")
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{proof}",
    }


def next_pause(attempts: int) -> float:
    """Return the seconds to wait after so many failed attempts, at least 1: twice as long each time.

    By a random third more or less, so that what failed together is not tried again together.
    """
    pause: float = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 30), LONGEST_PAUSE)
    return pause * random.uniform(2 / 3, 4 / 3)
