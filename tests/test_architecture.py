"""The rules between the parts, held by tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pictures import encoded, scene

ROOT = Path(__file__).parent.parent


def test_imports_flow_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Name the modules that are there after the library was imported."""
    code = "import wuhen, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "numba",
        "llvmlite",
        "onnxruntime",
        "PIL",
        "starlette",
        "sqlalchemy",
        "aiohttp",
        "pydantic",
        "wuhen.finders.text",
    ],
)
def test_importing_the_library_does_not_import(module: str, imported: set[str]) -> None:
    assert "wuhen" in imported
    assert module not in imported


@pytest.mark.slow
def test_erasing_from_the_command_line_needs_nothing_of_the_service() -> None:
    extra = [
        "starlette",
        "uvicorn",
        "aiohttp",
        "sqlalchemy",
        "pydantic",
        "pydantic_settings",
        "structlog",
        "limits",
        "prometheus_client",
    ]
    code = f"import sys; sys.modules |= dict.fromkeys({extra!r}); import wuhen.cli.erase"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_service_needs_no_extra_before_it_is_asked_for() -> None:
    extra = ["mcp", "ray", "redis", "psycopg", "obstore", "opentelemetry.sdk", "c2pa"]
    code = f"import sys; sys.modules |= dict.fromkeys({extra!r}); import wuhen.service.app, wuhen.cli.mcp"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_packaged_files_say_what_they_are() -> None:
    assets = (ROOT / "ASSETS.md").read_text(encoding="utf-8")
    binary = {".jpg", ".png", ".otf", ".ttf", ".onnx"}
    bundled = [path for path in (ROOT / "src").rglob("*") if path.suffix in binary]
    assert bundled
    assert [path.name for path in bundled if path.name not in assets] == []


OWN_RECORDS = {"accounts/audit.py", "accounts/calls.py", "jobs/ending.py", "jobs/parcel.py"}
"""They read what they wrote themselves, nowhere deeper than a few levels."""


@pytest.mark.slow
def test_json_of_others_may_be_nested_to_any_depth() -> None:
    found, unguarded = 0, []
    for file in (ROOT / "src/wuhen").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        guarded = {
            id(call)
            for attempt in ast.walk(tree)
            if isinstance(attempt, ast.Try)
            and any("RecursionError" in ast.unparse(handler.type or attempt) for handler in attempt.handlers)
            for part in attempt.body
            for call in ast.walk(part)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"json.loads", "json.load"}:
                found += 1
                name = str(file.relative_to(ROOT / "src/wuhen"))
                if id(call) not in guarded and name not in OWN_RECORDS:
                    unguarded.append(f"{name}:{call.lineno}")
    assert found > len(OWN_RECORDS)
    assert unguarded == []


_ERASING = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from wuhen.cli import main
main(["erase", *sys.argv[1:]], standalone_mode=False)
loaded = {"onnxruntime", "wuhen.finders.text", "wuhen.finders.overlay"} & set(sys.modules)
weights = {name for name in opened if name.endswith(".onnx")}
sys.exit(", ".join(loaded | weights) or None)
"""


@pytest.mark.slow
def test_erasing_a_shape_loads_no_network_and_no_finder(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(encoded(scene()))
    given = [tmp_path / "photo.png", "--rect", "20,10,12,12", "-o", tmp_path / "out.png"]
    command = [sys.executable, "-c", _ERASING, *map(str, given)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.png").exists()
