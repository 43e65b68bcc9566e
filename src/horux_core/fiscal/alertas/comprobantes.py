"""What is odd in a document by itself."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.alertas.hallazgos import de_uno, hallazgo, limite_de_cancelacion
from horux_core.fiscal.alertas.hechos import Comprobante, Hechos
from horux_core.fiscal.alertas.model import Hallazgo
from horux_core.fiscal.alertas.usos import compatible
from horux_core.fiscal.calendario.vencimientos import ultimo_dia
from horux_core.fiscal.cfdi.model import PPD, PUE, Cubetas, Tipo
from horux_core.fiscal.iva.acreditamiento import COMBUSTIBLE_EFECTIVO, EFECTIVO_MAYOR
from horux_core.fiscal.iva.model import Lado

SIN_EFECTO = frozenset({"S01", "CP01", "CN01"})
POR_DEFINIR = "99"
PLAZO_DE_TIMBRADO = timedelta(hours=72)
ISR_MAXIMO, IVA_MAXIMO = Decimal("0.10"), Decimal("0.16")
"""The highest rates withheld: 10 % of fees and rent (LISR 106, 116), all of the IVA (LIVA 1-A)."""

_HOLGURA = Decimal("0.0001")
_DE_MOTIVO = {EFECTIVO_MAYOR: "EFECTIVO_MAYOR_2000", COMBUSTIBLE_EFECTIVO: "COMBUSTIBLE_EFECTIVO"}
_BASES = (
    "base_16",
    "base_8",
    "base_0",
    "base_exento",
    "base_otra_tasa",
    "base_no_objeto",
    "base_sin_desglose",
)


def rechazados_por_forma(hechos: Hechos) -> Iterator[Hallazgo]:
    """Paid in cash, as the IVA of the month judged it (LISR 27-III)."""
    for evento in hechos.eventos or ():
        codigo = _DE_MOTIVO.get(evento.motivo or "")
        if evento.lado is Lado.RECIBIDO and codigo is not None:
            detalle = f"Se pagó en efectivo el {evento.fecha:%d/%m/%Y}: no se deduce ni se acredita su IVA."
            limite = hechos.limite_mensual(evento.periodo)
            yield hallazgo(codigo, evento.uuid, evento.periodo, detalle, (evento.uuid,), limite)


def datos_del_receptor(hechos: Hechos) -> Iterator[Hallazgo]:
    for c in hechos.comprobantes:
        if not (c.vigente and c.recibido and c.version == "4.0") or hechos.regimenes is None:
            continue
        propios = hechos.regimenes(c.fecha.year)
        malos = []
        if c.regimen_receptor and c.regimen_receptor not in propios:
            malos.append(f"el régimen {c.regimen_receptor} no es el tuyo")
        if c.cp_receptor and hechos.codigo_postal and c.cp_receptor != hechos.codigo_postal:
            malos.append(f"el código postal {c.cp_receptor} no es {hechos.codigo_postal}")
        if malos:
            detalle = f"En los datos del receptor, {' y '.join(malos)}."
            yield de_uno("DATOS_RECEPTOR", c, detalle, date(c.fecha.year, 12, 31))


def uso_incompatible(hechos: Hechos) -> Iterator[Hallazgo]:
    for c in hechos.comprobantes:
        if c.vigente and c.uso_cfdi and c.regimen_receptor and not compatible(c.uso_cfdi, c.regimen_receptor):
            detalle = f"El uso {c.uso_cfdi} no corresponde al régimen {c.regimen_receptor} del receptor."
            yield de_uno("USO_CFDI_INCOMPATIBLE", c, detalle)


def uso_de_gasto(hechos: Hechos) -> Iterator[Hallazgo]:
    """Not of an expense that the accountant took out of the deductible ones already."""
    for c in hechos.comprobantes:
        if _factura(c) and c.recibido and c.uso_cfdi in SIN_EFECTO and c.acreditable_pct != 0:
            detalle = f"El gasto lleva el uso {c.uso_cfdi}, sin efectos de deducción."
            yield de_uno("USO_S01_GASTO", c, detalle, hechos.limite_mensual(c.periodo))


def forma_de_pago(hechos: Hechos) -> Iterator[Hallazgo]:
    for c in hechos.comprobantes:
        if not _factura(c):
            continue
        if c.metodo_pago == PUE and c.forma_pago in (None, "", POR_DEFINIR):
            detalle = "Es de pago en una sola exhibición y no dice con qué forma se pagó."
            yield de_uno("PUE_FORMA_99", c, detalle, ultimo_dia(c.periodo))
        elif c.metodo_pago == PPD and c.forma_pago and c.forma_pago != POR_DEFINIR:
            detalle = f"Es de pago diferido y lleva la forma {c.forma_pago} en vez de 99."
            yield de_uno("PPD_FORMA_DISTINTA_99", c, detalle)


def timbrado_tardio(hechos: Hechos) -> Iterator[Hallazgo]:
    for c in hechos.comprobantes:
        if c.vigente and c.fecha_timbrado is not None and c.fecha_timbrado - c.fecha > PLAZO_DE_TIMBRADO:
            yield de_uno(
                "FUERA_72H", c, f"Se expidió el {c.fecha:%d/%m/%Y} y se timbró el {c.fecha_timbrado:%d/%m/%Y}."
            )


def retencion_atipica(hechos: Hechos) -> Iterator[Hallazgo]:
    """Only above every legal rate: below, the summary of a document does not say which part was withheld upon."""
    for c in hechos.comprobantes:
        base = _base(c.cubetas)
        if not _factura(c) or base <= 0:
            continue
        por_impuesto = (("ISR", c.cubetas.ret_isr, ISR_MAXIMO), ("IVA", c.cubetas.ret_iva, IVA_MAXIMO))
        altas = [n for n, retenido, maximo in por_impuesto if retenido / base > maximo + _HOLGURA]
        if altas:
            yield de_uno("RETENCION_ATIPICA", c, f"Retiene {' e '.join(altas)} por más de la tasa más alta de ley.")


def cancelados_declarados(hechos: Hechos) -> Iterator[Hallazgo]:
    """Cancelled after the last return of a month that counts it; a later one of that month mends it."""
    for c in hechos.comprobantes:
        for periodo in () if c.vigente else dict.fromkeys(c.efectos):
            presentada = (hechos.declaradas or {}).get(periodo)
            if presentada is None or (c.fecha_cancelacion is not None and c.fecha_cancelacion < presentada):
                continue
            detalle = f"Está cancelado y la declaración de {periodo} lo contó, presentada el {presentada:%d/%m/%Y}."
            limite = limite_de_cancelacion(c, hechos) if c.emitido else None
            yield hallazgo("CANCELADO_DECLARADO", c.uuid, periodo, detalle, (c.uuid,), limite)


def _factura(c: Comprobante) -> bool:
    return c.vigente and c.tipo is Tipo.INGRESO


def _base(cubetas: Cubetas) -> Decimal:
    return sum((getattr(cubetas, nombre) for nombre in _BASES), Decimal(0))
