"""The invoices and notes of a period by counterpart, and how much of each was collected or paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cubetas, Tipo
from horux_core.fiscal.iva.conversion import cambio_de, en_mxn
from horux_core.fiscal.iva.model import Documento, Lado, Renglon
from horux_core.fiscal.reportes.apuntes import DEVENGADO
from horux_core.fiscal.reportes.contrapartes import Contraparte, contraparte, nombres
from horux_core.fiscal.reportes.estado_resultados import proporcion
from horux_core.fiscal.reportes.model import Calculo, Ficha, Fila, figura
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn
from horux_core.kernel.importe import centavos

_FIGURAS = ("subtotal", "iva", "retenciones", "total", "cobradoPagado", "saldo")
_DIEZMILESIMO = Decimal("0.0001")
_CIEN = Decimal(100)
_Importes = dict[str, list[Renglon]]


@dataclass
class _Grupo:
    quien: Contraparte
    cfdi: int = 0
    importes: _Importes = field(default_factory=lambda: {nombre: [] for nombre in _FIGURAS})


def concentrado_rfc(fichas: Iterable[Ficha], documentos: Mapping[str, Documento]) -> Calculo:
    """Notes are below zero. `cobradoPagado` and `saldo` are of today, at the rate of the invoice.

    `documentos` holds the same with all that ties to them. `pct` is of the total of its own side.
    """
    propias = [f for f in fichas if f.tipo in (Tipo.INGRESO, Tipo.EGRESO)]
    saldos = SaldosMxn(documentos)
    grupos: dict[str, _Grupo] = {}
    for ficha in propias:
        importes = _importes(ficha, saldos)
        for lado in ficha.lados if importes else ():
            quien = contraparte(ficha, lado)
            grupo = grupos.setdefault(quien.clave, _Grupo(quien))
            grupo.cfdi += 1
            for nombre, importe in importes.items():
                renglon = Renglon(ficha.uuid, ficha.fecha.date(), importe, DEVENGADO, "CFF 29")
                grupo.importes[nombre].append(renglon)
    return _de_grupos(grupos, nombres(propias), tuple(f.uuid for f in propias if cambio_de(f) is None))


def _importes(ficha: Ficha, saldos: SaldosMxn) -> dict[str, Decimal]:
    cambio = cambio_de(ficha)
    if cambio is None:
        return {}
    signo = -1 if ficha.tipo is Tipo.EGRESO else 1
    c: Cubetas = en_mxn(ficha.cubetas, cambio)
    return {
        "subtotal": signo * centavos(cambio(ficha.neto)),
        "iva": signo * (c.iva_16 + c.iva_8 + c.iva_otra_tasa),
        "retenciones": signo * (c.ret_isr + c.ret_iva + c.ret_ieps),
        "total": signo * centavos(cambio(ficha.total)),
        "cobradoPagado": saldos.movido(ficha.uuid),
        "saldo": saldos.saldo(ficha.uuid),
    }


def _de_grupos(grupos: Mapping[str, _Grupo], ultimos: Mapping[str, str], faltan: tuple[str, ...]) -> Calculo:
    todo = {lado: figura("total", _de_lado(grupos.values(), lado, "total")).total for lado in Lado}
    filas = []
    for clave in sorted(grupos, key=lambda c: (grupos[c].quien.lado, c)):
        grupo = grupos[clave]
        figuras = tuple(figura(nombre, grupo.importes[nombre]) for nombre in _FIGURAS)
        total = next(f.total for f in figuras if f.figura == "total")
        fraccion = proporcion(total, todo[grupo.quien.lado], _DIEZMILESIMO)
        datos = (
            ("direccion", grupo.quien.lado.value),
            ("rfc", grupo.quien.rfc),
            ("nombre", ultimos[clave]),
            ("cfdi", str(grupo.cfdi)),
        )
        filas.append(Fila(clave, datos, figuras, (("pct", None if fraccion is None else fraccion * _CIEN),)))
    totales = [
        figura(f"{nombre}{lado.capitalize()}s", _de_lado(grupos.values(), lado, nombre))
        for lado in Lado
        for nombre in _FIGURAS
    ]
    return Calculo(tuple(totales), filas=tuple(filas), sin_cambio=faltan)


def _de_lado(grupos: Iterable[_Grupo], lado: Lado, nombre: str) -> list[Renglon]:
    return [r for g in grupos if g.quien.lado is lado for r in g.importes[nombre]]
