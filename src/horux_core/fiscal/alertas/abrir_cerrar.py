"""From what the facts show now and the alerts kept, which are opened, updated and closed (FISCAL.md 6)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from horux_core.fiscal.alertas.model import Alerta, Clave, EstadoAlerta, Hallazgo
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class Cambios:
    """The alerts to keep anew, each in one of the three; what did not change is in none."""

    abiertas: tuple[Alerta, ...] = ()
    actualizadas: tuple[Alerta, ...] = ()
    cerradas: tuple[Alerta, ...] = ()


def cambios(
    hallazgos: Iterable[Hallazgo],
    guardadas: Iterable[Alerta],
    decididos: Collection[str],
    ahora: datetime,
    desde: Periodo | None = None,
) -> Cambios:
    """What to keep. `decididos` are the codes that were looked at: the alerts of any other stay as they are.

    So do those of a month before `desde`, when the facts began there. One that a person marked atendida stays so, even
    after closing and coming back, until its facts change or its severity rises. Doing it twice changes nothing.
    """
    por_clave = {alerta.clave: alerta for alerta in guardadas}
    abiertas: list[Alerta] = []
    actualizadas: list[Alerta] = []
    ahora_son = unicos(h for h in hallazgos if h.codigo in decididos)
    for hallazgo in ahora_son:
        guardada = por_clave.pop(hallazgo.clave, None)
        if guardada is None:
            abiertas.append(Alerta(hallazgo, EstadoAlerta.ABIERTA, ahora, ahora))
        elif guardada.estado is EstadoAlerta.CERRADA:
            abiertas.append(_reabierta(guardada, hallazgo, ahora))
        elif guardada.hallazgo != hallazgo:
            actualizadas.append(_actualizada(guardada, hallazgo, ahora))
    cerradas = [
        replace(alerta, estado=EstadoAlerta.CERRADA, cerrada_en=ahora, actualizada_en=ahora)
        for alerta in por_clave.values()
        if alerta.estado is not EstadoAlerta.CERRADA and _se_miro(alerta.clave, decididos, desde)
    ]
    return Cambios(tuple(abiertas), tuple(actualizadas), tuple(cerradas))


def atendida(alerta: Alerta, ahora: datetime) -> Alerta:
    """What a person marks: seen and dealt with. One that closed by itself stays closed."""
    if alerta.estado is not EstadoAlerta.ABIERTA:
        return alerta
    return replace(alerta, estado=EstadoAlerta.ATENDIDA, atendida_en=ahora, actualizada_en=ahora)


def vuelta_a_abrir(alerta: Alerta, ahora: datetime) -> Alerta:
    """The mark taken back by a person."""
    if alerta.estado is not EstadoAlerta.ATENDIDA:
        return alerta
    return replace(alerta, estado=EstadoAlerta.ABIERTA, atendida_en=None, actualizada_en=ahora)


def unicos(hallazgos: Iterable[Hallazgo]) -> list[Hallazgo]:
    """One finding per key, ordered by it: the gravest, with every document and the nearest deadline of the rest."""
    grupos: dict[Clave, list[Hallazgo]] = {}
    for hallazgo in hallazgos:
        grupos.setdefault(hallazgo.clave, []).append(hallazgo)
    return [_junto(grupos[clave]) for clave in sorted(grupos, key=_orden)]


def _junto(grupo: list[Hallazgo]) -> Hallazgo:
    peor = min(grupo, key=lambda h: (-h.severidad.peso, h.detalle))
    detalle = " ".join(dict.fromkeys([peor.detalle, *sorted(h.detalle for h in grupo)]))
    uuids = tuple(sorted({uuid for h in grupo for uuid in h.uuids}))
    return replace(peor, detalle=detalle, uuids=uuids, limite=min((h.limite for h in grupo if h.limite), default=None))


def _reabierta(guardada: Alerta, hallazgo: Hallazgo, ahora: datetime) -> Alerta:
    vista = guardada.atendida_en is not None and not _es_noticia(guardada.hallazgo, hallazgo)
    return Alerta(
        hallazgo,
        EstadoAlerta.ATENDIDA if vista else EstadoAlerta.ABIERTA,
        abierta_en=ahora,
        actualizada_en=ahora,
        atendida_en=guardada.atendida_en if vista else None,
    )


def _actualizada(guardada: Alerta, hallazgo: Hallazgo, ahora: datetime) -> Alerta:
    cambiada = replace(guardada, hallazgo=hallazgo, actualizada_en=ahora)
    if _es_noticia(guardada.hallazgo, hallazgo):
        return replace(cambiada, estado=EstadoAlerta.ABIERTA, atendida_en=None)
    return cambiada


def _es_noticia(antes: Hallazgo, ahora: Hallazgo) -> bool:
    """Whether what was seen is no longer all: other facts, or a graver severity. A milder one, or a date, is not."""
    hechos = (antes.detalle, antes.uuids) != (ahora.detalle, ahora.uuids)
    return hechos or ahora.severidad.peso > antes.severidad.peso


def _se_miro(clave: Clave, decididos: Collection[str], desde: Periodo | None) -> bool:
    fuera = desde is not None and clave.periodo is not None and clave.periodo < desde
    return clave.codigo in decididos and not fuera


def _orden(clave: Clave) -> tuple[str, str, str]:
    return clave.codigo, str(clave.periodo or ""), clave.entidad
