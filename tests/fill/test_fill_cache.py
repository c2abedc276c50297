"""Compiled code: who finds it, and what becomes of it when it cannot be read or kept."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wuhen.compute import store
from wuhen.compute.cache import _family_target

KERNELS = """
from toy.part import FACTOR
from wuhen.compute.compiled import kernel

@kernel
def times(number: int) -> int:
    return number * FACTOR
"""
#: Compiles something else first: afterwards the interpreter's own files may be out of the other user's reach.
PROGRAM = """
import importlib, os, sys
user, family, modules = sys.argv[1:]
if family == "family":
    from wuhen.compute.cache import compile_for_family
    compile_for_family()
import toy.first
if user != "same":
    os.setgroups([])
    os.setgid(int(user))
    os.setuid(int(user))
for module in modules.split():
    times = importlib.import_module(f"toy.{module}").times
    print(times(2), "loaded" if sum(times.stats.cache_hits.values()) else "compiled")
"""
DAMAGES = ("flip", "cut", "empty", "other")
OTHER = "65533" if os.geteuid() == 0 else "same"


@contextmanager
def package() -> Iterator[Path]:
    """Make a folder with a package `toy` and nothing else, which other users can look into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "toy").mkdir()
        (folder / "toy/__init__.py").touch()
        (folder / "toy/part.py").write_text("FACTOR = 3\n")
        for module in ("first", "kernels", *DAMAGES):
            (folder / "toy" / module).with_suffix(".py").write_text(KERNELS)
        (folder / "program.py").write_text(PROGRAM)
        yield folder
        if (folder / "cache").is_dir():
            (folder / "cache").chmod(0o755)


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a folder with a package `toy` of which nothing was compiled."""
    with package() as folder:
        yield folder


@pytest.fixture(scope="module")
def compiled() -> Iterator[Path]:
    """Yield a cache that has what `run` compiles of such a package."""
    with package() as folder:
        assert run(folder) == "6 compiled"
        yield folder / "cache"


@pytest.fixture
def used(place: Path, compiled: Path) -> Path:
    """Return a folder with a package `toy` of which everything `run` needs was compiled, elsewhere."""
    shutil.copytree(compiled, place / "cache")
    return place


def run(
    place: Path,
    user: str = "same",
    *modules: str,
    family: bool = False,
    packages: Path | None = None,
) -> str:
    """Use kernels in a process of its own; return what came out and whether they were loaded or compiled."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(packages or place), *filter(None, sys.path)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WUHEN_CACHE_DIR": str(place / "cache"),
        "XDG_CACHE_HOME": "/dev/null",
    }
    program = [sys.executable, "-W", "error", "-P", str(place / "program.py")]
    arguments = [*program, user, "family" if family else "own", " ".join(modules or ["kernels"])]
    done = subprocess.run(arguments, env=environment, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


def files(place: Path, module: str = "kernels") -> list[Path]:
    return sorted((place / "cache").glob(f"toy.{module}.*"))


@pytest.fixture(autouse=True)
def _no_system_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(store, "_SYSTEM", tmp_path / "system")


@pytest.mark.slow
def test_another_user_finds_it_where_it_may_not_write(used: Path) -> None:
    (used / "cache").chmod(0o555)
    assert run(used, OTHER) == "6 loaded"


@pytest.mark.slow
def test_where_nothing_can_be_kept_it_is_compiled(place: Path) -> None:
    (place / "cache").mkdir(mode=0o555)
    assert run(place, OTHER) == "6 compiled"
    assert not files(place)


@pytest.mark.slow
def test_it_is_found_wherever_and_whenever_the_package_was_installed(used: Path) -> None:
    copy = used / "elsewhere"
    shutil.copytree(used / "toy", copy / "toy")
    os.utime(copy / "toy/kernels.py", (1, 1))
    assert run(used, packages=copy) == "6 loaded"


@pytest.mark.slow
def test_a_change_in_what_its_module_imports_compiles_it_anew(used: Path) -> None:
    (used / "toy/part.py").write_text("FACTOR = 4\n")
    assert run(used) == "8 compiled"
    (used / "toy/part.py").write_text("FACTOR = 3\n")
    assert run(used) == "6 loaded"


@pytest.mark.slow
def test_a_damaged_file_is_compiled_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way to be damaged has a kernel of its own: a process takes longer to start than to compile one."""
    run(place, "same", *DAMAGES)
    monkeypatch.setenv("WUHEN_CACHE_DIR", str(place / "cache"))
    for damage in DAMAGES:
        (path,) = files(place, damage)
        content = path.read_bytes()
        half = len(content) // 2
        if damage == "flip":
            path.write_bytes(content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :])
        elif damage == "cut":
            path.write_bytes(content[:-100])
        elif damage == "empty":
            path.write_bytes(b"")
        else:  # whole, but nothing that can be loaded
            store.write(path.stem, b"no kernel")
    assert run(place, "same", *DAMAGES).splitlines() == ["6 compiled"] * 4
    assert run(place, "same", *DAMAGES).splitlines() == ["6 loaded"] * 4


@pytest.mark.slow
@pytest.mark.skipif(not _family_target(), reason="no family is known for this processor")
def test_code_for_the_family_serves_those_who_compile_for_their_own_processor(place: Path) -> None:
    assert run(place, family=True) == "6 compiled"
    assert run(place) == "6 loaded"


@pytest.mark.slow
@pytest.mark.skipif(not _family_target(), reason="no family is known for this processor")
def test_code_for_one_processor_is_not_taken_for_the_family_s(used: Path) -> None:
    assert len(files(used)) == 1
    assert run(used, family=True) == "6 compiled"
    assert len(files(used)) == 2


def test_named_before_the_system_s_before_the_user_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    places = [tmp_path / "named", tmp_path / "system", tmp_path / "user" / "wuhen"]
    monkeypatch.setenv("WUHEN_CACHE_DIR", str(places[0]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    assert store.directories() == tuple(places)
    for number, place in enumerate(places):
        store.write(f"f-{number}", b"code")
        assert (place / f"f-{number}.code").is_file()
        assert store.read(f"f-{number}") == b"code"
        shutil.rmtree(place)
        place.touch()  # now it cannot be written
    store.write("f-4", b"code")
    assert store.read("f-4") is None


def test_a_default_that_everybody_can_write_to_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("WUHEN_CACHE_DIR", raising=False)
    system = tmp_path / "system"
    system.mkdir()
    assert system in store.directories()
    system.chmod(0o777)
    assert system not in store.directories()
    monkeypatch.setenv("WUHEN_CACHE_DIR", str(system))
    assert store.directories()[0] == system


def test_a_narrow_umask_hides_it_from_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WUHEN_CACHE_DIR", str(tmp_path / "cache"))
    before = os.umask(0o077)
    try:
        store.write("f-1", b"code")
    finally:
        os.umask(before)
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "cache/f-1.code").stat().st_mode & 0o777 == 0o644


def test_of_each_kernel_the_newest_few_remain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WUHEN_CACHE_DIR", str(tmp_path))
    store.write("g-0", b"code")
    for number in range(12):
        store.write(f"f-{number}", b"code")
        os.utime(tmp_path / f"f-{number}.code", (number, number))
    found = {path.stem for path in tmp_path.glob("*.code")}
    assert found == {"g-0", *(f"f-{number}" for number in range(4, 12))}
