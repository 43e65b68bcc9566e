"""Non-working days of federal tax terms: those of CFF 12, computed per year, and those that RMF 2.1.6 adds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

_UN_DIA = timedelta(days=1)
_LUNES, _SABADO = 0, 5
_PRIMERA_TRANSMISION = 2030
_SEXENIO = 6


@dataclass(frozen=True, slots=True)
class DiaPublicado:
    """A non-working day that CFF 12 does not name. `leida` tells whether the text that adds it was read."""

    dia: date
    fuente: str
    leida: bool = True


_RMF_2024 = "RMF 2024 regla 2.1.6"
_RMF_2025 = "RMF 2025 regla 2.1.6"
_RMF_2026 = "RMF 2026 regla 2.1.6"
_TRANSMISION_2024 = "Transmisión del Poder Ejecutivo (LFT 74; CFF 12 dice 1 de diciembre)"

PUBLICADOS: tuple[DiaPublicado, ...] = (
    DiaPublicado(date(2023, 4, 6), "RMF 2023 regla 2.1.6"),
    DiaPublicado(date(2023, 4, 7), "RMF 2023 regla 2.1.6"),
    DiaPublicado(date(2023, 11, 2), "RMF 2023 regla 2.1.6"),
    DiaPublicado(date(2024, 3, 28), _RMF_2024, leida=False),
    DiaPublicado(date(2024, 3, 29), _RMF_2024, leida=False),
    DiaPublicado(date(2024, 10, 1), _TRANSMISION_2024, leida=False),
    DiaPublicado(date(2025, 4, 17), _RMF_2025, leida=False),
    DiaPublicado(date(2025, 4, 18), _RMF_2025, leida=False),
    DiaPublicado(date(2026, 4, 2), _RMF_2026),
    DiaPublicado(date(2026, 4, 3), _RMF_2026),
)
"""The year's extra days, to be added when each RMF is published, in December of the year before."""

ANIOS_LEIDOS = frozenset({2023, 2026})
"""Years whose RMF 2.1.6 was read: the dates of any other may still move."""

VACACIONES_SAT: tuple[DiaPublicado, ...] = tuple(
    DiaPublicado(date(2026, 7, n), "Vacaciones generales del SAT (RMF 2026 regla 2.1.6, DOF 2026-07-09)")
    for n in range(20, 32)
    if date(2026, 7, n).weekday() < _SABADO
)
"""They stop terms counted in days, never a return or a payment (CFF 12, second paragraph)."""


@dataclass(frozen=True, slots=True)
class Inhabiles:
    """Which days do not count: Saturdays, Sundays, those CFF 12 names, and those `publicados`."""

    publicados: tuple[DiaPublicado, ...] = field(default=PUBLICADOS)

    def motivo(self, dia: date) -> str | None:
        """Why a day other than a Saturday or Sunday is non-working, with its source; None when nothing says so."""
        return _de_anio(dia.year, self.publicados).get(dia)

    def del_anio(self, anio: int) -> Mapping[date, str]:
        """The named non-working days of a year, in order, weekends among them when the law names them."""
        return dict(_de_anio(anio, self.publicados))

    def habil(self, dia: date) -> bool:
        return dia.weekday() < _SABADO and self.motivo(dia) is None

    def siguiente(self, dia: date) -> date:
        """The day itself when it is a working one, else the next that is (CFF 12, fifth paragraph)."""
        while not self.habil(dia):
            dia += _UN_DIA
        return dia

    def sumar(self, dia: date, habiles: int) -> date:
        """The day after counting so many working days from the one after `dia`, which itself may be any day."""
        for _ in range(habiles):
            dia = self.siguiente(dia + _UN_DIA)
        return dia


DECLARACIONES = Inhabiles()
"""For returns and payments: the SAT's general holidays do not move them."""

PLAZOS_POR_DIAS = Inhabiles(PUBLICADOS + VACACIONES_SAT)
"""For terms counted in days: the SAT's general holidays do not count in them."""


@lru_cache(maxsize=256)
def _de_anio(anio: int, publicados: tuple[DiaPublicado, ...]) -> Mapping[date, str]:
    nombrados = {p.dia: p.fuente for p in publicados if p.dia.year == anio}
    return dict(sorted((dict(_del_cff(anio)) | nombrados).items()))


def _del_cff(anio: int) -> Iterator[tuple[date, str]]:
    """CFF 12, first paragraph; the handover day is the text in force, from the next one on."""
    yield date(anio, 1, 1), "Año nuevo"
    yield _lunes(anio, 2, 1), "Primer lunes de febrero"
    yield _lunes(anio, 3, 3), "Tercer lunes de marzo"
    yield date(anio, 5, 1), "1 de mayo"
    yield date(anio, 5, 5), "5 de mayo"
    yield date(anio, 9, 16), "16 de septiembre"
    yield _lunes(anio, 11, 3), "Tercer lunes de noviembre"
    if anio >= _PRIMERA_TRANSMISION and (anio - _PRIMERA_TRANSMISION) % _SEXENIO == 0:
        yield date(anio, 12, 1), "Transmisión del Poder Ejecutivo (CFF 12)"
    yield date(anio, 12, 25), "Navidad"


def _lunes(anio: int, mes: int, ordinal: int) -> date:
    primero = date(anio, mes, 1)
    return primero + timedelta(days=(_LUNES - primero.weekday()) % 7 + 7 * (ordinal - 1))
