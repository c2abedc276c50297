"""From a proven claim to a call: which action, where, with which parameters."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from . import failures
from .body import parse_json_object
from .claim import Claim
from .forms import parse_form, text_leaves, unflatten
from .multipart import multipart_leaves
from .request import Form
from .schema import Struct, Value
from .texts import Language, Message
from .validation import validate

DEFAULT_REGIONS: Final = frozenset({"ap-guangzhou", "ap-shanghai", "ap-singapore"})
"""Regions in which the vendor's clients are seen to call this product."""

_REGION: Final = re.compile(r"(?:af|ap|eu|me|na|sa)(?:-[a-z]+)+")


@dataclass(frozen=True, slots=True)
class Action:
    """An action that a service offers.

    Parameters
    ----------
    service
        Name of the service, as error texts show it.
    name, version
        What a request asks for; compared exactly.
    parameters
        What it takes.
    description
        What it does.
    """

    service: str
    name: str
    version: str
    parameters: Struct
    description: Message


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request whose parameters are known to fit its action.

    Parameters
    ----------
    action
        What is asked for.
    parameters
        Plain values by name; absent ones are left out.
    region
        One of those the service supports.
    language
        Language of the answer's texts.
    secret_id
        Who asks.
    form
        How the request was sent.
    request_client
        What the client calls itself, for logs.
    """

    action: Action
    parameters: dict[str, Value] = field(repr=False)
    region: str
    language: Language
    secret_id: str
    form: Form
    request_client: str | None


def route(claim: Claim, actions: Sequence[Action], regions: Collection[str] = DEFAULT_REGIONS) -> Call:
    """Find the action of a verified claim and validate its parameters.

    Parameters
    ----------
    claim
        A claim that `verify` accepted: only then may its body be parsed.
    actions
        What the service offers, at least one; all of one service.
    regions
        Regions that the service supports.

    Raises
    ------
    ApiError
        For the first of these that is wrong: version, action, region, format of the parameters, their names,
        their types, their presence.
    """
    action = _find(claim, actions)
    region = _region(claim, regions)
    return Call(
        action=action,
        parameters=validate(action.parameters, _raw_parameters(claim)),
        region=region,
        language=claim.language,
        secret_id=claim.secret_id,
        form=claim.form,
        request_client=claim.request_client,
    )


def _find(claim: Claim, actions: Sequence[Action]) -> Action:
    service = actions[0].service
    versioned = [action for action in actions if action.version == claim.version]
    if not versioned:
        raise failures.NO_SUCH_VERSION(version=claim.version, service=service)
    for action in versioned:
        if action.name == claim.action:
            return action
    raise failures.INVALID_ACTION(action=claim.action, service=service, version=claim.version)


def _region(claim: Claim, regions: Collection[str]) -> str:
    name, missing = (
        ("Region", failures.MISSING_PARAMETER)
        if claim.form.is_v1
        else ("X-TC-Region", failures.MISSING_HEADER)
    )
    if claim.region is None:
        raise missing(name=name)
    if claim.region in regions:
        return claim.region
    if _REGION.fullmatch(claim.region):
        raise failures.UNSUPPORTED_REGION()
    raise failures.INVALID_VALUE(name=name)


def _raw_parameters(claim: Claim) -> dict[str, object]:
    request = claim.request
    match claim.form:
        case Form.JSON:
            return parse_json_object(request.body)
        case Form.MULTIPART:
            return unflatten(multipart_leaves(request.header("Content-Type") or "", request.body))
        case Form.QUERY:
            return unflatten(text_leaves(parse_form(request.query)))
        case Form.V1_FORM | Form.V1_QUERY:
            return unflatten(text_leaves(claim.fields))
