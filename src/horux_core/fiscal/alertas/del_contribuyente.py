"""What the whole of a taxpayer shows: payroll, e.firma, balances, limits, obligations."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from horux_core.fiscal.alertas.hallazgos import hallazgo, por_tramo
from horux_core.fiscal.alertas.hechos import Comprobante, Hechos
from horux_core.fiscal.alertas.model import Hallazgo, Severidad
from horux_core.fiscal.calendario.obligaciones import RESICO
from horux_core.fiscal.calendario.recordatorios import DIAS_ANTES, DIAS_ULTIMOS
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

TOPE_SUBSIDIO = {2025: Decimal("10171.00"), 2026: Decimal("11492.66")}
"""Monthly income up to which the employment subsidy may leave no ISR (decree of the subsidio para el empleo)."""

RECARGOS = {2025: Decimal("1.47"), 2026: Decimal("2.07")}
"""Per cent a month for paying late (CFF 21; RMF 2026 2.1.20)."""

TOPE_RESICO_PF = Decimal("3500000.00")
TOPE_RESICO_PM = Decimal("35000000.00")
"""Income of a year (LISR 113-E, 206)."""

DIAS_FIEL = ((7, Severidad.CRITICA), (30, Severidad.ALTA), (60, Severidad.MEDIA))
MESES_CON_SALDO = 3
_DIA_DE_RETENCIONES = 17


def sin_nomina(hechos: Hechos) -> Iterator[Hallazgo]:
    """A month that is over, without payroll, after two that had it."""
    con_nomina = {_mes_de_nomina(c) for c in _nominas(hechos)}
    cerrado = Periodo.of(hechos.hoy).anterior()
    for periodo in sorted({p.siguiente() for p in con_nomina} - con_nomina):
        anterior = periodo.anterior()
        if periodo <= cerrado and anterior.anterior() in con_nomina:
            siguiente = periodo.siguiente()
            limite = date(siguiente.anio, siguiente.mes, _DIA_DE_RETENCIONES)
            detalle = f"Hubo CFDI de nómina en {anterior.anterior()} y {anterior}, y ninguno en {periodo}."
            yield hallazgo("SIN_NOMINA", "nomina", periodo, detalle, limite=limite)


def nomina_sin_isr(hechos: Hechos) -> Iterator[Hallazgo]:
    """By worker and month, for the limit is of a month and payroll may be weekly."""
    grupos: defaultdict[tuple[Periodo, str], list[Comprobante]] = defaultdict(list)
    for c in _nominas(hechos):
        grupos[_mes_de_nomina(c), c.rfc_receptor].append(c)
    for (periodo, rfc), recibos in grupos.items():
        nominas = [c.nomina for c in recibos if c.nomina is not None]
        gravado = sum((n.total_gravado for n in nominas), CERO)
        tope = TOPE_SUBSIDIO.get(periodo.anio)
        if tope is not None and gravado > tope and not any(n.isr_retenido for n in nominas):
            detalle = f"A {rfc} se le pagaron {gravado} gravados en {periodo} sin retener ISR."
            yield hallazgo("NOMINA_ISR_CERO", rfc, periodo, detalle, tuple(sorted(c.uuid for c in recibos)))


def fiel(hechos: Hechos) -> Iterator[Hallazgo]:
    for vence in hechos.fieles or ():
        faltan = (vence - hechos.hoy).days
        periodo = Periodo.of(vence)
        severidad = next((grado for dias, grado in DIAS_FIEL if faltan <= dias), None)
        if faltan < 0:
            yield hallazgo("FIEL_VENCIDA", "fiel", periodo, f"La e.firma venció el {vence:%d/%m/%Y}.")
        elif severidad is not None:
            detalle = f"La e.firma vence el {vence:%d/%m/%Y}."
            yield hallazgo("FIEL_POR_VENCER", "fiel", periodo, detalle, limite=vence, severidad=severidad)


def declarados_que_cambiaron(hechos: Hechos) -> Iterator[Hallazgo]:
    """A closed month whose figure is not any more what it was when its return was noted (CFF 32)."""
    for c in hechos.cierres or ():
        if c.ahora != c.entonces:
            detalle = (
                f"La declaración de {c.impuesto.upper()} de {c.periodo} se presentó el {c.presentada_en:%d/%m/%Y}: los "
                f"libros daban {_cifra(c.entonces)} y ahora dan {_cifra(c.ahora)}."
            )
            yield hallazgo("DECLARADO_CAMBIADO", c.impuesto, c.periodo, detalle)


def _cifra(importe: Decimal) -> str:
    return f"{importe} a cargo" if importe >= 0 else f"{-importe} a favor"


def saldo_a_favor(hechos: Hechos) -> Iterator[Hallazgo]:
    """The months in a row with a balance in favour that reach the last one; the alert is that of their first."""
    saldos = hechos.saldos_iva or {}
    if not saldos:
        return
    desde = periodo = max(saldos)
    seguidos = 0
    while saldos.get(periodo, CERO) > 0:
        desde, periodo, seguidos = periodo, periodo.anterior(), seguidos + 1
    if seguidos >= MESES_CON_SALDO:
        yield hallazgo("SALDO_FAVOR_IVA", "iva", desde, f"Cada mes desde {desde} termina con saldo a favor de IVA.")


def obligaciones(hechos: Hechos) -> Iterator[Hallazgo]:
    for v in hechos.vencimientos or ():
        faltan = (v.limite - hechos.hoy).days
        if not v.abierta or faltan > DIAS_ANTES:
            continue
        entidad, periodo = v.clave.obligacion, v.clave.periodo
        if faltan < 0:
            detalle = f"{v.nombre} de {periodo} venció el {v.limite:%d/%m/%Y}.{_recargos(v.limite)}"
            yield hallazgo("OBLIGACION_VENCIDA", entidad, periodo, detalle, limite=v.limite)
        else:
            severidad = Severidad.ALTA if faltan <= DIAS_ULTIMOS else Severidad.MEDIA
            detalle = f"{v.nombre} de {periodo} vence el {v.limite:%d/%m/%Y}."
            yield hallazgo("OBLIGACION_PROXIMA", entidad, periodo, detalle, limite=v.limite, severidad=severidad)


def topes_resico(hechos: Hechos) -> Iterator[Hallazgo]:
    codigo, tope = ("LIMITE_RESICO_PM", TOPE_RESICO_PM) if hechos.rfc.moral else ("LIMITE_RESICO_PF", TOPE_RESICO_PF)
    for anio, ingresos in (hechos.ingresos or {}).items():
        severidad = por_tramo(ingresos, tope)
        if severidad is None or hechos.regimenes is None or RESICO not in hechos.regimenes(anio):
            continue
        detalle = f"Los ingresos cobrados de {anio} son {ingresos}, de un tope de {tope}."
        yield hallazgo(codigo, "ingresos", Periodo(anio, 12), detalle, severidad=severidad)


def limites_del_plan(hechos: Hechos) -> Iterator[Hallazgo]:
    for uso in hechos.plan or ():
        severidad = por_tramo(Decimal(uso.usado), Decimal(uso.limite)) if uso.limite > 0 else None
        if severidad is not None:
            detalle = f"Se usan {uso.usado} de {uso.limite} {uso.nombre}."
            yield hallazgo("LIMITE_PLAN", uso.recurso, None, detalle, severidad=severidad)


def _nominas(hechos: Hechos) -> Iterator[Comprobante]:
    return (c for c in hechos.comprobantes if c.vigente and c.emitido and c.nomina is not None)


def _mes_de_nomina(c: Comprobante) -> Periodo:
    return Periodo.of(c.nomina.fecha_pago) if c.nomina is not None else c.periodo


def _recargos(limite: date) -> str:
    tasa = RECARGOS.get(limite.year)
    return "" if tasa is None else f" Los recargos son de {tasa} % mensual en {limite.year}."
