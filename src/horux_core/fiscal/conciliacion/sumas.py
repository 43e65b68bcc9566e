"""Several documents of one counterpart that add up to one row (FISCAL.md 7.1, step 3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal
from itertools import combinations, islice, tee
from math import comb

from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.contrapartes import Contrapartes
from horux_core.fiscal.conciliacion.model import Candidato, Parametros, Renglon
from horux_core.fiscal.conciliacion.puntaje import en_ventana
from horux_core.fiscal.conciliacion.texto import TextoBancario

_MAX_DE_UNA = 30
"""Of the documents of a named counterpart that lie in the row's window, how many of the newest are tried."""
_MAX_SUMAS = 5_000
"""How many sums are tried of each counterpart for the rows that name nobody."""

MAX_PASOS = 3_000_000
"""Of all the sums of a run: some seconds. A taxpayer of 300 counterparts takes half."""

Combinacion = tuple[Candidato, ...]
Permiso = Callable[[str, Iterable[str]], bool]
"""Whether these documents together may be proposed for that row."""


class Presupuesto:
    """What the sums of one run may cost; once `agotado`, those that were not made are left out."""

    def __init__(self, pasos: int = MAX_PASOS) -> None:
        self._pasos = pasos
        self.gastados = 0
        self.agotado = False

    def gasta(self, pasos: int = 1) -> bool:
        """Whether there is left for so many more."""
        self.agotado = self.agotado or self.gastados + pasos > self._pasos
        self.gastados += 0 if self.agotado else pasos
        return not self.agotado


def centavos_de(importe: Decimal) -> int:
    return int(importe * 100)


def sumas(
    pendientes: Sequence[tuple[Renglon, TextoBancario]],
    contrapartes: Contrapartes,
    saldos: Mapping[str, Decimal],
    parametros: Parametros,
    permite: Permiso,
    presupuesto: Presupuesto,
) -> dict[str, list[Combinacion]]:
    """By row, the sets of the fewest documents that add up to it: of the counterparts it names, or of any."""
    halladas: dict[str, list[Combinacion]] = {}
    anonimos = []
    de_una = _DeUna(saldos, parametros, presupuesto)
    for renglon, texto in pendientes:
        if renglon.moneda != MXN:
            continue
        nombradas = contrapartes.nombradas(texto, renglon.signo)
        if not nombradas:
            anonimos.append(renglon)
            continue
        suyas = [
            combinacion
            for rfc in nombradas
            for combinacion in de_una(renglon, contrapartes.de(renglon.signo, rfc), permite)
        ]
        _guardar(halladas, renglon, suyas, parametros)
    for renglon, suyas in _de_cualquiera(anonimos, contrapartes, saldos, parametros, permite, presupuesto):
        _guardar(halladas, renglon, suyas, parametros)
    return halladas


def _ids(combinacion: Combinacion) -> tuple[str, ...]:
    return tuple(candidato.id for candidato in combinacion)


def _guardar(
    halladas: dict[str, list[Combinacion]], renglon: Renglon, suyas: list[Combinacion], parametros: Parametros
) -> None:
    if suyas:
        menor = min(len(combinacion) for combinacion in suyas)
        halladas[renglon.id] = [c for c in suyas if len(c) == menor][: parametros.max_sugerencias]


def _sumables(candidatos: Iterable[Candidato], saldos: Mapping[str, Decimal]) -> Iterator[tuple[int, Candidato]]:
    return ((centavos_de(saldos[c.id]), c) for c in candidatos if c.moneda == MXN and saldos[c.id] > 0)


class _DeUna:
    """The sums of one counterpart for one row: made once for all the rows of that amount and those documents."""

    def __init__(self, saldos: Mapping[str, Decimal], parametros: Parametros, presupuesto: Presupuesto) -> None:
        self._saldos, self._parametros, self._presupuesto = saldos, parametros, presupuesto
        self._hechas: dict[tuple[int, int, tuple[str, ...]], Iterator[Combinacion]] = {}

    def __call__(self, renglon: Renglon, candidatos: Sequence[Candidato], permite: Permiso) -> list[Combinacion]:
        margen = centavos_de(self._parametros.tolerancia_monto)
        busca = centavos_de(renglon.monto)
        en_su_dia = [c for c in candidatos if en_ventana(renglon, c, self._parametros)]
        fondo = [par for par in _sumables(en_su_dia, self._saldos) if par[0] <= busca + margen][-_MAX_DE_UNA:]
        ids = tuple(candidato.id for _, candidato in fondo)
        for cuantos in range(2, self._parametros.max_combinacion + 1):
            clave = (busca, cuantos, ids)
            if clave not in self._hechas:
                (self._hechas[clave],) = tee(_exactas(fondo, busca, margen, cuantos, self._presupuesto), 1)
            exactas = (c for c in copy(self._hechas[clave]) if permite(renglon.id, _ids(c)))
            primeras = list(islice(exactas, self._parametros.max_sugerencias))
            if primeras:
                return primeras
        return []


def _exactas(
    fondo: Sequence[tuple[int, Candidato]], busca: int, margen: int, cuantos: int, presupuesto: Presupuesto
) -> Iterator[Combinacion]:
    """The sets of that many whose sum is the row's, largest amounts first; what cannot reach it any more is left."""
    orden = sorted(fondo, key=lambda par: (-par[0], par[1].fecha, par[1].id))
    minimo, maximo = busca - margen, busca + margen

    def seguir(desde: int, faltan: int, suma: int, llevo: Combinacion) -> Iterator[Combinacion]:
        if faltan == 0:
            if suma >= minimo:
                yield llevo
            return
        for i in range(desde, len(orden) - faltan + 1):
            importe, candidato = orden[i]
            if suma + importe * faltan < minimo or not presupuesto.gasta():
                return
            if suma + importe <= maximo:
                yield from seguir(i + 1, faltan - 1, suma + importe, (*llevo, candidato))

    for combinacion in seguir(0, cuantos, 0, ()):
        yield tuple(sorted(combinacion, key=lambda c: (c.fecha, c.id)))


def _de_cualquiera(
    renglones: Sequence[Renglon],
    contrapartes: Contrapartes,
    saldos: Mapping[str, Decimal],
    parametros: Parametros,
    permite: Permiso,
    presupuesto: Presupuesto,
) -> Iterator[tuple[Renglon, list[Combinacion]]]:
    """Each counterpart's sums are made once and looked up among the rows, whatever their number."""
    suyas: dict[str, list[Combinacion]] = {}
    for signo in sorted({renglon.signo for renglon in renglones}):
        buscados = _por_centavos((r for r in renglones if r.signo is signo), parametros)
        mayor = max(buscados)
        for candidatos in contrapartes.todas(signo):
            fondo = [par for par in _sumables(candidatos, saldos) if par[0] < mayor]
            for cuantos in range(2, _hondura(len(fondo), parametros) + 1):
                for pares in combinations(fondo, cuantos):
                    iguales = buscados.get(sum(importe for importe, _ in pares), ())
                    if not presupuesto.gasta(1 + len(iguales)):
                        break
                    combinacion = tuple(candidato for _, candidato in pares)
                    for renglon in iguales:
                        mejores = suyas.setdefault(renglon.id, [])
                        faltan = sum(len(c) <= cuantos for c in mejores) < parametros.max_sugerencias
                        if faltan and _cabe(renglon, combinacion, parametros, permite):
                            mejores.append(combinacion)
    for renglon in renglones:
        if suyas.get(renglon.id):
            yield renglon, suyas[renglon.id]


def _cabe(renglon: Renglon, combinacion: Combinacion, parametros: Parametros, permite: Permiso) -> bool:
    a_tiempo = all(en_ventana(renglon, candidato, parametros) for candidato in combinacion)
    return a_tiempo and permite(renglon.id, _ids(combinacion))


def _por_centavos(renglones: Iterable[Renglon], parametros: Parametros) -> dict[int, list[Renglon]]:
    margen = centavos_de(parametros.tolerancia_monto)
    buscados: dict[int, list[Renglon]] = {}
    for renglon in renglones:
        for centavo in range(-margen, margen + 1):
            buscados.setdefault(centavos_de(renglon.monto) + centavo, []).append(renglon)
    return buscados


def _hondura(cuantos: int, parametros: Parametros) -> int:
    """How many documents at a time the sums of so many can be tried with."""
    sumas, hondura = 0, 1
    while hondura < min(parametros.max_combinacion, cuantos):
        sumas += comb(cuantos, hondura + 1)
        if sumas > _MAX_SUMAS:
            break
        hondura += 1
    return hondura
