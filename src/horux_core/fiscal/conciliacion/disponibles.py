"""What is left of each document once the accepted rows are taken off."""

from collections.abc import Iterable
from decimal import Decimal

from horux_core.fiscal.conciliacion.model import Candidato, Clase, Decisiones
from horux_core.kernel.importe import CERO, centavos


def disponibles(candidatos: Iterable[Candidato], decisiones: Decisiones) -> dict[str, Decimal]:
    """What rows may still settle of each document, none below zero.

    A row that settled a PPD before its P came is the money of that P: the oldest P that pays it takes it over, so that
    neither the P asks for it again nor the PPD, whose saldo the P lowered, is lowered twice.
    """
    aceptado: dict[str, Decimal] = {}
    for propuesta in decisiones.aceptadas:
        for parte in propuesta.partes:
            aceptado[parte.documento] = aceptado.get(parte.documento, CERO) + parte.importe
    por_clase = sorted(candidatos, key=lambda c: (c.clase, c.fecha, c.id))
    sin_complemento, queda = dict(aceptado), {}
    for candidato in por_clase:  # Clase.PAGO sorts first.
        if candidato.clase is Clase.PAGO:
            resto = candidato.saldo - aceptado.get(candidato.id, CERO)
            for factura, importe in candidato.paga:
                cubre = max(min(resto, importe, sin_complemento.get(factura, CERO)), CERO)
                sin_complemento[factura] = sin_complemento.get(factura, CERO) - cubre
                resto -= cubre
        else:
            resto = candidato.saldo - sin_complemento.get(candidato.id, CERO)
        queda[candidato.id] = max(centavos(resto), CERO)
    return queda
