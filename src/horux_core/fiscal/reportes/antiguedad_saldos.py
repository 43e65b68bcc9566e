"""What is owed on a day of invoices in parts or deferred, by the days since their Fecha."""

from collections.abc import Iterable, Sequence
from datetime import date

from horux_core.fiscal.iva.model import Figura, Lado, Renglon
from horux_core.fiscal.reportes.contrapartes import Contraparte, Deuda, ultimos_nombres
from horux_core.fiscal.reportes.model import Calculo, Fila, figura

_TRAMOS = ((30, "de0a30"), (60, "de31a60"), (90, "de61a90"))
_MAS = "masDe90"
TRAMOS = (*(nombre for _, nombre in _TRAMOS), _MAS)


def antiguedad_saldos(deudas: Sequence[Deuda], al: date, sin_cambio: tuple[str, ...]) -> Calculo:
    """Open balances at the end of `al`, by day and UUID, at the rate of each invoice: by counterpart."""
    grupos: dict[str, tuple[Contraparte, list[Deuda]]] = {}
    for deuda in deudas:
        grupos.setdefault(deuda.contraparte.clave, (deuda.contraparte, []))[1].append(deuda)
    ultimos = ultimos_nombres(d.contraparte for d in deudas)
    filas = tuple(
        Fila(
            clave,
            (("direccion", quien.lado.value), ("rfc", quien.rfc), ("nombre", ultimos[clave])),
            por_edad(suyas, al),
        )
        for clave, (quien, suyas) in sorted(grupos.items())
    )
    totales = tuple(
        total
        for lado, sufijo in ((Lado.EMITIDO, "PorCobrar"), (Lado.RECIBIDO, "PorPagar"))
        for total in por_edad((d for d in deudas if d.contraparte.lado is lado), al, sufijo)
    )
    return Calculo(totales, filas=filas, sin_cambio=sin_cambio)


def por_edad(deudas: Iterable[Deuda], al: date, sufijo: str = "") -> tuple[Figura, ...]:
    """What is owed by bracket of age, and in all."""
    edades: dict[str, list[Renglon]] = {nombre: [] for nombre in (*TRAMOS, "saldo")}
    for deuda in deudas:
        renglon = Renglon(deuda.uuid, deuda.fecha, deuda.saldo, "saldo_insoluto", "RMF 2026 2.7.1.32")
        edades[tramo((al - deuda.fecha).days)].append(renglon)
        edades["saldo"].append(renglon)
    return tuple(figura(f"{nombre}{sufijo}", suyos) for nombre, suyos in edades.items())


def tramo(dias: int) -> str:
    """The name of the bracket of an age in days."""
    return next((nombre for hasta, nombre in _TRAMOS if dias <= hasta), _MAS)
