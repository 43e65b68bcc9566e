"""Every kind of alert, the facts it needs and the rule that decides it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from horux_core.fiscal.alertas import cobranza, comprobantes, del_contribuyente, entre_comprobantes
from horux_core.fiscal.alertas.hechos import Hechos
from horux_core.fiscal.alertas.model import Hallazgo


@dataclass(frozen=True, slots=True)
class Regla:
    """`codigos` are all the rule can find; `necesita`, the facts without which nothing is decided about them."""

    codigos: frozenset[str]
    decide: Callable[[Hechos], Iterable[Hallazgo]]
    necesita: tuple[str, ...] = ()


def _regla(codigos: str, decide: Callable[[Hechos], Iterable[Hallazgo]], *necesita: str) -> Regla:
    return Regla(frozenset(codigos.split()), decide, necesita)


REGLAS: tuple[Regla, ...] = (
    _regla("PPD_SIN_REP REP_NO_RECIBIDO", cobranza.sin_complemento, "banco", "abonos"),
    _regla("PPD_VENCIDA", cobranza.vencidas, "saldos"),
    _regla("PUE_NO_PAGADA", cobranza.pue_sin_cobro, "banco"),
    _regla("CANCELADO_DECLARADO", comprobantes.cancelados_declarados, "declaradas"),
    _regla("EFECTIVO_MAYOR_2000 COMBUSTIBLE_EFECTIVO", comprobantes.rechazados_por_forma, "eventos"),
    _regla("DATOS_RECEPTOR", comprobantes.datos_del_receptor, "regimenes"),
    _regla("USO_CFDI_INCOMPATIBLE", comprobantes.uso_incompatible),
    _regla("USO_S01_GASTO", comprobantes.uso_de_gasto),
    _regla("PUE_FORMA_99 PPD_FORMA_DISTINTA_99", comprobantes.forma_de_pago),
    _regla("FUERA_72H", comprobantes.timbrado_tardio),
    _regla("RETENCION_ATIPICA", comprobantes.retencion_atipica),
    _regla("EFOS_DEFINITIVO EFOS_PRESUNTO", entre_comprobantes.en_lista_69b, "lista_69b"),
    _regla("DUPLICADO_POSIBLE", entre_comprobantes.duplicados),
    Regla(entre_comprobantes.DE_AVISOS, entre_comprobantes.avisados, ("avisos",)),
    _regla("XML_FALTANTE METADATA_FALTANTE MONTO_DISTINTO", entre_comprobantes.contra_metadata, "metadata"),
    _regla("SIN_NOMINA", del_contribuyente.sin_nomina),
    _regla("NOMINA_ISR_CERO", del_contribuyente.nomina_sin_isr),
    _regla("FIEL_POR_VENCER FIEL_VENCIDA", del_contribuyente.fiel, "fieles"),
    _regla("DECLARADO_CAMBIADO", del_contribuyente.declarados_que_cambiaron, "cierres"),
    _regla("SALDO_FAVOR_IVA", del_contribuyente.saldo_a_favor, "saldos_iva"),
    _regla("OBLIGACION_PROXIMA OBLIGACION_VENCIDA", del_contribuyente.obligaciones, "vencimientos"),
    _regla("LIMITE_RESICO_PF LIMITE_RESICO_PM", del_contribuyente.topes_resico, "ingresos", "regimenes"),
    _regla("LIMITE_PLAN", del_contribuyente.limites_del_plan, "plan"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the facts show, and the codes that they were enough to decide."""

    hallazgos: tuple[Hallazgo, ...]
    decididos: frozenset[str]


def decidir(hechos: Hechos) -> Decision:
    """Every alert that the facts hold up. What nobody knows decides nothing: its alerts stay as they were."""
    aplicables = [r for r in REGLAS if all(getattr(hechos, nombre) is not None for nombre in r.necesita)]
    hallazgos = tuple(h for regla in aplicables for h in regla.decide(hechos))
    return Decision(hallazgos, frozenset(codigo for regla in aplicables for codigo in regla.codigos))
