"""Batches on their way from a reading process to the one that asked.

The pickling that frozen dataclasses bring goes through Python once a field: 95 µs a document, both ways together.
Handing all fields over at once takes 35 µs, and whatever is not listed here still travels the slow way.
"""

import copyreg
import io
import pickle
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from horux_core.fiscal.cfdi.model import (
    Advertencia,
    Cfdi,
    Cubetas,
    DoctoPagado,
    DocumentoRetenciones,
    Impuesto,
    Nomina,
    Pago,
    Relacion,
)
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.stored import Entry, Original

_KINDS = (
    *(Entry, Original, Cfdi, Cubetas, Impuesto, Relacion),
    *(DoctoPagado, Pago, Nomina, DocumentoRetenciones, Advertencia),
)
_fields: dict[type, Callable[[Any], Any]] = {kind: attrgetter(*kind.__dataclass_fields__) for kind in _KINDS}
_setters: dict[type, tuple[Callable[[Any, Any], None], ...]] = {
    kind: tuple(getattr(kind, name).__set__ for name in kind.__dataclass_fields__) for kind in _KINDS
}


def dumps(batch: Batch) -> bytes:
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, **dict.fromkeys(_KINDS, _taken_apart)}
    pickler.dump(batch)
    return out.getvalue()


def loads(message: bytes) -> Batch:
    """The batch that `dumps` was given; only for messages of our own processes."""
    batch: Batch = pickle.loads(message)  # noqa: S301
    return batch


def _taken_apart(value: object) -> tuple[Callable[[type, tuple[object, ...]], object], tuple[type, object]]:
    kind = type(value)
    return put_together, (kind, _fields[kind](value))


def put_together(kind: type, values: tuple[object, ...]) -> object:
    """A value of that kind, its fields as they were: none of these kinds checks anything when it is made."""
    value: object = object.__new__(kind)
    for put, each in zip(_setters[kind], values, strict=True):
        put(value, each)
    return value
