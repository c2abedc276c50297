"""Tools as agents see them, and what comes of what agents say."""

from contextlib import suppress
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.tools import ERASE_TOOL, SELECT_TOOL, TOOLS, Tool
from wuhen.wire import ApiError, validate

RECTANGLE = {"x": 10, "y": "-20%", "width": 100, "height": 20}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def test_what_fits_the_schema_is_what_the_action_takes() -> None:
    said = {
        "rectangles": [RECTANGLE],
        "strokes": [{"points": [{"x": 1, "y": 2}], "width": 24}],
        "find": ["text"],
        "find_in": RECTANGLE,
        "sensitivity": 0.7,
        "fit_mask": True,
        "seed": 3,
        "result_format": "png",
    }
    jsonschema.validate(said, ERASE_TOOL.schema({}, ()))
    parameters = validate(ERASE_TOOL.action.parameters, ERASE_TOOL.read(said))
    assert parameters["Rectangles"] == [{"X": 10, "Y": "-20%", "Width": 100, "Height": 20}]
    assert (parameters["Find"], parameters["FitMask"], parameters["Sensitivity"]) == (["text"], 1, 0.7)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_has_a_schema_of_what_can_be_said(tool: Tool) -> None:
    schema = tool.schema({"image": {"type": "string"}}, ("image",))
    jsonschema.Draft202012Validator.check_schema(schema)
    names = set(schema["properties"]) - {"image"}
    assert all(name == name.lower() for name in names)
    assert not names & {"input_image", "input_url", "mask", "mask_url", "rsp_img_type", "candidates"}
    assert set(schema["required"]) == {"image", *({"points"} if tool is SELECT_TOOL else ())}


def test_what_no_parameter_is_called_is_named_as_it_was_said() -> None:
    for said, name in (({"sead": 1}, "sead"), ({"rectangles": [{**RECTANGLE, "z": 1}]}, "Rectangles.0.z")):
        with pytest.raises(ApiError, match=f"UnknownParameter: .*`{name}`"):
            validate(ERASE_TOOL.action.parameters, ERASE_TOOL.read(said))


@given(st.dictionaries(st.sampled_from([*ERASE_TOOL.schema({}, ())["properties"], "x"]), JSON, max_size=4))
def test_whatever_is_said_is_taken_or_refused_in_the_services_words(said: dict[str, Any]) -> None:
    with suppress(ApiError):
        validate(ERASE_TOOL.action.parameters, ERASE_TOOL.read(said))
