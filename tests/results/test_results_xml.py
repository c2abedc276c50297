"""The object store's error document."""

import pickle
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.results import ResultRefused, error_xml

FIELDS = ["Code", "Message", "Resource", "RequestId", "TraceId"]


def test_the_document_has_the_stores_fields_in_their_order() -> None:
    document = error_xml(ResultRefused.expired(), "example.com/results/a.png", "id-1")
    assert document.startswith(b"<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n")
    root = ET.fromstring(document)  # noqa: S314 - our own bytes
    assert root.tag == "Error"
    assert [child.tag for child in root] == FIELDS
    assert [root.findtext(name) for name in FIELDS[:4]] == [
        "AccessDenied",
        "Request has expired",
        "example.com/results/a.png",
        "id-1",
    ]
    assert root.findtext("TraceId")


@given(resource=st.text())
def test_any_resource_makes_a_well_formed_document(resource: str) -> None:
    root = ET.fromstring(error_xml(ResultRefused.missing(), resource, "id"))  # noqa: S314 - our own bytes
    assert [child.tag for child in root] == FIELDS
    shown = root.findtext("Resource") or ""
    assert len(shown) == len(resource)
    assert all(got in (asked, "�") for got, asked in zip(shown, resource, strict=True))


@given(resource=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_ordinary_text_comes_through_unchanged(resource: str) -> None:
    root = ET.fromstring(error_xml(ResultRefused.missing(), resource, "id"))  # noqa: S314 - our own bytes
    assert (root.findtext("Resource") or "") == resource


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (ResultRefused.unsigned(), 403),
        (ResultRefused.mismatch(), 403),
        (ResultRefused.unknown_signer(), 403),
        (ResultRefused.missing(), 404),
        (ResultRefused.method(), 405),
    ],
)
def test_refusals_cross_processes(refused: ResultRefused, status: int) -> None:
    copied = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert copied.status == status
    assert vars(copied) == vars(refused)
