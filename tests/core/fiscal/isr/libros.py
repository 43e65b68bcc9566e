"""Makers of documents as ISR sees them, and the whole road from documents to months."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from horux_core.fiscal.cfdi.model import Cubetas, DocumentoRetenciones, Nomina, Tipo
from horux_core.fiscal.isr.model import Clase, Cuenta, DocumentoIsr, MesIsr, Movimiento, OpcionesIsr
from horux_core.fiscal.isr.movimientos import cuentas, movimientos
from horux_core.fiscal.isr.year import year
from horux_core.fiscal.iva.model import Documento, OpcionesIva
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import documento, gravada, pagada

D = Decimal
DE_IVA = OpcionesIva()
PM = OpcionesIsr(moral=True, regimenes=("601",))
PF = OpcionesIsr(moral=False, regimenes=("612",))


def bases(c: Cubetas) -> Decimal:
    return c.base_16 + c.base_8 + c.base_0 + c.base_exento + c.base_otra_tasa + c.base_no_objeto + c.base_sin_desglose


def como_isr(flujo: Documento, **campos: Any) -> DocumentoIsr:
    """A document of IVA with its SubTotal: what its bases add up to unless said, and no discount."""
    por_omision: dict[str, Any] = {"subtotal": bases(flujo.cubetas), "descuento": D(0)}
    return DocumentoIsr(flujo, **{**por_omision, **campos})


def factura(nombre: str, fecha: str, base: str, lado: str = "emitido", **campos: Any) -> DocumentoIsr:
    """An I of `base` pesos at 16 %, PUE and paid by transfer unless said."""
    suyos = {k: campos.pop(k) for k in ("subtotal", "descuento", "regimen_emisor", "regimen_receptor") if k in campos}
    retenido = {k: campos.pop(k) for k in ("ret_isr", "ret_iva") if k in campos}
    return como_isr(documento(nombre, fecha, gravada(base, **retenido), lado, **campos), **suyos)


def pago_de(nombre: str, factura: str, fecha: str, pagado: str, importes: Cubetas | None = None, **c: Any) -> Any:
    """A P with one payment of one invoice."""
    suyos = {k: c.pop(k) for k in ("regimen_emisor", "regimen_receptor") if k in c}
    return como_isr(pagada(nombre, factura, fecha, pagado, importes, **c), **suyos)


def nomina(
    nombre: str, pagada_en: str, gravado: str, exento: str, isr: str, lado: str = "emitido", **campos: Any
) -> DocumentoIsr:
    fecha = campos.pop("fecha", f"{pagada_en}T10:00:00")
    flujo = documento(nombre, fecha, None, lado, tipo=Tipo.NOMINA, **campos)
    total, cero = D(gravado) + D(exento), D(0)
    percibido = Nomina(
        *("O", date.fromisoformat(pagada_en), None, None, None, total, D(isr), cero, D(gravado), D(exento)),
        *(D(isr), cero, cero, None, None, None),
    )
    return como_isr(flujo, nomina=percibido)


def constancia(nombre: str, clave: str, mes: int, isr: str) -> DocumentoIsr:
    flujo = documento(nombre, "2027-02-10T10:00:00", None, "recibido", tipo=Tipo.RETENCIONES)
    partes = DocumentoRetenciones(clave, 2026, 1, mes, D("5000"), D("5000"), D(0), D(isr))
    return como_isr(flujo, retenciones=partes, isr_retenido=D(isr))


def libro(*documentos: DocumentoIsr) -> dict[str, DocumentoIsr]:
    return {d.flujo.uuid: d for d in documentos}


def movidos(*documentos: DocumentoIsr, opciones: OpcionesIsr = PF, de_iva: OpcionesIva = DE_IVA) -> list[Movimiento]:
    return movimientos(libro(*documentos), None, opciones, de_iva)


def suma(todos: Iterable[Movimiento], clase: Clase, mes: str | None = None) -> Decimal:
    return sum((m.importe for m in todos if m.clase is clase and mes in (None, str(m.periodo))), D("0.00"))


def meses(
    documentos: Sequence[DocumentoIsr], opciones: OpcionesIsr = PF, anio: int = 2026, de_iva: OpcionesIva = DE_IVA
) -> dict[str, tuple[MesIsr, ...]]:
    return year(anio, cuentas(movidos(*documentos, opciones=opciones, de_iva=de_iva)), opciones)


def de_cuentas(regimen: str, por_mes: Sequence[Cuenta], opciones: OpcionesIsr, anio: int = 2026) -> tuple[MesIsr, ...]:
    """The months of sums given by hand, January first."""
    propias = {(regimen, Periodo(anio, m)): cuenta for m, cuenta in enumerate(por_mes, 1)}
    return year(anio, propias, opciones)[regimen]
