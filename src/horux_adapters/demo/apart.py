"""Work done in a process of its own, which gives its memory back: the supervisor stays small."""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any


def apart(module: str, function: str, *arguments: object) -> Any:
    """What a function of plain values answers or raises; its module is imported there and not here."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_called, module, function, arguments).result()


def _called(module: str, function: str, arguments: tuple[object, ...]) -> object:
    return getattr(import_module(module), function)(*arguments)
