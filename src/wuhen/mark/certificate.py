"""A certificate to try Content Credentials with: good for tests, worth nothing to anybody else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from wuhen.mark.errors import SigningFailed

__all__ = ["Identity", "make_identity"]

_DAYS = 365


@dataclass(frozen=True, slots=True)
class Identity:
    """A root of one's own, a certificate under it, and the certificate's key; all PEM."""

    root: bytes
    chain: bytes
    key: bytes = field(repr=False)


def make_identity(name: str, now: datetime | None = None) -> Identity:
    """Make a root and a certificate that c2pa signs with (C2PA 2.2, 14.5): EC P-256, valid for a year.

    Parameters
    ----------
    name
        Whom the certificate is to name, as common name and as organisation.
    now
        When it begins to be valid; by default now.

    Raises
    ------
    SigningFailed
        The package cryptography is missing, which the extra c2pa brings.
    """
    try:
        from cryptography import x509  # noqa: PLC0415 - an extra's
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    except ImportError as error:
        raise SigningFailed("certificates need another package: pip install 'wuhen[c2pa]'") from error
    begins = (now or datetime.now(UTC)) - timedelta(minutes=5)

    def subject(common: str) -> x509.Name:
        oid = x509.oid.NameOID
        return x509.Name(
            [x509.NameAttribute(oid.ORGANIZATION_NAME, name), x509.NameAttribute(oid.COMMON_NAME, common)]
        )

    def usage(*, signs: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=signs,
            key_cert_sign=not signs,
            crl_sign=not signs,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )

    def certificate(common: str, public: ec.EllipticCurvePublicKey, *, is_root: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject(common))
            .issuer_name(subject(root_name))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=_DAYS))
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
            .add_extension(usage(signs=not is_root), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        if not is_root:
            purpose = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
            builder = builder.add_extension(purpose, critical=False).add_extension(issuer, critical=False)
        return builder.sign(root_key, hashes.SHA256())

    root_name = f"{name}: test root"
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate(root_name, root_key.public_key(), is_root=True)
    leaf = certificate(name, leaf_key.public_key(), is_root=False)
    pem = serialization.Encoding.PEM
    return Identity(
        root.public_bytes(pem),
        leaf.public_bytes(pem) + root.public_bytes(pem),
        leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
