"""What the alerts stand on besides the documents: while it is the same, only what changed is looked at."""

from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import sha256

from horux_core.fiscal.alertas.ports import Listas
from horux_core.fiscal.calendario.generando import DE_IMPUESTO
from horux_core.fiscal.conciliacion.cobros import meses
from horux_core.fiscal.ports import OpenBooks


def huella(books: OpenBooks, hoy: date, listas: Listas) -> str:
    """Another when the day, a setting, a return, the 69-B list, or the time that metadata or statements cover is."""
    sabido = (
        hoy,
        books.contribuyente,
        books.ajustes.todas(),
        [books.ajustes.declaraciones(impuesto) for impuesto in DE_IMPUESTO],
        listas.cargada(),
        books.metadata.archivos(),
        meses(books),
    )
    return sha256(_dicho(sabido).encode()).hexdigest()


def _dicho(valor: object) -> str:
    """The same in every process, which `repr` of a set is not."""
    if is_dataclass(valor):
        return f"({', '.join(_dicho(getattr(valor, campo.name)) for campo in fields(valor))})"
    if isinstance(valor, (tuple, list)):
        return f"[{', '.join(map(_dicho, valor))}]"
    if isinstance(valor, frozenset):
        return f"{{{', '.join(sorted(map(_dicho, valor)))}}}"
    return repr(valor)
