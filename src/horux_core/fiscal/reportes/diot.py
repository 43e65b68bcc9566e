"""What was paid to each supplier in a month, as the DIOT asks for it (LIVA 32-VIII): whole pesos, by supplier."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cubetas
from horux_core.fiscal.iva.acreditamiento import iva
from horux_core.fiscal.iva.model import Evento, Figura, Lado, Renglon
from horux_core.fiscal.reportes.contrapartes import Contraparte, contraparte, nombres
from horux_core.fiscal.reportes.model import Calculo, Ficha, Fila, ajustada, en_enteros, figura
from horux_core.kernel.importe import CERO, pesos
from horux_core.kernel.rfc import EXTRANJERO, PUBLICO_EN_GENERAL

NACIONAL, DE_FUERA, GLOBAL = "04", "05", "15"
PROFESIONALES, ARRENDAMIENTO, IMPORTACION, OTROS, GLOBALES = "03", "06", "07", "85", "87"
_SUR = ("24", "29", "30", "77", "86")
"""First digits of the postal codes of Campeche, Chiapas, Quintana Roo and Tabasco: the southern border (product
decision: every other place of issue at 8 % is the northern one)."""
_BASES = ("base16", "base8Norte", "base8Sur", "base0", "exento", "noObjeto")
_FIGURAS = (*_BASES, "devoluciones", "ivaAcreditable", "ivaNoAcreditable", "ivaRetenido")


def diot(
    eventos: Iterable[Evento],
    no_acreditable: Figura,
    fichas: Mapping[str, Ficha],
    primer_dia: date,
    enteras: Mapping[tuple[str, int, int], Cubetas],
) -> Calculo:
    """The received events of a month; `no_acreditable` is the month's figure of IVA that is lost.

    Bases are what was paid, whatever of its IVA is credited: `enteras` are the buckets of the events that a percentage
    of the accountant made less. What rounding to pesos adds to a column is a line without UUID.
    """
    perdido = _por_documento(no_acreditable)
    grupos: dict[str, tuple[Contraparte, dict[str, list[Renglon]], list[tuple[Evento, Ficha]]]] = {}
    for evento in (e for e in eventos if e.lado is Lado.RECIBIDO and e.uuid in fichas):
        ficha = fichas[evento.uuid]
        quien = contraparte(ficha, Lado.RECIBIDO)
        _, importes, suyos = grupos.setdefault(quien.clave, (quien, {n: [] for n in _FIGURAS}, []))
        suyos.append((evento, ficha))
        pagado = enteras.get((evento.uuid, evento.pago, evento.docto), evento.cubetas)
        propios = {**_actos(pagado, ficha), **_iva(evento, perdido.pop(evento.uuid, CERO))}
        for nombre, importe in propios.items():
            importes[nombre].append(Renglon(evento.uuid, evento.fecha, importe, evento.regla, evento.articulo))
    ultimos = nombres(fichas.values())
    filas = tuple(
        _fila(clave, quien, ultimos[clave], importes, suyos, primer_dia)
        for clave, (quien, importes, suyos) in sorted(grupos.items())
    )
    return Calculo(tuple(_total(nombre, filas) for nombre in _FIGURAS), filas=filas)


def _por_documento(figura: Figura) -> dict[str, Decimal]:
    sumas: dict[str, Decimal] = {}
    for r in figura.documentos:
        sumas[r.uuid] = sumas.get(r.uuid, CERO) + r.importe
    return sumas


def _total(nombre: str, filas: Iterable[Fila]) -> Figura:
    return en_enteros(nombre, (f for fila in filas for f in fila.figuras if f.figura == nombre))


def _actos(c: Cubetas, ficha: Ficha) -> dict[str, Decimal]:
    """The value of what was paid by rate, or of what was given back."""
    bases = {
        "base16": c.base_16,
        "base8Norte": CERO if _del_sur(ficha) else c.base_8,
        "base8Sur": c.base_8 if _del_sur(ficha) else CERO,
        "base0": c.base_0,
        "exento": c.base_exento,
        "noObjeto": c.base_no_objeto,
    }
    total = sum(bases.values(), CERO)
    return bases if total >= 0 else {"devoluciones": -total}


def _iva(evento: Evento, perdido: Decimal) -> dict[str, Decimal]:
    c = evento.cubetas
    pagado = iva(c) if evento.motivo is not None else iva(c) + evento.no_acreditable
    return {
        "ivaAcreditable": pagado - perdido,
        "ivaNoAcreditable": perdido,
        "ivaRetenido": c.ret_iva + evento.retenido_no_acreditable,
    }


def _fila(
    clave: str,
    quien: Contraparte,
    nombre: str,
    importes: Mapping[str, list[Renglon]],
    suyos: Iterable[tuple[Evento, Ficha]],
    dia: date,
) -> Fila:
    operaciones = {_operacion(evento, ficha, quien) for evento, ficha in suyos}
    datos = (
        ("tipoTercero", _tercero(quien)),
        ("tipoOperacion", operaciones.pop() if len(operaciones) == 1 else OTROS),
        ("rfc", quien.rfc),
        ("nombre", nombre),
    )
    exactas = (figura(n, importes[n]) for n in _FIGURAS)
    return Fila(clave, datos, tuple(ajustada(f, pesos(f.total), dia, "redondeo", "CFF 20") for f in exactas))


def _tercero(quien: Contraparte) -> str:
    return {EXTRANJERO: DE_FUERA, PUBLICO_EN_GENERAL: GLOBAL}.get(quien.rfc, NACIONAL)


def _operacion(evento: Evento, ficha: Ficha, quien: Contraparte) -> str:
    """By who issues it: the rent of 606, the withheld fees of 612, a foreigner; the accountant knows the rest."""
    if quien.rfc in (EXTRANJERO, PUBLICO_EN_GENERAL):
        return IMPORTACION if quien.rfc == EXTRANJERO else GLOBALES
    if ficha.regimen_emisor == "606":
        return ARRENDAMIENTO
    return PROFESIONALES if ficha.regimen_emisor == "612" and evento.cubetas.ret_isr else OTROS


def _del_sur(ficha: Ficha) -> bool:
    return (ficha.lugar_expedicion or "").startswith(_SUR)
