"""Reading in a thread that ends with it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_Asked = ParamSpec("_Asked")
_Read = TypeVar("_Read")


def in_passing_thread(read: Callable[_Asked, _Read], *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Read:
    """What `read` gives, or raises.

    lxml keeps names and white space of every document for as long as the thread that parsed it lives: hostile ones
    would fill the memory of a thread that stays.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="lectura") as thread:
        return thread.submit(read, *args, **kwargs).result()
