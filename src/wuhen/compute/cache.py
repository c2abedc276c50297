"""Compiled kernels that any user, any process and any processor of a family can load.

Numba's own cache belongs to one user and one model of processor, is keyed by the kernel's file alone, and
fails where it may not be written. Here a kernel's name has all that its code depends on: the sources of its
module and of those that this imports, the signature, the versions of Python and of the compiler, and the
target. So it does not matter where or when the package was installed.
"""

import hashlib
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import numba
from llvmlite import binding
from numba.core import compiler, serialize
from numba.core.registry import cpu_target

from wuhen.compute import store

__all__ = ["KernelCache", "compile_for_family"]

#: What code is compiled for, in Numba's terms: the system, the processor's name, and features beyond that.
Target = tuple[str, str, str]

# Numba's types say nothing of these.
_config: Any = numba.config
_serialize: Any = serialize
_result_class: Any = compiler.CompileResult
_FAMILY = "x86-64-v3"
_FEATURES = ("avx2", "bmi", "bmi2", "cx16", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sahf")
_LISTING = 5
"""Where the listing is among what Numba keeps beside the code."""
_IMPORTS = re.compile(r"^from ([\w.]+) import (.+)$", re.MULTILINE)


class KernelCache:
    """What a dispatcher of Numba asks for compiled code before it compiles, and gives it to afterwards.

    Parameters
    ----------
    function
        The kernel, in Python.
    """

    cache_path = None  # for the dispatcher's statistics

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def load_overload(self, signature: object, target_context: Any) -> Any:
        """Return the kernel as compiled before, for this processor or for its family; None if it was not.

        Numba's registries are left as they are: to fill them takes most of a second, and only what compiles
        needs them, and sees to that itself.
        """
        own = target_context.codegen().magic_tuple()
        for target in dict.fromkeys((own, *_family_target())):
            data = store.read(self._name(signature, target))
            if data is None:
                continue
            try:
                return _result_class._rebuild(target_context, *pickle.loads(data))  # noqa: S301, SLF001
            except Exception:  # noqa: S112 - what cannot be loaded, for whatever reason, is compiled
                continue
        return None

    def save_overload(self, signature: object, result: Any) -> None:
        """Keep a compiled kernel, if it may be kept at all."""
        if not result.library.has_dynamic_globals:
            name = self._name(signature, result.codegen.magic_tuple())
            store.write(name, _serialize.dumps(_reduce(result)))

    def _name(self, signature: object, target: Target) -> str:
        module = self._function.__module__
        versions = sys.implementation.cache_tag, sys.abiflags, numba.__version__, llvmlite.__version__
        parts = _sources(module), str(signature), versions, target, _config.USING_SVML
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
        return f"{module}.{self._function.__qualname__}-{key}"


def _reduce(result: Any) -> tuple[Any, ...]:
    """Return what a kernel is loaded from: its code, without what only kernels that call it are made from.

    Two thirds of what Numba keeps are its intermediate code and a listing with types. No kernel is compiled
    into another one, see `wuhen.compute.compiled.kernel`: they would be read for nothing, at every start.
    """
    library, *descriptions, environments = result._reduce()  # noqa: SLF001
    name, kind, (code, _) = library
    descriptions[_LISTING] = ""
    # What is not named in there is not in the code, Numba believes: variables that it sets, and the entry.
    variables = dict.fromkeys((result.fndesc.env_name, *(each.env_name for each in environments)))
    named = [f'@"{variable}" = global i8 0' for variable in variables]
    named.append(f'define void @"{result.fndesc.llvm_cpython_wrapper_name}"() {{ unreachable }}')
    symbols = binding.parse_assembly("\n".join(named)).as_bitcode()
    return ((name, kind, (code, symbols)), *descriptions, environments)


def compile_for_family() -> None:
    """Compile, from now on, for all processors of this one's family, and no longer for this one alone.

    That goes for everything that Numba compiles in this process, so it is for processes of our own. Nothing
    changes where the family is not known, or Numba has compiled something before.
    """
    if "_toplevel_target_context" in vars(cpu_target):
        return
    for _, name, features in _family_target():
        _config.CPU_NAME, _config.CPU_FEATURES = name, features


@cache
def _family_target() -> tuple[Target, ...]:
    """Return the target that this processor has in common with others of its family, if it has one."""
    try:
        features = binding.get_host_cpu_features()
    except RuntimeError:  # LLVM does not know this processor
        return ()
    triple = binding.get_process_triple()
    if not triple.startswith("x86_64") or not all(features.get(name) for name in _FEATURES):
        return ()
    return ((triple, _FAMILY, ""),)


@cache
def _sources(module: str) -> str:
    """Return a digest of a module's source and of all in its package that it imports, at any depth."""
    package = module.partition(".")[0]
    sources: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in sources and name.partition(".")[0] == package and name in sys.modules:
            sources[name] = _source(name)
            waiting += _imported(sources[name])
    return hashlib.sha256(repr(sorted(sources.items())).encode()).hexdigest()


def _source(module: str) -> bytes:
    loaded: Any = sys.modules[module]
    content: bytes = loaded.__spec__.loader.get_data(loaded.__file__)
    return content


def _imported(source: bytes) -> Iterator[str]:
    for module, names in _IMPORTS.findall(source.decode(errors="replace")):
        yield module
        yield from (f"{module}.{name.partition(' ')[0]}" for name in names.split(", "))
