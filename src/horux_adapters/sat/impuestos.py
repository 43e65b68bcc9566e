"""The taxes of a CFDI: bases of its Conceptos, amounts of its summary node (FISCAL.md 2.4)."""

from dataclasses import dataclass, field
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat.atributos import CERO, importe, importe_opcional, local, tasa, texto
from horux_adapters.sat.conceptos import IVA, Clave, SumaConceptos, clave_impuesto, clave_traslado
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.model import Advertencia, Cubetas, Impuesto
from horux_core.kernel.importe import centavos

IEPS = "003"
_DE_TASA = {
    Decimal("0.16"): ("base_16", "iva_16"),
    Decimal("0.08"): ("base_8", "iva_8"),
    Decimal(0): ("base_0", None),
}
_OTRA = ("base_otra_tasa", "iva_otra_tasa")
_EXENTO = ("base_exento", None)
_RETENIDO = {"001": "ret_isr", "002": "ret_iva", "003": "ret_ieps"}
_CENTAVO = Decimal("0.01")
_CIEN = Decimal(100)
_CLASE_LOCAL = {"TrasladosLocales": "traslado", "RetencionesLocales": "retencion"}


@dataclass(slots=True)
class Resumen:
    """The summary node as written: its rows, and the totals it declares."""

    traslados: list[Impuesto] = field(default_factory=list)
    retenciones: list[Impuesto] = field(default_factory=list)
    total_traslados: Decimal | None = None
    total_retenciones: Decimal | None = None


class Balde:
    """Buckets being filled."""

    __slots__ = ("montos",)

    def __init__(self) -> None:
        self.montos: dict[str, Decimal] = {}

    def suma(self, nombre: str | None, monto: Decimal) -> None:
        if nombre is not None:
            self.montos[nombre] = self.montos.get(nombre, CERO) + monto

    def traslado(self, clave: Clave, base: Decimal, monto: Decimal) -> None:
        """Adds a traslado where it belongs; a tax that is neither IVA nor IEPS has no bucket."""
        impuesto, factor, tasa_iva = clave
        if impuesto == IEPS:
            self.suma("ieps", monto)
        elif impuesto == IVA:
            de_base, de_monto = _EXENTO if factor == "Exento" else _DE_TASA.get(tasa_iva or CERO, _OTRA)
            self.suma(de_base, base)
            self.suma(de_monto, monto)

    def retencion(self, impuesto: str, monto: Decimal) -> None:
        self.suma(_RETENIDO.get(impuesto), monto)

    def cubetas(self) -> Cubetas:
        return Cubetas(**self.montos)


def lee_resumen(impuestos: _Element, ns: str) -> Resumen:
    """The `Impuestos` node of a CFDI 3.3 or 4.0. Raises CfdiRejected."""
    resumen = Resumen(
        total_traslados=importe_opcional(impuestos, "TotalImpuestosTrasladados"),
        total_retenciones=importe_opcional(impuestos, "TotalImpuestosRetenidos"),
    )
    for grupo in impuestos:
        if grupo.tag == ns + "Traslados":
            for nodo in grupo:
                codigo, factor, tasa_iva = clave_traslado(nodo)
                base, monto = importe_opcional(nodo, "Base"), importe(nodo, "Importe")
                resumen.traslados.append(Impuesto("traslado", "federal", codigo, factor, tasa_iva, base, monto))
        elif grupo.tag == ns + "Retenciones":
            for nodo in grupo:
                codigo = clave_impuesto(texto(nodo, "Impuesto"))
                retenido = Impuesto("retencion", "federal", codigo, None, None, None, importe(nodo, "Importe"))
                resumen.retenciones.append(retenido)
    return resumen


def completa(resumen: Resumen, conceptos: SumaConceptos, avisos: list[Advertencia]) -> tuple[Impuesto, ...]:
    """The rows of the summary, and those only the Conceptos have, rounded to cents; a disagreement is told."""
    traslados, difieren = _traslados(resumen, conceptos)
    retenciones, difieren_retenidos = _retenciones(resumen, conceptos)
    if difieren or difieren_retenidos:
        detalle = "Los impuestos del resumen no coinciden con los de los conceptos: se usaron los del resumen."
        avisos.append(Advertencia(aviso.IMPUESTOS_DIFIEREN, detalle))
    return (*traslados, *retenciones)


def _traslados(resumen: Resumen, conceptos: SumaConceptos) -> tuple[list[Impuesto], bool]:
    filas: list[Impuesto] = []
    sumas: dict[Clave, Decimal] = {}
    for fila in resumen.traslados:
        clave = (fila.impuesto, fila.factor, fila.tasa)
        vista = clave in sumas
        sumas[clave] = sumas.get(clave, CERO) + fila.importe
        renglon = conceptos.traslados.get(clave)
        if fila.base is None and renglon is not None and not vista:
            fila = Impuesto("traslado", "federal", *clave, renglon.base, fila.importe)
        filas.append(fila)
    tolerancia = _CENTAVO * conceptos.cuantos
    difieren = any(monto > tolerancia for clave, monto in sumas.items() if clave not in conceptos.traslados)
    for clave, renglon in conceptos.traslados.items():
        if clave in sumas:
            difieren = difieren or abs(sumas[clave] - renglon.importe) > tolerancia
        else:
            filas.append(Impuesto("traslado", "federal", *clave, renglon.base, centavos(renglon.importe)))
    return filas, difieren


def _retenciones(resumen: Resumen, conceptos: SumaConceptos) -> tuple[list[Impuesto], bool]:
    filas = list(resumen.retenciones)
    sumas: dict[str, Decimal] = {}
    for fila in filas:
        sumas[fila.impuesto] = sumas.get(fila.impuesto, CERO) + fila.importe
    difieren = False
    for impuesto, monto in conceptos.retenciones.items():
        if impuesto in sumas:
            difieren = difieren or abs(sumas[impuesto] - monto) > _CENTAVO * conceptos.cuantos
        else:
            filas.append(Impuesto("retencion", "federal", impuesto, None, None, None, centavos(monto)))
    return filas, difieren


def cubetas(impuestos: tuple[Impuesto, ...], conceptos: SumaConceptos) -> Cubetas:
    """Buckets of an I or E: bases of the Conceptos, amounts of the rows `completa` gave."""
    balde = Balde()
    for clave, renglon in conceptos.traslados.items():
        if clave[0] == IVA:
            balde.traslado(clave, renglon.base, CERO)
    for fila in impuestos:
        if fila.clase == "retencion":
            balde.retencion(fila.impuesto, fila.importe)
        else:
            balde.traslado((fila.impuesto, fila.factor, fila.tasa), CERO, fila.importe)
    balde.suma("base_no_objeto", conceptos.no_objeto)
    balde.suma("base_sin_desglose", conceptos.sin_desglose)
    return balde.cubetas()


def suma(impuestos: tuple[Impuesto, ...], clase: str, impuesto: str) -> Decimal:
    """The federal rows of one tax, added up."""
    total = CERO
    for fila in impuestos:
        if fila.impuesto == impuesto and fila.clase == clase and fila.ambito == "federal":
            total += fila.importe
    return total


def lee_locales(nodo: _Element) -> tuple[Impuesto, ...]:
    """`ImpuestosLocales` (implocal 1.0): inside the Total, never IVA. Rates come in percent. Raises CfdiRejected."""
    filas = []
    for hijo in nodo:
        clase = _CLASE_LOCAL.get(local(hijo))
        if clase is None:
            continue
        nombre, de_tasa = (
            ("ImpLocTrasladado", "TasadeTraslado") if clase == "traslado" else ("ImpLocRetenido", "TasadeRetencion")
        )
        porciento = tasa(hijo, de_tasa)
        filas.append(
            Impuesto(
                clase,
                "local",
                texto(hijo, nombre) or "local",
                "Tasa",
                porciento / _CIEN if porciento is not None else None,
                None,
                importe(hijo, "Importe"),
            )
        )
    return tuple(filas)
