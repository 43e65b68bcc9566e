"""The month's IVA, from the sums of its events (LIVA 1, 4, 5, 5-D, 6; FISCAL.md 3.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.cfdi.model import CUBETAS, Cubetas, DestinoIva
from horux_core.fiscal.iva.acreditamiento import iva
from horux_core.fiscal.iva.conversion import UNO, valores
from horux_core.fiscal.iva.model import Apertura, Cuenta, Evento, Lado, MesIva, OpcionesIva
from horux_core.kernel.importe import CERO, centavos, diezmilesimos, pesos
from horux_core.kernel.periodo import Periodo

_NADA = (CERO,) * len(CUBETAS)


def cuentas(eventos: Iterable[Evento]) -> list[Cuenta]:
    """The events of one month added up by side, destination and whether they were refused."""
    grupos: dict[tuple[Lado, DestinoIva | None, bool], list[Evento]] = {}
    for evento in eventos:
        grupos.setdefault((evento.lado, evento.destino, evento.motivo is not None), []).append(evento)
    return [
        Cuenta(
            *clave,
            suma(e.cubetas for e in grupo),
            sum((e.no_acreditable for e in grupo), CERO),
            sum((e.retenido_no_acreditable for e in grupo), CERO),
        )
        for clave, grupo in grupos.items()
    ]


def suma(sumandos: Iterable[Cubetas]) -> Cubetas:
    """Buckets added one by one."""
    columnas = zip(_NADA, *(valores(c) for c in sumandos), strict=True)
    return Cubetas(*[sum(columna, CERO) for columna in columnas])


def factor(cobrado: Cubetas, opciones: OpcionesIva) -> Decimal:
    """The part of the month's collected acts that is taxed, cut to four decimals (LIVA 5-V-c; CFF 17-A).

    1 when nothing, or less, was collected; always from 0 to 1.
    """
    gravado = cobrado.base_16 + cobrado.base_8 + cobrado.base_0
    todo = gravado + _liberado(cobrado, opciones)
    if todo <= 0:
        return diezmilesimos(UNO)
    return diezmilesimos(min(max(gravado / todo, CERO), UNO))


def destino_supuesto(cobrado: Cubetas, opciones: OpcionesIva) -> DestinoIva:
    """What an expense nobody judged was for: mixed in a month with exempt or counted no-objeto acts, else taxed."""
    hay = cobrado.base_exento > 0 or (opciones.no_objeto_en_factor and cobrado.base_no_objeto > 0)
    return DestinoIva.MIXTO if hay else DestinoIva.GRAVADO


def _liberado(cobrado: Cubetas, opciones: OpcionesIva) -> Decimal:
    return cobrado.base_exento + (cobrado.base_no_objeto if opciones.no_objeto_en_factor else CERO)


def mes(
    periodo: Periodo,
    cuentas: Sequence[Cuenta],
    anterior: MesIva | Apertura,
    opciones: OpcionesIva,
    solicitado: Decimal = CERO,
) -> MesIva:
    """The return of the month after `anterior`, or of the one an opening names. Raises ValueError when it is another.

    Each peso of IVA paid is credited now, credited next month for what was withheld of it (LIVA 5-IV), or not
    creditable: `iva_no_acreditable` is what refused documents, percentages and the factor leave out. The factor is
    taken to the sum of the mixed, and each product is rounded once. `solicitado` is what was asked back of the
    previous balance, which leaves the chain (LIVA 6).
    """
    _seguidos(periodo, anterior)
    cobrado = suma(c.cubetas for c in cuentas if c.lado is Lado.EMITIDO)
    base = _gastado(MesIva(periodo), [c for c in cuentas if c.lado is Lado.RECIBIDO], cobrado, opciones)
    heredado = anterior.retenido_acreditable if isinstance(anterior, MesIva) else anterior.retenido_mes_anterior
    acreditable = base.iva_acreditable + heredado
    resultado = iva(cobrado) - cobrado.ret_iva - acreditable
    saldo_anterior = max(anterior.saldo_a_favor - solicitado, CERO)
    aplicado = min(max(resultado, CERO), saldo_anterior)
    a_pagar = max(resultado, CERO) - aplicado
    return replace(
        base,
        iva_trasladado=iva(cobrado),
        iva_retenido=cobrado.ret_iva,
        retenido_mes_anterior=heredado,
        iva_acreditable=acreditable,
        resultado=resultado,
        saldo_anterior=saldo_anterior,
        saldo_a_favor_aplicado=aplicado,
        saldo_a_favor=saldo_anterior - aplicado + max(-resultado, CERO),
        a_pagar=a_pagar,
        a_pagar_pesos=pesos(a_pagar),
        base_16=cobrado.base_16,
        iva_16=cobrado.iva_16,
        base_8=cobrado.base_8,
        iva_8=cobrado.iva_8,
        base_0=cobrado.base_0,
        base_exento=cobrado.base_exento,
        base_no_objeto=cobrado.base_no_objeto,
    )


def _gastado(base: MesIva, gastos: Sequence[Cuenta], cobrado: Cubetas, opciones: OpcionesIva) -> MesIva:
    """The month with what its own expenses give: credited now, credited next month, and lost."""
    supuesto, proporcion = destino_supuesto(cobrado, opciones), factor(cobrado, opciones)
    directos = _de_destino(gastos, DestinoIva.GRAVADO, supuesto)
    mixtos = _de_destino(gastos, DestinoIva.MIXTO, supuesto)
    identificado, mixto = iva(directos) - directos.ret_iva, iva(mixtos) - mixtos.ret_iva
    del_mixto, del_retenido = centavos(proporcion * mixto), centavos(proporcion * mixtos.ret_iva)
    return replace(
        base,
        identificado=identificado,
        mixto=mixto,
        factor=proporcion,
        iva_acreditable=identificado + del_mixto,
        iva_no_acreditable=sum((c.no_acreditable for c in gastos), iva(mixtos) - del_mixto - del_retenido),
        retenido_a_terceros=sum((c.cubetas.ret_iva + c.retenido_no_acreditable for c in gastos), CERO),
        retenido_acreditable=directos.ret_iva + del_retenido if opciones.retencion_enterada else CERO,
    )


def _de_destino(gastos: Sequence[Cuenta], destino: DestinoIva, supuesto: DestinoIva) -> Cubetas:
    return suma(c.cubetas for c in gastos if not c.rechazado and (c.destino or supuesto) is destino)


def _seguidos(periodo: Periodo, anterior: MesIva | Apertura) -> None:
    esperado = anterior.periodo.siguiente() if isinstance(anterior, MesIva) else anterior.periodo
    if periodo != esperado:
        raise ValueError(f"el mes {periodo} no sigue a lo que se dio: se esperaba {esperado}")
