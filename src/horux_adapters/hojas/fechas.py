"""The dates of a statement: 31/01/2026, 2026-01-31, 31-ene-2026, 20260131; one order of day and month for the file."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from horux_adapters.hojas.textos import llano
from horux_core.fiscal.conciliacion.errors import FechasAmbiguas

_MESES = {
    mes: numero
    for numero, nombres in enumerate(
        ("ENE JAN", "FEB", "MAR", "ABR APR", "MAY", "JUN", "JUL", "AGO AUG", "SEP SET", "OCT", "NOV", "DIC DEC"), 1
    )
    for mes in nombres.split()
}
_HORA = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]\.? ?M\.?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_HORA}", re.ASCII)
_JUNTA = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMERICA = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_HORA}", re.ASCII)
_CON_MES = re.compile(
    rf"(\d{{1,2}})(?:[-/. ]+|\s+DE\s+)([A-Z]{{3,10}})\.?(?:[-/. ]+|\s+DEL?\s+)(\d{{4}}|\d{{2}}){_HORA}"
)
_CERO_DE_EXCEL = date(1899, 12, 30)
_PRIMER_ANIO, _ULTIMO_ANIO = 2000, 2100


class Fechas:
    """Reads dates once it knows the order of day and month: the Mexican one unless all say otherwise."""

    __slots__ = ("_mes_primero",)

    def __init__(self, textos: Iterable[object]) -> None:
        """Raises FechasAmbiguas when no one order makes all of them dates."""
        pares = [(int(m[1]), int(m[2])) for m in (_NUMERICA.fullmatch(llano(str(t))) for t in textos) if m]
        dia_primero = all(mes <= 12 for _, mes in pares)
        self._mes_primero = not dia_primero and all(mes <= 12 for mes, _ in pares)
        posibles = [par for par in pares if max(par) <= 31 and min(par) <= 12]
        if not dia_primero and not self._mes_primero and len(posibles) == len(pares):
            raise FechasAmbiguas

    def leer(self, celda: object) -> date | None:
        """None when it is no date."""
        if isinstance(celda, datetime):
            celda = celda.date()
        if isinstance(celda, date):
            return celda if _PRIMER_ANIO <= celda.year <= _ULTIMO_ANIO else None
        if isinstance(celda, Decimal):
            return _de_excel(celda)
        texto = llano(str(celda or ""))
        if m := (_ISO.fullmatch(texto) or _JUNTA.fullmatch(texto)):
            return dia(int(m[1]), int(m[2]), int(m[3]))
        if m := _NUMERICA.fullmatch(texto):
            primero, segundo = int(m[1]), int(m[2])
            if self._mes_primero:
                primero, segundo = segundo, primero
            return dia(_anio(m[3]), segundo, primero)
        if (m := _CON_MES.fullmatch(texto)) and m[2][:3] in _MESES:
            return dia(_anio(m[3]), _MESES[m[2][:3]], int(m[1]))
        return None


def _anio(texto: str) -> int:
    return int(texto) + (2000 if len(texto) == 2 else 0)


def dia(anio: int, mes: int, del_mes: int) -> date | None:
    """None for what is no day, and outside the years that a bank's statement may be of."""
    try:
        fecha = date(anio, mes, del_mes)
    except ValueError:
        return None
    return fecha if _PRIMER_ANIO <= anio <= _ULTIMO_ANIO else None


def _de_excel(dias: Decimal) -> date | None:
    """A spreadsheet's date that lost its format is the days since 1899-12-30."""
    if not 36_526 <= dias < 73_416:
        return None
    return _CERO_DE_EXCEL + timedelta(days=int(dias))
