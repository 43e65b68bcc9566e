"""The shapes of the forecast on the wire. Amounts are strings, never floats."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.pronostico.consultando import SALIDAS, PronosticoMostrado
from horux_core.fiscal.pronostico.model import Base, Plazo, Semana
from horux_core.fiscal.reportes.contrapartes import Contraparte
from horux_core.kernel.importe import CERO
from horux_http.fiscal.wire import AdvertenciaOut, PesosOut, mxn

_DECIMO = Decimal("0.1")


class SalidasOut(Struct, rename="camel"):
    """What goes out of a week, by kind. `recurrentes` are PUE of suppliers that bill every month."""

    proveedores: PesosOut
    nomina: PesosOut
    impuestos: PesosOut
    recurrentes: PesosOut
    total: PesosOut


class SemanaOut(Struct, rename="camel"):
    """`saldo` is what is left at the end of the week."""

    semana: Annotated[int, Meta(description="De la 1 a la 13, para pedir su detalle.", examples=[1])]
    desde: Annotated[date, Meta(examples=["2026-03-10"])]
    hasta: Annotated[date, Meta(examples=["2026-03-16"])]
    entradas: PesosOut
    salidas: SalidasOut
    saldo: PesosOut

    @classmethod
    def of(cls, numero: int, semana: Semana) -> Self:
        propias = {nombre: mxn(semana.de(concepto)) for concepto, nombre in SALIDAS.items()}
        salidas = SalidasOut(**propias, total=mxn(semana.salidas))
        return cls(numero, semana.desde, semana.hasta, mxn(semana.entradas), salidas, mxn(semana.saldo))


class PlazoOut(Struct, rename="camel"):
    """How many days a counterpart that something is owed by, or to, is taken to need from the invoice's date."""

    rfc: Annotated[str, Meta(examples=["URE180429TM6"])]
    nombre: str
    dias: Annotated[str, Meta(description="Ponderados por importe.", examples=["34.0"])]
    base: Annotated[
        Base,
        Meta(description="propia: de sus pagos; promedio: de los de todos, si los suyos son menos de 3; o supuesta."),
    ]
    pagos: Annotated[int, Meta(description="Cuántos pagos de los últimos 365 días lo dicen.", examples=[3])]


class SupuestosOut(Struct, rename="camel"):
    """What the dates stand on."""

    clientes: list[PlazoOut]
    proveedores: list[PlazoOut]


class DespuesOut(Struct, rename="camel"):
    """What is expected after the last week."""

    entradas: PesosOut
    salidas: PesosOut


class PronosticoOut(Struct, rename="camel"):
    """The balance of the bank in the coming weeks, in MXN."""

    hoy: Annotated[date, Meta(examples=["2026-03-10"])]
    moneda: Annotated[str, Meta(examples=["MXN"])]
    saldo_inicial: PesosOut
    primer_negativo: Annotated[date | None, Meta(description="El primer día que termina con saldo negativo.")]
    semanas: list[SemanaOut]
    despues: DespuesOut
    supuestos: SupuestosOut
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, mostrado: PronosticoMostrado) -> Self:
        hecho = mostrado.pronostico
        entra = sum((d.importe for d in hecho.despues if d.entra), CERO)
        sale = sum((d.importe for d in hecho.despues if not d.entra), CERO)
        return cls(
            hecho.hoy,
            "MXN",
            mxn(hecho.saldo_inicial),
            hecho.primer_negativo,
            [SemanaOut.of(numero, semana) for numero, semana in enumerate(hecho.semanas, 1)],
            DespuesOut(mxn(entra), mxn(sale)),
            SupuestosOut(
                _plazos(hecho.plazos_clientes.items(), mostrado.contrapartes),
                _plazos(hecho.plazos_proveedores.items(), mostrado.contrapartes),
            ),
            [AdvertenciaOut.of(a) for a in mostrado.advertencias],
        )


def _plazos(plazos: Iterable[tuple[str, Plazo]], contrapartes: Mapping[str, Contraparte]) -> list[PlazoOut]:
    return [
        PlazoOut(quien.rfc, quien.nombre, _dias(plazo.dias), plazo.base, plazo.pagos)
        for clave, plazo in plazos
        for quien in (contrapartes[clave],)
    ]


def _dias(dias: Decimal) -> str:
    return format(dias.quantize(_DECIMO, ROUND_HALF_UP), "f")
