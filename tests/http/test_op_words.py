"""The words of the operator's panel: no code of the trail is shown raw."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import horux_core
from horux_http.op import words

CORE = Path(horux_core.__file__).parent


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def meant(argument: ast.expr, module: ModuleType) -> tuple[str, ...]:
    """The texts that an argument may be, as far as they stand in its module."""
    match argument:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Name(id=name):
            known = getattr(module, name, None)
            return (known,) if isinstance(known, str) else ()
        case ast.Subscript(value=ast.Name(id=name)):
            return tuple(getattr(module, name).values())
    return ()


def done_in(path: Path) -> Iterator[str]:
    module = import_module(".".join(("horux_core", *path.relative_to(CORE).with_suffix("").parts)))
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or called(call) not in {"deed", "_deed"}:
            continue
        if any(isinstance(each, ast.Name) and each.id == "action" for each in call.args):
            continue
        found = next(filter(None, (meant(each, module) for each in call.args)), ())
        assert found, f"{path}:{call.lineno} does not say what is done"
        yield from found


def test_every_deed_of_the_core_has_a_word() -> None:
    done = {deed for path in sorted(CORE.rglob("*.py")) for deed in done_in(path)}
    assert {"llave-creada", "vista", "conciliacion-deshacer"} <= done
    assert set(words.DEEDS) == done
    assert done >= words.WRONG_DEEDS
