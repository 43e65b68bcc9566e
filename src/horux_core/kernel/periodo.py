"""The fiscal month."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from horux_core.kernel.errors import Invalid

MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_LARGO = len("2026-03")


class PeriodoMalformed(Invalid):
    code = "periodo-malformed"
    title = "Periodo no válido"


@dataclass(frozen=True, slots=True, order=True)
class Periodo:
    """A calendar month of the fiscal year, as `2026-03`. Raises PeriodoMalformed."""

    anio: int
    mes: int

    def __post_init__(self) -> None:
        if not (1 <= self.mes <= 12 and 1990 <= self.anio <= 2200):
            raise PeriodoMalformed("El periodo no es válido: el año va de 1990 a 2200 y el mes de 1 a 12.")

    @staticmethod
    def of(dia: date) -> "Periodo":
        return _de(dia.year, dia.month)

    @staticmethod
    def parse(texto: str) -> "Periodo":
        anio, _, mes = texto[:_LARGO].partition("-")
        if len(texto) > _LARGO or not (anio.isascii() and anio.isdigit() and mes.isascii() and mes.isdigit()):
            raise PeriodoMalformed("El periodo se escribe AAAA-MM, por ejemplo 2026-03.")
        return Periodo(int(anio), int(mes))

    def siguiente(self) -> "Periodo":
        """Also of the last there is: what is of December 2200 falls due after it."""
        hecho = object.__new__(Periodo)
        object.__setattr__(hecho, "anio", self.anio + self.mes // 12)
        object.__setattr__(hecho, "mes", self.mes % 12 + 1)
        return hecho

    def anterior(self) -> "Periodo":
        return Periodo(self.anio - (self.mes == 1), (self.mes - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.anio:04d}-{self.mes:02d}"


PRIMERO, ULTIMO = Periodo(1990, 1), Periodo(2200, 12)
_de = cache(Periodo)
"""There are a few hundred: a year of documents asks for them a hundred thousand times."""
