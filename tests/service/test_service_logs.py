"""What is logged: short, printable, without secrets, and no more often than it may be."""

import json
import logging
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, TextIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.raw import Caller, connect, plain
from harness import WUHEN, Service, clean_environment, eventually
from wuhen.service.lines import MAX_LINE, MAX_TEXT, tidy_line
from wuhen.service.patience import PatientHandler
from wuhen.service.throttle import LEFT_OUT, Throttle

STEERING = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt.exe\u2028\r\n{"event": "forged"}'

values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.dictionaries(st.text(), values, max_size=10))
def test_whatever_is_logged_is_one_printable_line_of_bounded_length(fields: dict[str, Any]) -> None:
    rendered = json.dumps(tidy_line(None, "", {"event": "x", **fields}), ensure_ascii=False, allow_nan=False)
    # A lone surrogate would not be encodable, a control character would have been escaped by JSON as \\u.
    rendered.encode()
    assert rendered.isprintable()


def test_texts_are_cut_each_and_all_together() -> None:
    line = tidy_line(None, "", {"event": "x", "action": "A" * 200_000})
    assert line["action"] == "A" * MAX_TEXT + "… (200000 characters)"
    many = tidy_line(None, "", {f"f{number}": "B" * 500 for number in range(200)} | {"event": "kept"})
    assert len(json.dumps(many)) < MAX_LINE + 200 * 40
    assert many["event"] == "kept"


def test_many_members_and_deep_ones_are_cut() -> None:
    line = tidy_line(None, "", {"event": "x", "a": list(range(1000)), "b": {str(n): n for n in range(1000)}})
    assert line["a"][-1] == "… 968 more"
    assert line["b"]["…"] == 968
    deep: Any = "end"
    for _ in range(2000):
        deep = [deep]
    assert "end" not in json.dumps(tidy_line(None, "", {"event": "x", "a": deep}))


def test_a_picture_is_no_more_than_its_size() -> None:
    assert tidy_line(None, "", {"event": "x", "a": b"\x89PNG" * 9})["a"] == "36 bytes"


def test_what_steers_a_terminal_or_forges_a_line_is_escaped() -> None:
    line = tidy_line(None, "", {"event": STEERING, "a": {STEERING: [STEERING]}})
    assert str(line).isprintable()
    assert line["event"].startswith("\\x1b]0;owned\\x07")


def test_of_urls_only_the_host_is_shown_but_for_our_own() -> None:
    line = tidy_line(
        None,
        "",
        {
            "event": "x",
            "message": "no https://u:p@h/SECRET?SECRET#SECRET",
            "url": "http://127.0.0.1:1/metrics",
        },
    )
    assert line["message"] == "no https://…@h/…"
    assert line["url"] == "http://127.0.0.1:1/metrics"


def test_what_cannot_say_itself_is_named() -> None:
    class Mute:
        def __str__(self) -> str:
            raise RuntimeError

    assert tidy_line(None, "", {"event": "x", "a": Mute()})["a"] == "a Mute"


def test_of_a_traceback_the_end_is_kept_and_nothing_steers() -> None:
    trace = "\n".join(f"  line {number} \x1b[2J" + "y" * 5000 for number in range(5000)) + "\nError: why"
    shown = tidy_line(None, "", {"event": "x", "exception": trace})["exception"]
    assert shown.endswith("\n  Error: why")
    assert "line 0 " in shown
    assert "… 4881 lines" in shown
    assert "\x1b" not in shown
    assert len(shown) < 60_000


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def record(name: str, message: Any, line: int = 1) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "file.py", line, message, None, None)


def test_a_library_that_complains_without_end_is_counted_instead() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    passed = []
    for step in range(50_000):
        clock.now = step / 1000
        one = record("asyncio", "socket.accept() out of system resource")
        if throttle.filter(one):
            passed.append(getattr(one, LEFT_OUT, 0))
    assert len(passed) < 80
    assert len(passed) + throttle.left_out == 50_000
    assert sum(passed) <= throttle.left_out
    assert throttle.filter(record("asyncio", "something else", line=2))


def test_what_strangers_cause_is_limited_and_what_callers_cause_is_not() -> None:
    throttle = Throttle(Clock())
    call = {"event": "call", "code": "AuthFailure.SecretIdNotFound"}
    assert sum(throttle.filter(record("wuhen", dict(call))) for _ in range(5000)) == 200
    unread = {"event": "request refused", "code": "InvalidRequest"}
    assert sum(throttle.filter(record("wuhen", dict(unread))) for _ in range(5000)) == 200
    signed = {**call, "account": "shop"}
    assert all(throttle.filter(record("wuhen", dict(signed))) for _ in range(5000))
    assert all(throttle.filter(record("wuhen", {"event": "worker failed"})) for _ in range(5000))


def test_ever_new_kinds_of_lines_are_limited_as_one() -> None:
    throttle = Throttle(Clock())
    assert sum(throttle.filter(record("lib", "x", line)) for line in range(50_000)) < 300


WAYS = """
log.info(TEXT, a=TEXT, b=[TEXT])
logging.getLogger("lib").warning("%s", TEXT)
try:
    raise ValueError(TEXT)
except ValueError:
    log.exception("x")
    logging.getLogger("lib").exception("x")
warnings.warn(TEXT)
def fail():
    raise ValueError(TEXT)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Bad:
    def __del__(self):
        raise ValueError(TEXT)
Bad()
"""
"""In which something comes to be written."""


@pytest.mark.slow
@pytest.mark.parametrize("style", ["console", "json"])
def test_whoever_logs_it_and_however_it_looks(style: str) -> None:
    text = STEERING + "z" * 100_000 + " https://h.example/SECRET?SECRET"
    begin = "import logging, threading, warnings\nfrom wuhen.service.logs import configure, log"
    script = f"{begin}\nconfigure({style!r}, 'info')\nTEXT = {text!r}\n{WAYS}"
    done = subprocess.run([sys.executable], input=script, capture_output=True, text=True, check=True)
    written = done.stderr
    assert written.count("owned") >= 7
    assert all(character.isprintable() or character == "\n" for character in written)
    assert "SECRET" not in written
    assert '\n{"event": "forged"}' not in written
    assert len(written) < 20_000


def test_a_call_with_a_name_that_never_ends_is_a_short_line(service: Service) -> None:
    before = len(service.log.read_bytes())
    name = "\x1b[2J\x9b31m" + "A" * 15_000
    request = plain(Caller.of(service, {}), changes={"X-TC-Action": name})
    with connect(service.port) as connection:
        connection.sendall(bytes(request))
        assert connection.recv(65536).startswith(b"HTTP/1.1 ")
    written = eventually(lambda: service.log.read_bytes()[before:])
    assert len(written) < 2000
    assert written.decode().replace("\n", "").isprintable()


def handler_on(file: int) -> tuple[PatientHandler, TextIO]:
    stream = os.fdopen(file, "w")
    handler = PatientHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler, stream


def read_all(file: int, size: int) -> bytes:
    read = b""
    while len(read) < size:
        read += os.read(file, 65536)
    return read


def test_a_reader_that_hangs_holds_nobody_up_and_gets_every_line_in_its_order() -> None:
    reading, writing = os.pipe()
    handler, stream = handler_on(writing)
    lines = [f"{number:06d} " + "x" * (number % 9000) for number in range(300)]
    for line in lines:
        handler.handle(record("wuhen", line))
    expected = "".join(f"{line}\n" for line in lines).encode()
    assert read_all(reading, len(expected)) == expected
    handler.handle(record("wuhen", "again"))
    assert read_all(reading, 6) == b"again\n"
    assert handler.lost == 0
    os.close(reading)
    stream.close()


def test_what_waits_is_bounded() -> None:
    reading, writing = os.pipe()
    handler, stream = handler_on(writing)
    for _ in range(7000):
        handler.handle(record("wuhen", "y" * 999))
    assert 2600 < handler.lost < 3000
    whole = 7000 - handler.lost
    assert read_all(reading, whole * 1000).count(b"\n") == whole
    os.close(reading)
    stream.close()


def test_a_reader_that_is_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    handler, stream = handler_on(writing)
    os.close(reading)
    handler.handle(record("wuhen", "z" * 100_000))
    assert handler.lost == 1
    stream.close()


@pytest.mark.service
def test_a_service_whose_log_nobody_reads_goes_on(data_dir: Path) -> None:
    reading, writing = os.pipe()
    command = [*WUHEN, "serve", "--port", "0", "--workers", "1", "--data-dir", str(data_dir)]
    process = subprocess.Popen([*command, "--log-format", "json"], stderr=writing, env=clean_environment())
    os.close(writing)
    try:
        said = b""
        while b'"listening"' not in said:
            said += os.read(reading, 65536)
        line = next(line for line in said.splitlines() if b'"listening"' in line)
        url = json.loads(line)["url"]
        eventually(lambda: answers(f"{url}/healthz"))
        # Some 400 bytes a line: 64 KB after 160 of them.
        assert all(answers(f"{url}/?Action=x") for _ in range(400))
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.read())
    except OSError:
        return False
