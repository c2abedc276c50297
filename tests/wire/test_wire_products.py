"""Two products on one endpoint: the version tells them apart."""

import json
from dataclasses import replace

import pytest

from wire.wire_samples import ACTIONS, ERASE, EXAMPLE_KEY, HOST, NOW, http
from wuhen.wire import ApiError, Language, read, route, sign_tc3, sign_v1, verify
from wuhen.wire.forms import encode_form

OURS = replace(ERASE, service="own", name="Look", version="2026-11-25")
BOTH = (*ACTIONS, OURS)


def routed(action: str, version: str, service: str = "aiart") -> str:
    """Return which service's action a signed call reaches, or how it is refused."""
    body = json.dumps({}).encode()
    signed = sign_tc3(
        EXAMPLE_KEY, service=service, host=HOST, action=action, version=version, timestamp=NOW,
        region="ap-guangzhou", body=body, headers={"Content-Type": "application/json"},
    )  # fmt: skip
    claim = read(http("POST", signed, body=body), now=NOW)
    verify(claim, EXAMPLE_KEY)
    try:
        call = route(claim, BOTH)
    except ApiError as error:
        return f"{error.code}: {error.message(Language.ENGLISH)}"
    return f"{call.action.service} {call.action.name}"


@pytest.mark.parametrize("service", ["aiart", "own", "127"])
def test_the_version_chooses_the_product_whatever_the_signature_names(service: str) -> None:
    assert routed("ImageInpaintingRemoval", ERASE.version, service) == "aiart ImageInpaintingRemoval"
    assert routed("Look", OURS.version, service) == "own Look"


def test_an_action_of_the_other_product_is_refused_in_the_words_of_the_one_asked() -> None:
    missing = (
        "InvalidAction: The request action=`{}` is invalid or not found in service=`{}` and version=`{}`."
    )
    assert routed("Look", ERASE.version) == missing.format("Look", "aiart", ERASE.version)
    assert routed("ImageInpaintingRemoval", OURS.version) == missing.format(
        "ImageInpaintingRemoval", "own", OURS.version
    )


@pytest.mark.parametrize(
    ("signed_for", "said"), [("aiart", "aiart"), ("own", "own"), ("127", "aiart"), ("cvm", "aiart")]
)
def test_an_unknown_version_is_missing_in_the_service_that_was_meant(signed_for: str, said: str) -> None:
    assert routed("Look", "2017-03-12", signed_for) == (
        f"NoSuchVersion: The specified api version=`2017-03-12` does not exist in service=`{said}`."
    )


def test_signature_v1_names_no_service() -> None:
    pairs = sign_v1(
        EXAMPLE_KEY, [], host=HOST, action="Look", version="2017-03-12", timestamp=NOW, nonce=1, region="x"
    )
    form = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    claim = read(http("POST", form, body=encode_form(pairs)), now=NOW)
    with pytest.raises(ApiError, match="service=`aiart`"):
        route(claim, BOTH)
