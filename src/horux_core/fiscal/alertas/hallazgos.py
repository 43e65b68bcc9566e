"""Making a finding with the severity its kind has."""

from datetime import date
from decimal import Decimal

from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.hechos import Comprobante, Hechos
from horux_core.fiscal.alertas.model import Hallazgo, Severidad
from horux_core.kernel.periodo import Periodo

_TRAMOS = ((Decimal(1), Severidad.CRITICA), (Decimal("0.95"), Severidad.ALTA), (Decimal("0.80"), Severidad.MEDIA))


def hallazgo(
    codigo: str,
    entidad: str,
    periodo: Periodo | None,
    detalle: str,
    uuids: tuple[str, ...] = (),
    limite: date | None = None,
    severidad: Severidad | None = None,
) -> Hallazgo:
    """Of the mildest severity of its kind unless told."""
    grado = severidad or CATALOGO[codigo].severidades[0]
    return Hallazgo(codigo, entidad, periodo, grado, detalle, uuids, limite)


def de_uno(codigo: str, c: Comprobante, detalle: str, limite: date | None = None) -> Hallazgo:
    """A finding about one document, in its own month."""
    return hallazgo(codigo, c.uuid, c.periodo, detalle, (c.uuid,), limite)


def por_tramo(usado: Decimal, tope: Decimal) -> Severidad | None:
    """How grave it is to have used so much of a limit: from 80 %, from 95 % and from all of it."""
    return next((grado for parte, grado in _TRAMOS if usado >= tope * parte), None)


def limite_de_cancelacion(c: Comprobante, hechos: Hechos) -> date:
    """The end of the month in which the annual return of its year is due (CFF 29-A): March, or April of a física."""
    anio = c.fecha.year + 1
    return date(anio, 3, 31) if hechos.rfc.moral else date(anio, 4, 30)
