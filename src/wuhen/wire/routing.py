"""From a proven claim to a call: which action, where, with which parameters."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from . import failures
from .body import parse_json_object
from .claim import Claim
from .forms import Binary, Text, parse_form, text_leaves, unflatten
from .message import Language, Message
from .multipart import multipart_leaves
from .request import Form
from .schema import AnswerMember, Picture, Struct, Value
from .tc3 import Authorization
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
    answer
        What it returns besides the RequestId.
    """

    service: str
    name: str
    version: str
    parameters: Struct
    description: Message
    answer: tuple[AnswerMember, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Version and name, which no other action of an endpoint shares."""
        return self.version, self.name

    @property
    def answered_pictures(self) -> tuple[str, ...]:
        """Names of the pictures in its answer, each once."""
        found = (member.path.rpartition(".")[2] for member in self.answer if isinstance(member.type, Picture))
        return tuple(dict.fromkeys(found))


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
    form: str
    request_client: str | None


def route(claim: Claim, actions: Sequence[Action], regions: Collection[str] = DEFAULT_REGIONS) -> Call:
    """Find the action of a verified claim and validate its parameters.

    Parameters
    ----------
    claim
        A claim that `verify` accepted: only then may its body be parsed.
    actions
        What the endpoint offers, at least one. Services are told apart by their versions; the first is the
        one that an unknown version is missing in, unless the signature names another.
    regions
        Regions that the services support.

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


def sent_parameters(claim: Claim) -> dict[str, object]:
    """Return the parameters of a verified claim as they were sent, whatever they are: for a record of it.

    Raises
    ------
    ApiError
        They cannot be read.
    """
    return {name: _plain(value) for name, value in _raw_parameters(claim).items()}


def _plain(value: object) -> object:
    match value:
        case Text(value=inner) | Binary(value=inner):
            return inner
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case _:
            return value


def _find(claim: Claim, actions: Sequence[Action]) -> Action:
    versioned = [action for action in actions if action.version == claim.version]
    if not versioned:
        service = _service(claim, actions)
        raise failures.NO_SUCH_VERSION(version=claim.version, service=service)
    for action in versioned:
        if action.name == claim.action:
            return action
    service = versioned[0].service
    raise failures.INVALID_ACTION(action=claim.action, service=service, version=claim.version)


def _service(claim: Claim, actions: Sequence[Action]) -> str:
    """Return the service that a claim with a version of none is meant for, as far as can be told."""
    if isinstance(claim.proof, Authorization):
        for action in actions:
            if action.service == claim.proof.service:
                return action.service
    return actions[0].service


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
            return unflatten(text_leaves(claim.fields()))
