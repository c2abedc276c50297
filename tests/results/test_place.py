"""Addresses in object stores, and the key pair that opens them."""

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qcloud_cos import CosConfig, CosS3Client

from wuhen.results import Place, ResultStoreError, SigningKey, cos_signature, find_bucket_url
from wuhen.results.credentials import Credentials, CredentialsFile, find_credentials
from wuhen.results.presigning import presign_for_cos

COS = "cos://photos-1250000000"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://photos", Place("s3", "photos", "")),
        ("s3://photos/", Place("s3", "photos", "")),
        ("s3://my.photos/some/where/", Place("s3", "my.photos", "some/where")),
        (f"{COS}/results", Place("cos", "photos-1250000000", "results")),
        ("s3://photos/无痕/a b", Place("s3", "photos", "无痕/a b")),
    ],
)
def test_an_address_names_bucket_and_prefix(url: str, place: Place) -> None:
    assert Place.parse(url) == place
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "give s3://"),
        ("photos/results", "give s3://"),
        ("https://photos/results", "give s3://"),
        ("s3://", "no bucket's name"),
        ("s3://Photos", "no bucket's name"),
        ("s3://a", "no bucket's name"),
        ("cos://photos", "no bucket's name"),
        ("s3://photos/a//b", "no empty parts"),
        ("s3://photos/../b", "no empty parts"),
        ("s3://photos/a\nb", "no empty parts"),
        ("s3://photos?secret=hidden", "no key pair"),
        ("s3://AKID:hidden@photos/a", "no key pair"),
    ],
)
def test_what_is_no_address_is_told_without_repeating_it(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Place.parse(url)
    assert "hidden" not in str(caught.value)


@given(st.text() | st.from_regex(r"(s3|cos)://[a-z0-9./?@-]*", fullmatch=True))
def test_any_text_is_an_address_or_is_told_to_be_none(url: str) -> None:
    try:
        place = Place.parse(url)
    except ValueError:
        return
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    ("url", "region", "endpoint", "bucket_url"),
    [
        ("s3://photos", "eu-west-1", None, "https://photos.s3.eu-west-1.amazonaws.com"),
        ("s3://my.photos", "eu-west-1", None, "https://s3.eu-west-1.amazonaws.com/my.photos"),
        ("s3://photos", "cn-north-1", None, "https://photos.s3.cn-north-1.amazonaws.com.cn"),
        ("s3://photos", "x", "http://127.0.0.1:9000/", "http://127.0.0.1:9000/photos"),
        ("s3://photos", "x", "https://{bucket}.example.com", "https://photos.example.com"),
        (COS, "ap-guangzhou", None, "https://photos-1250000000.cos.ap-guangzhou.myqcloud.com"),
        (COS, "ap-guangzhou", "https://img.example.com", "https://img.example.com"),
    ],
)
def test_requests_go_to_the_bucket(url: str, region: str, endpoint: str | None, bucket_url: str) -> None:
    assert find_bucket_url(Place.parse(url), region, endpoint) == bucket_url


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("", None),
        ("a/b", None),
        ("x", "example.com"),
        ("x", "ftp://example.com"),
        ("x", "https://u:hidden@example.com"),
        ("x", "https://example.com:99999"),
        ("x", "https://example.com?a"),
        ("x", "https://"),
    ],
)
def test_what_cannot_be_reached_is_told(region: str, endpoint: str | None) -> None:
    with pytest.raises(ValueError, match=r"a region is like|give the store's address") as caught:
        find_bucket_url(Place.parse(COS), region, endpoint)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("token", [None, "tok/en+1="])
@pytest.mark.parametrize("prefix", ["", "some/where", "无痕/a b"])
async def test_a_url_is_what_the_stores_own_sdk_makes(
    token: str | None, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place("cos", "photos-1250000000", prefix)
    bucket_url = find_bucket_url(place, "ap-guangzhou", None)
    url = await presign_for_cos(place, bucket_url, Credentials("AKIDtest", "secret", token))("a/b.png", 3600)
    parts, fields = urlsplit(url), dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    start = int(fields["q-sign-time"].split(";")[0])
    # The SDK starts a minute in the past.
    monkeypatch.setattr("qcloud_cos.cos_auth.time", SimpleNamespace(time=lambda: start + 60))
    config = CosConfig(Region="ap-guangzhou", SecretId="AKIDtest", SecretKey="secret", Token=token)
    beside = {"x-cos-security-token": token} if token else {}
    theirs = CosS3Client(config).get_presigned_url(
        place.bucket, f"{prefix}/a/b.png".lstrip("/"), "GET", Expired=3540, Params=beside
    )
    assert url.partition("?")[0] == theirs.partition("?")[0]
    assert fields == dict(parse_qsl(urlsplit(theirs).query, keep_blank_values=True))
    assert parts.scheme == "https"
    if token is None:
        # The form of the cloud's own answers, raw semicolons and all.
        assert url.endswith(
            f";{start + 3600}&q-header-list=host&q-url-param-list=&q-signature=" + fields["q-signature"]
        )


async def test_a_url_is_good_for_its_object_alone() -> None:
    place = Place("cos", "photos-1250000000", "results")
    pair = Credentials("AKIDtest", "secret")
    url = await presign_for_cos(place, find_bucket_url(place, "ap-guangzhou", None), pair)("a.png", 60)
    parts = urlsplit(url)

    def verify(path: str) -> None:
        cos_signature.verify(
            SigningKey("AKIDtest", "secret"),
            method="GET",
            path=path,
            query=parts.query,
            headers={"host": parts.netloc},
            now=time.time(),
        )

    verify("/results/a.png")
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        verify("/results/b.png")


def test_a_pair_comes_from_the_environment_of_its_store() -> None:
    environment = {
        "AWS_ACCESS_KEY_ID": "aws",
        "AWS_SECRET_ACCESS_KEY": "aws-key",
        "COS_SECRET_ID": "cos",
        "COS_SECRET_KEY": "cos-key",
        "COS_SESSION_TOKEN": "cos-token",
    }
    for scheme, pair in {
        "s3": Credentials("aws", "aws-key"),
        "cos": Credentials("cos", "cos-key", "cos-token"),
    }.items():
        source = find_credentials(scheme, None, environment)
        assert source is not None
        assert source() == pair
        assert "-key" not in repr(source())
    # Machines of the cloud have one by themselves.
    assert find_credentials("s3", None, {}) is None
    with pytest.raises(ResultStoreError, match="set COS_SECRET_ID and COS_SECRET_KEY"):
        find_credentials("cos", None, {"AWS_ACCESS_KEY_ID": "aws"})


def write(file: Path, *, at: int, **pair: str) -> None:
    file.write_text(json.dumps(pair))
    os.utime(file, (at, at))


def test_a_pair_in_a_file_may_change_at_any_time(tmp_path: Path) -> None:
    file = tmp_path / "pair.json"
    with pytest.raises(ResultStoreError, match=r"cannot read .*pair\.json"):
        find_credentials("s3", file, {})
    write(file, at=1, SecretId="a", SecretKey="1")
    source = CredentialsFile(file)
    assert source() == Credentials("a", "1")
    write(file, at=2, SecretId="b", SecretKey="2", Token="t")
    assert source() == Credentials("b", "2", "t")
    # While somebody writes it, the last pair stays.
    file.write_text('{"SecretId": "c"')
    assert source() == Credentials("b", "2", "t")
    file.unlink()
    assert source() == Credentials("b", "2", "t")
    write(file, at=3, SecretId="c", SecretKey="3")
    assert source() == Credentials("c", "3")


@pytest.mark.parametrize("content", ["", "[]", '"text"', '{"SecretId": "a"}', "\xff"])
def test_a_file_that_holds_no_pair_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / "pair.json"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(ResultStoreError, match=r"pair\.json does not hold a key pair"):
        CredentialsFile(file)()
