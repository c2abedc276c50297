"""What is kept of a call that submits a job, and how its end is told."""

import json

from wuhen.jobs import Notice, Status, parse_parcel, secret_of, sign, write_parcel

CALL = {
    "InputUrl": "https://example.com/photo?secret",
    "Mask": "iVBORw0KGgo",
    "LogoParam": {"LogoUrl": "https://example.com/logo", "LogoRect": {"Width": 4, "Height": 3}},
    "Seed": 7,
    "ResultFormat": "png",
    "CallbackUrl": "https://example.com/ended?secret",
    "ClientToken": "mine",
}


def test_neither_pictures_nor_urls_are_kept() -> None:
    kept = write_parcel(CALL, ("photo", "mask", "logo"))
    assert "example.com" not in kept
    assert "iVBORw" not in kept
    assert "mine" not in kept


def test_what_was_asked_for_is() -> None:
    found = parse_parcel(write_parcel(CALL, ("photo", "mask", "logo")))
    files = {"photo": b"1", "mask": b"2", "logo": b"3"}
    pictures = found.unite(files)
    assert (pictures.photo, pictures.mask, pictures.keep_out, pictures.logo) == (b"1", b"2", None, b"3")
    assert found.request.options.seed == 7
    assert found.request.result_format == "png"
    assert found.request.logo_rect is not None
    assert found.request.logo_rect.width == 4


def test_signatures_are_those_of_the_specification() -> None:
    secret = secret_of("an example of a secret key")
    headers = sign(
        secret,
        identity="5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11",
        timestamp=1795570000,
        body='{"Event":"EraseEnded"}',
    )
    # Made by the specification's own library from the derived secret.
    assert headers == {
        "webhook-id": "5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11",
        "webhook-timestamp": "1795570000",
        "webhook-signature": "v1,FKwoGG7DnzDrYkdnJzj3oAj579ndZZe48i/aHAPYKRg=",
    }


def test_a_notice_says_how_it_ended_and_not_where_the_result_is() -> None:
    notice = Notice("5c9f", Status.FAILED, "FailedOperation.ServerError", "too large", 1795570000123)
    assert json.loads(notice.body()) == {
        "Event": "EraseEnded",
        "JobId": "5c9f",
        "Status": "failed",
        "Code": "FailedOperation.ServerError",
        "Message": "too large",
        "EndedAt": 1795570000,
    }
