"""Regions named in XMP: those that were erased are forgotten, the others kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo.photo_files import exif_block, gradient, saved
from wuhen.photo import forget_regions, read_photo

MWG = """<mwg:Regions xmlns:mwg="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:a="http://ns.adobe.com/xmp/sType/Area#" rdf:parseType="Resource"><mwg:RegionList><rdf:Bag>{}</rdf:Bag>
</mwg:RegionList></mwg:Regions>"""
MICROSOFT = """<m:RegionInfo xmlns:m="http://ns.microsoft.com/photo/1.2/" rdf:parseType="Resource"
 xmlns:i="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" xmlns:r="http://ns.microsoft.com/photo/1.2/t/Region#">
<i:Regions><rdf:Bag>{}</rdf:Bag></i:Regions></m:RegionInfo>"""
IPTC = '<e:ImageRegion xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag>{}</rdf:Bag></e:ImageRegion>'
FORMS = {
    "MWG, attributes": (
        MWG,
        """<rdf:li><rdf:Description mwg:Name="{name}"><mwg:Area a:x="{x}" a:y="{y}" a:w="0.2" a:h="0.2"/>
</rdf:Description></rdf:li>""",
        0.1,
    ),
    "MWG, elements": (
        MWG,
        """<rdf:li rdf:parseType="Resource"><mwg:Name>{name}</mwg:Name><mwg:Area rdf:parseType="Resource">
<a:x>{x}</a:x><a:y>{y}</a:y><a:d>0.2</a:d></mwg:Area></rdf:li>""",
        0.1,
    ),
    "Microsoft": (
        MICROSOFT,
        '<rdf:li><rdf:Description r:Rectangle="{x}, {y}, 0.2, 0.2" r:PersonDisplayName="{name}"/></rdf:li>',
        0,
    ),
    "IPTC": (
        IPTC,
        """<rdf:li rdf:parseType="Resource"><e:RegionBoundary e:rbShape="rectangle" e:rbUnit="relative"
 e:rbX="{x}" e:rbY="{y}" e:rbW="0.2" e:rbH="0.2"/><e:Name>{name}</e:Name></rdf:li>""",
        0,
    ),
    "IPTC, circle": (
        IPTC,
        """<rdf:li rdf:parseType="Resource"><e:RegionBoundary e:rbShape="circle" e:rbUnit="relative"
 e:rbX="{x}" e:rbY="{y}" e:rbRx="0.1"/><e:Name>{name}</e:Name></rdf:li>""",
        0.1,
    ),
}
PEOPLE = {"Ann": (0.1, 0.1), "Bob": (0.6, 0.7)}


def packet(form: str, item: str, offset: float) -> bytes:
    items = "".join(item.format(name=name, x=x + offset, y=y + offset) for name, (x, y) in PEOPLE.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="">{form.format(items)}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def hole(x: float, y: float, width: float = 0.2) -> np.ndarray:
    flags = np.zeros((40, 60), np.bool_)
    flags[round(40 * y) : round(40 * (y + 0.2)), round(60 * x) : round(60 * (x + width))] = True
    return flags


@pytest.mark.parametrize(("form", "item", "offset"), FORMS.values(), ids=FORMS)
def test_who_was_erased_is_forgotten_and_others_stay(form: str, item: str, offset: float) -> None:
    photo = read_photo(saved(gradient(40, 60), "JPEG", xmp=packet(form, item, offset)))
    for name, other in (("Ann", "Bob"), ("Bob", "Ann")):
        after, removed = forget_regions(photo, hole(*PEOPLE[name]))
        assert after.xmp is not None
        assert (name.encode() in after.xmp, other.encode() in after.xmp) == (False, True)
        assert [str(one) for one in removed] == ["what is said of the region that was erased"]


@pytest.mark.parametrize("form", FORMS)
def test_who_is_seen_still_is_not_forgotten(form: str) -> None:
    photo = read_photo(saved(gradient(40, 60), "JPEG", xmp=packet(*FORMS[form])))
    for flags in (hole(0.4, 0.4), hole(*PEOPLE["Ann"], 0.08)):
        assert forget_regions(photo, flags) == (photo, ())


def test_a_turned_photo_forgets_by_either_reading() -> None:
    form, item, offset = FORMS["Microsoft"]
    file = saved(gradient(60, 40), "JPEG", xmp=packet(form, item, offset), exif=exif_block(6))
    photo = read_photo(file)
    assert photo.orientation == 6
    shown, _ = forget_regions(photo, hole(*PEOPLE["Ann"]))
    # Stored at the upper left, shown at the upper right.
    stored, _ = forget_regions(photo, hole(0.7, 0.1))
    for after in (shown, stored):
        assert after.xmp is not None
        assert b"Ann" not in after.xmp


@given(st.text(max_size=30), st.sampled_from(["Rectangle", "x"]))
def test_nonsense_is_no_region(text: str, name: str) -> None:
    text = "".join(character for character in text if character.isalnum() or character in " ,.-+e")
    form, item, offset = FORMS["Microsoft"]
    odd = packet(form, item, offset).replace(b"0.1, 0.1, 0.2, 0.2", text.encode())
    photo = replace(read_photo(saved(gradient(8, 8), "PNG")), xmp=odd.replace(b"Rectangle", name.encode()))
    after, _ = forget_regions(photo, np.zeros((8, 8), np.bool_))
    assert after is photo
