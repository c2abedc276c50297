"""Refusals to hand out a result, in the words and the XML of Tencent Cloud's object store.

The codes and the document are those of the COS error responses (document 436/7730).
"""

import base64
import re
from typing import Self
from xml.sax.saxutils import escape

XML_MEDIA_TYPE = "application/xml"

# Everything XML 1.0 cannot hold even as a character reference, and CR, which a parser would turn into LF.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ResultRefused(Exception):
    """A request for a result that is not answered with the result.

    Attributes
    ----------
    status
        HTTP status to answer with.
    code, message
        The object store's error code and its English text.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @classmethod
    def unsigned(cls) -> Self:
        """Refuse a request without a well-formed signature."""
        return cls(403, "AccessDenied", "Access Denied.")

    @classmethod
    def expired(cls) -> Self:
        """Refuse a signature whose time is over."""
        return cls(403, "AccessDenied", "Request has expired")

    @classmethod
    def not_yet_valid(cls) -> Self:
        """Refuse a signature whose time has not come."""
        return cls(403, "AccessDenied", "Request is not yet valid")

    @classmethod
    def unknown_signer(cls) -> Self:
        """Refuse a signature made with a key that is not ours."""
        return cls(403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records")

    @classmethod
    def mismatch(cls) -> Self:
        """Refuse a signature that does not fit the request."""
        return cls(403, "SignatureDoesNotMatch", "The Signature you specified is invalid.")

    @classmethod
    def missing(cls) -> Self:
        """Say that there is no such result, or no longer."""
        return cls(404, "NoSuchKey", "The specified key does not exist.")

    @classmethod
    def unavailable(cls) -> Self:
        """Say that results cannot be read just now: whether there is this one, nobody knows."""
        return cls(503, "ServiceUnavailable", "Service is unavailable now, please try again later.")

    @classmethod
    def method(cls) -> Self:
        """Refuse anything but GET and HEAD."""
        return cls(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")


def error_xml(refused: ResultRefused, resource: str, request_id: str) -> bytes:
    """Write the object store's error document.

    Parameters
    ----------
    refused
        Why the request is refused.
    resource
        The host and path asked for; any text, what XML cannot hold is replaced.
    request_id
        Id of the request. The trace id, opaque in the store's own answers too, is derived from it.

    Returns
    -------
    bytes
        A UTF-8 document to send as `XML_MEDIA_TYPE`.
    """
    fields = {
        "Code": refused.code,
        "Message": refused.message,
        "Resource": resource,
        "RequestId": request_id,
        "TraceId": base64.b64encode(request_id.encode(errors="replace")).decode("ascii"),
    }
    body = "".join(f"\t<{name}>{_text(text)}</{name}>\n" for name, text in fields.items())
    return f"<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n{body}</Error>\n".encode()


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
