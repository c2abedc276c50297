"""Colours of code: every character stays, and what is coloured is what it is taken for."""

import time

import pytest

from studio.explorer_node import run


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("# why\nprint(1)", "comment", "# why"),
        ("#include <string>\nreturn 0;", "word", "return"),
        ("a = 'http://example.com' // b", "string", "'http://example.com'"),
        ("a = 'http://example.com' // b", "comment", "// b"),
        ("fetch(https://example.com/a)", "", "fetch(https://example.com/a)"),
        ('{"Name": "value", "Count": -12.5}', "name", '"Name"'),
        ('{"Name": "value", "Count": -12.5}', "string", '"value"'),
        ('{"Name": "value", "Count": -12.5}', "number", "-12.5"),
        ("/* one\ntwo */ var x1 = 2", "comment", "/* one\ntwo */"),
        ('say("it\\"s")', "string", '"it\\"s"'),
        ("Content-Type: a; v=/2026-11-30", "", "Content-Type: a; v=/2026-11-30"),
        ("<b>&amp;</b>", "", "<b>&amp;</b>"),
        ("/* never ended", "comment", "/* never ended"),
        ("it's not if\nif", "word", "if"),
    ],
)
def test_code_is_told_apart(code: str, kind: str, text: str) -> None:
    found = run("tokens", code=code)
    assert "".join(one for _, one in found) == code
    assert [kind, text] in found


@pytest.mark.parametrize("piece", ['"\\', "a'\\", "/*", " #", "-1a"])
def test_what_never_ends_takes_no_time(piece: str) -> None:
    code = (piece * 60_000)[:60_000]
    began = time.monotonic()
    found = run("tokens", code=code)
    assert "".join(one for _, one in found) == code
    assert time.monotonic() - began < 3
