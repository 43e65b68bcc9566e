"""The months of the second engine: FISCAL.md 3.2, read sentence by sentence."""

from dataclasses import dataclass, field, replace

from horux_core.fiscal.iva.model import OpcionesIva
from tests.core.fiscal.iva.segundo_motor import CERO, NOMBRES, UNO, F, Hecho, SegundoMotor, redondo


@dataclass
class Cuentas:
    trasladado: F = CERO
    retenido: F = CERO
    acreditable: F = CERO
    no_acreditable: F = CERO
    factor: F = UNO
    ret_siguiente: F = CERO
    por_enterar: F = CERO
    resultado: F = CERO
    a_pagar: F = CERO
    saldo: F = CERO
    actos: dict[str, F] = field(default_factory=dict)


def months(
    motor: SegundoMotor, order: list[tuple[int, int]], opening: Cuentas, asked: dict[tuple[int, int], F]
) -> list[Cuentas]:
    """`asked` is what was asked back, by the month whose balance it was: it is no more there in the next one."""
    events = motor.hechos()
    out: list[Cuentas] = []
    before, refund = opening, F(0)
    for mes in order:
        before = replace(before, saldo=max(before.saldo - refund, F(0)))
        before = month(motor.opciones, [e for e in events if e.mes == mes], before)
        out.append(before)
        refund = asked.get(mes, F(0))
    return out


def month(opciones: OpcionesIva, events: list[Hecho], before: Cuentas) -> Cuentas:
    c = Cuentas()
    mine = [e for e in events if e.lado == "emitido"]
    c.actos = {n: sum((e.importes[n] for e in mine), F(0)) for n in NOMBRES}
    c.trasladado, c.retenido = c.actos["iva_16"] + c.actos["iva_8"], c.actos["ret_iva"]
    taxed = c.actos["base_16"] + c.actos["base_8"] + c.actos["base_0"]
    untaxed = [c.actos["base_exento"]] + ([c.actos["base_no_objeto"]] if opciones.no_objeto_en_factor else [])
    whole = taxed + sum(untaxed)
    c.factor = F(1) if whole <= 0 else min(max(F(int(taxed / whole * 10000), 10000), F(0)), F(1))
    usual = "mixto" if any(x > 0 for x in untaxed) else "gravado"
    sums = {("gravado", 0): F(0), ("gravado", 1): F(0), ("mixto", 0): F(0), ("mixto", 1): F(0)}
    for e in events:
        if e.lado == "recibido":
            c.no_acreditable += e.perdido
            c.por_enterar += e.importes["ret_iva"] + e.retenido
            if e.motivo is None:
                kind = str(e.destino) if e.destino else usual
                sums[kind, 0] += e.iva() - e.importes["ret_iva"]
                sums[kind, 1] += e.importes["ret_iva"]
    now = redondo(c.factor * sums["mixto", 0])
    later = redondo(c.factor * sums["mixto", 1])
    c.no_acreditable += sums["mixto", 0] + sums["mixto", 1] - now - later
    c.ret_siguiente = sums["gravado", 1] + later if opciones.retencion_enterada else F(0)
    c.acreditable = sums["gravado", 0] + now + before.ret_siguiente
    c.resultado = c.trasladado - c.retenido - c.acreditable
    if c.resultado > 0:
        used = min(c.resultado, before.saldo)
        c.a_pagar, c.saldo = c.resultado - used, before.saldo - used
    else:
        c.saldo = before.saldo - c.resultado
    return c
