"""Tencent Cloud API 3.0: requests, signatures, parameters, errors and answers, whatever the action does.

A server reads a request in steps, each of which raises `ApiError` for what is wrong with it::

    claim = read(request, now=time.time())     # what the request says of itself
    verify(claim, credential)                  # that the holder of the key said it
    call = route(claim, actions, regions)      # what is asked for, in plain values

and answers with `render_success` or `render_failure`. A client signs with `sign_tc3` or `sign_v1`. Nothing
here does I/O or reads a clock.
"""

from . import failures
from .body import check_marks, parse_json
from .claim import CLOCK_TOLERANCE, Claim, read, read_language
from .codes import AIART_CODES, CODES, COMMON_CODES
from .credential import Credential, Key
from .envelope import CONTENT_TYPE, STATUS, render_failure, render_success
from .errors import ApiError, Failure, make_printable
from .forms import Binary, Text, encode_form, flatten
from .message import Language, Message
from .multipart import Part, parse_multipart
from .request import Allowance, Form, HttpRequest, Limits, allowance
from .routing import DEFAULT_REGIONS, Action, Call, route, sent_parameters
from .schema import (
    AnswerMember,
    Boolean,
    Flag,
    Float,
    Integer,
    Length,
    List,
    Parameter,
    Picture,
    String,
    Struct,
    Type,
    Value,
    members_of,
)
from .sign import sign_tc3, sign_v1
from .v1 import SignatureMethod
from .validation import validate
from .verify import verify

__all__ = [
    "AIART_CODES",
    "CLOCK_TOLERANCE",
    "CODES",
    "COMMON_CODES",
    "CONTENT_TYPE",
    "DEFAULT_REGIONS",
    "STATUS",
    "Action",
    "Allowance",
    "AnswerMember",
    "ApiError",
    "Binary",
    "Boolean",
    "Call",
    "Claim",
    "Credential",
    "Failure",
    "Flag",
    "Float",
    "Form",
    "HttpRequest",
    "Integer",
    "Key",
    "Language",
    "Length",
    "Limits",
    "List",
    "Message",
    "Parameter",
    "Part",
    "Picture",
    "SignatureMethod",
    "String",
    "Struct",
    "Text",
    "Type",
    "Value",
    "allowance",
    "check_marks",
    "encode_form",
    "failures",
    "flatten",
    "make_printable",
    "members_of",
    "parse_json",
    "parse_multipart",
    "read",
    "read_language",
    "render_failure",
    "render_success",
    "route",
    "sent_parameters",
    "sign_tc3",
    "sign_v1",
    "validate",
    "verify",
]
