"""Reading Content Credentials: who signed what, and whether it holds."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wuhen.mark.credentials import c2pa_module, context
from wuhen.mark.errors import SigningFailed

__all__ = ["ContentCredentials", "check_anchors", "read_credentials"]

State = Literal["trusted", "valid", "broken", "elsewhere"]

_NAME = b"c2pa"  # what every manifest store is labelled with
_UNTRUSTED = "signingCredential.untrusted"
# What C2PA's status codes mean to somebody who has never heard of them (C2PA 2.2, 15.2).
_MEANINGS = {
    _UNTRUSTED: "no root that is trusted here vouches for the signer's certificate",
    "assertion.dataHash.mismatch": "the file was changed after it was signed",
    "assertion.hashedURI.mismatch": "a statement in the record was changed after it was signed",
    "assertion.missing": "a statement that the record refers to is missing",
    "claimSignature.mismatch": "the signature does not fit the record",
    "claimSignature.missing": "the record is not signed",
    "claimSignature.outsideValidity": "it was signed while the certificate was not valid",
    "signingCredential.expired": "the signer's certificate had expired",
    "signingCredential.invalid": "the signer's certificate is not one to sign credentials with",
    "signingCredential.ocsp.revoked": "the signer's certificate has been revoked",
    "timeStamp.mismatch": "the timestamp is of something else",
    "timeStamp.untrusted": "no root that is trusted here vouches for the timestamp's certificate",
    "ingredient.manifest.mismatch": "the record of an ingredient was changed",
}


@dataclass(frozen=True, slots=True)
class ContentCredentials:
    """What a file's Content Credentials say.

    Attributes
    ----------
    state
        ``"trusted"``: they hold and a trusted root vouches for the signer; ``"valid"``: they hold, but who
        the signer is rests on the certificate's word; ``"broken"``; ``"elsewhere"``: the file only names an
        address, which is not asked.
    problems
        In what they are broken, or what keeps them from being trusted.
    signer, organisation
        The certificate's common name and organisation.
    signed_at
        By a timestamp service's word: ISO 8601, or None without one.
    generator
        The software that made the record.
    actions
        What was done, in order.
    ingredients
        What it was done to.
    """

    state: State
    problems: tuple[str, ...] = ()
    signer: str | None = None
    organisation: str | None = None
    signed_at: str | None = None
    generator: str | None = None
    actions: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()


def read_credentials(
    data: bytes, media_type: str, *, anchors: bytes | None = None
) -> ContentCredentials | None:
    """Read and check the Content Credentials of a file. Nothing is fetched.

    Parameters
    ----------
    data
        The file.
    media_type
        Its media type.
    anchors
        Certificates of the roots to trust, PEM.

    Returns
    -------
    Credentials or None
        None where there are none.

    Raises
    ------
    SigningFailed
        c2pa is not installed, or `anchors` holds no certificates.
    """
    c2pa = c2pa_module()
    if anchors is not None:
        check_anchors(anchors)
    error = c2pa.C2paError
    try:
        with (
            context(anchors=anchors) as settings,
            c2pa.Reader(media_type, io.BytesIO(data), context=settings) as reader,
        ):
            report, state = json.loads(reader.json()), reader.get_validation_state()
    except (error.ManifestNotFound, error.NotSupported):
        return None
    except RecursionError:  # that of `json`: a manifest nested deeper than any is
        return ContentCredentials("broken", ("they cannot be read: they are nested too deeply",))
    except error as failed:
        reason = " ".join(str(failed).split())
        if reason.startswith("Remote"):
            return ContentCredentials("elsewhere", (reason.partition(": ")[2][:200],))
        if _NAME not in data:  # it is the file that is broken
            return None
        return ContentCredentials("broken", (f"they cannot be read: {reason[:200]}",))
    return _summary(report, {"Trusted": "trusted", "Valid": "valid"}.get(state, "broken"))


def check_anchors(anchors: bytes) -> None:
    """Raise `SigningFailed` if a file holds no certificates, or if what reads them is not installed."""
    c2pa_module()
    from cryptography import x509  # noqa: PLC0415 - c2pa brings it

    try:
        x509.load_pem_x509_certificates(anchors)
    except ValueError:
        raise SigningFailed("the roots to trust are not PEM certificates") from None


def _summary(report: Mapping[str, Any], state: Any) -> ContentCredentials:
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    signature = active.get("signature_info", {})
    statuses = [status.get("code", "") for status in report.get("validation_status", ())]
    # An untrusted signer breaks nothing, and explains nothing where something else is broken.
    telling = [code for code in statuses if (code == _UNTRUSTED) is (state == "valid")]
    return ContentCredentials(
        state,
        tuple(dict.fromkeys(_MEANINGS.get(code, code) for code in telling)),
        signature.get("common_name"),
        signature.get("issuer"),
        signature.get("time"),
        ", ".join(map(_software, active.get("claim_generator_info", ()))) or None,
        tuple(_actions(active.get("assertions", ()))),
        tuple(_ingredient(one) for one in active.get("ingredients", ())),
    )


def _actions(assertions: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for assertion in assertions:
        if assertion.get("label", "").startswith("c2pa.actions"):
            for action in assertion.get("data", {}).get("actions", ()):
                agent = action.get("softwareAgent")
                by = f" by {_software(agent)}" if agent else ""
                told = f": {action['description']}" if action.get("description") else ""
                yield f"{action.get('action', '?')}{by}{told}"


def _software(agent: object) -> str:
    if isinstance(agent, Mapping):
        return f"{agent.get('name', '?')} {agent.get('version') or ''}".strip()
    return str(agent)


def _ingredient(one: Mapping[str, Any]) -> str:
    parts = (one.get("title"), one.get("format"), one.get("description"))
    failed = one.get("validation_results", {}).get("activeManifest", {}).get("failure", ())
    codes = {status.get("code") for status in failed} - {_UNTRUSTED}
    broken = "its own credentials were broken" if codes else None
    return ", ".join(str(part) for part in (*parts, broken) if part)
