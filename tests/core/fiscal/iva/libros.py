"""Makers of documents, and the whole road from documents to months."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago, Relacion, Tipo
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.mes import cuentas, mes
from horux_core.fiscal.iva.model import Apertura, Aviso, Cuenta, Documento, Evento, MesIva, OpcionesIva
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

D = Decimal
OPCIONES = OpcionesIva()


def uuid(nombre: str) -> str:
    """A UUID that a short name always gives."""
    return str(UUID(bytes=nombre.encode().rjust(16, b"\0")[-16:]))


def cubetas(**importes: str) -> Cubetas:
    return Cubetas(**{k: D(v) for k, v in importes.items()})


def gravada(base: str, **mas: str) -> Cubetas:
    return cubetas(base_16=base, iva_16=str((D(base) * 16 / 100).quantize(D("0.01"))), **mas)


def documento(
    nombre: str, fecha: str, importes: Cubetas | None = None, lado: str = "emitido", **campos: Any
) -> Documento:
    """An I, PUE, vigente, in MXN and paid by transfer unless said; its Total is what its buckets add up to."""
    c = importes or Cubetas()
    bases = (c.base_16, c.base_8, c.base_0, c.base_exento, c.base_no_objeto, c.base_otra_tasa)
    total = sum((*bases, c.iva_16, c.iva_8, c.ieps, -c.ret_isr, -c.ret_iva), D(0))
    por_omision: dict[str, Any] = {
        "uuid": uuid(nombre),
        "tipo": Tipo.INGRESO,
        "emitido": lado in ("emitido", "ambas"),
        "recibido": lado in ("recibido", "ambas"),
        "vigente": True,
        "fecha": datetime.fromisoformat(fecha),
        "moneda": "MXN",
        "tipo_cambio": D(1),
        "total": total,
        "cubetas": c,
        "metodo_pago": "PUE",
        "forma_pago": "03",
        "uso_cfdi": "G03",
    }
    return Documento(**{**por_omision, **campos})


def nota(nombre: str, fecha: str, importes: Cubetas, *relacionadas: str, tipo: str = "01", **campos: Any) -> Documento:
    relaciones = tuple(Relacion(tipo, uuid(r)) for r in relacionadas)
    return documento(nombre, fecha, importes, tipo=Tipo.EGRESO, relaciones=relaciones, **campos)


def docto(factura: str, pagado: str, importes: Cubetas | None = None, **campos: Any) -> DoctoPagado:
    por_omision: dict[str, Any] = {
        "id_documento": uuid(factura) if len(factura) < 16 else factura,
        "moneda": "MXN",
        "equivalencia": D(1),
        "parcialidad": 1,
        "saldo_anterior": None,
        "pagado": D(pagado),
        "saldo_insoluto": None,
        "objeto_imp": "02",
        "con_impuestos": importes is not None,
        "cubetas": importes or Cubetas(),
    }
    return DoctoPagado(**{**por_omision, **campos})


def un_pago(fecha: str, *doctos: DoctoPagado, **campos: Any) -> Pago:
    por_omision: dict[str, Any] = {
        "fecha_pago": datetime.fromisoformat(fecha),
        "forma_pago": "03",
        "moneda": "MXN",
        "tipo_cambio": D(1),
        "monto": sum((d.pagado for d in doctos), D(0)),
        "num_operacion": None,
        "doctos": doctos,
    }
    return Pago(**{**por_omision, **campos})


def complemento(nombre: str, *pagos: Pago, lado: str = "emitido", **campos: Any) -> Documento:
    fecha = campos.pop("fecha", max(p.fecha_pago for p in pagos).isoformat())
    por_omision: dict[str, Any] = {
        "tipo": Tipo.PAGO,
        "moneda": "XXX",
        "tipo_cambio": None,
        "metodo_pago": None,
        "forma_pago": None,
        "uso_cfdi": "CP01",
        "pagos": pagos,
    }
    return documento(nombre, fecha, None, lado, **{**por_omision, **campos})


def pagada(
    nombre: str, factura: str, cuando: str, pagado: str, importes: Cubetas | None = None, **campos: Any
) -> Documento:
    """A P with one payment of one invoice."""
    de_pago: dict[str, Any] = {k: campos.pop(k) for k in ("forma_pago", "tipo_cambio", "monto") if k in campos}
    if "moneda_p" in campos:
        de_pago["moneda"] = campos.pop("moneda_p")
    de_docto = {k: campos.pop(k) for k in DoctoPagado.__dataclass_fields__ if k in campos and k != "cubetas"}
    return complemento(nombre, un_pago(cuando, docto(factura, pagado, importes, **de_docto), **de_pago), **campos)


def libro(*documentos: Documento) -> dict[str, Documento]:
    return {d.uuid: d for d in documentos}


def hechos(*documentos: Documento, opciones: OpcionesIva = OPCIONES) -> list[Evento]:
    return eventos(libro(*documentos), None, opciones)[0]


def avisos(*documentos: Documento, opciones: OpcionesIva = OPCIONES) -> list[Aviso]:
    return eventos(libro(*documentos), None, opciones)[1]


def por_periodo(todos: Iterable[Evento]) -> dict[Periodo, list[Evento]]:
    meses: dict[Periodo, list[Evento]] = {}
    for evento in todos:
        meses.setdefault(evento.periodo, []).append(evento)
    return meses


def meses(
    documentos: Sequence[Documento], desde: str, hasta: str, opciones: OpcionesIva = OPCIONES
) -> dict[str, MesIva]:
    """The chain of months, opened with nothing."""
    grupos = {p: cuentas(e) for p, e in por_periodo(hechos(*documentos, opciones=opciones)).items()}
    return {str(m.periodo): m for m in cadena(Apertura(Periodo.parse(desde)), Periodo.parse(hasta), grupos, opciones)}


def cadena(
    apertura: Apertura,
    hasta: Periodo,
    cuentas_de: Mapping[Periodo, Sequence[Cuenta]],
    opciones: OpcionesIva,
    solicitado: Mapping[Periodo, Decimal] | None = None,
) -> list[MesIva]:
    """The months from the opening's to `hasta`, each on the balance of the one before; one without accounts is empty.

    `solicitado` tells, by the month whose return said so, how much of its balance in favour was asked back.
    """
    pedido = solicitado or {}
    meses: list[MesIva] = []
    anterior: MesIva | Apertura = apertura
    periodo = apertura.periodo
    while periodo <= hasta:
        anterior = mes(periodo, cuentas_de.get(periodo, ()), anterior, opciones, pedido.get(periodo.anterior(), CERO))
        meses.append(anterior)
        periodo = periodo.siguiente()
    return meses
