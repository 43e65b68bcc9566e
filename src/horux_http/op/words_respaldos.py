"""What the operator reads of the backups."""

from collections.abc import Mapping

from horux_core.backups.model import RunState
from horux_core.backups.overseeing import Guarded, Outlook, Standing
from horux_core.backups.retention import Stay

_REPEAT = "Repite el respaldo: horux backup run."
_OTHERWISE = "Si vuelve a fallar, repite el respaldo: horux backup run."

OUTLOOKS: Mapping[Outlook, tuple[str, str]] = {
    Outlook.SIN_LLAVE: (
        "Falta la llave pública: no se hace ningún respaldo.",
        "Haz la pareja de llaves en otra máquina (horux backup keys) y pon la pública en BACKUP_PUBLIC_KEY.",
    ),
    Outlook.NINGUNO: (
        "Nunca se ha hecho un respaldo.",
        "Haz el primero: horux backup run. Después corre solo cada noche a la 1:00.",
    ),
    Outlook.FALLAS: (
        "El último respaldo no tiene probado todo.",
        "Abajo dice de qué y por qué. Corrige la causa y repite: horux backup run.",
    ),
    Outlook.ATRASADO: (
        "El de anoche no se hizo.",
        "Mira por qué: journalctl -u horux-backup. Después, horux backup run.",
    ),
    Outlook.PERDIDO: (
        "Hace más de dos noches que no se respalda.",
        "Mira si corre su reloj (systemctl list-timers horux-backup.timer) y haz uno: horux backup run.",
    ),
    Outlook.BIEN: ("Todo se puede restaurar.", ""),
}
STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.PROBADO: ("Comprobado", "ok"),
    Standing.SIN_PROBAR: ("Sin comprobar", "warn"),
    Standing.FALLIDO: ("Sin archivo", "bad"),
    Standing.FALTA: ("No estaba", "warn"),
}
STATES: Mapping[RunState, tuple[str, str]] = {
    RunState.EN_CURSO: ("En curso", ""),
    RunState.COMPLETO: ("Completo", "ok"),
    RunState.PARCIAL: ("Con fallas", "bad"),
    RunState.CORTADO: ("Se cortó", "bad"),
    RunState.RETIRADO: ("Retirado", "off"),
}
STAYS: Mapping[Stay, str] = {
    Stay.DIARIO: "diario",
    Stay.SEMANAL: "el último de su semana",
    Stay.ULTIMO: "tiene lo último probado de algo",
}


def advice(one: Guarded) -> tuple[str, str]:
    """Of what is not well: why, and what to do."""
    if one.last is None:
        return "Se dio de alta después del último respaldo.", "Espera al de esta noche, o haz uno: horux backup run."
    why = one.last.error or "No se ha restaurado con éxito."
    if one.standing is Standing.SIN_PROBAR:
        return why, f"El archivo está; pruébalo otra vez: horux backup verify --key LLAVE. {_OTHERWISE}"
    return why, _REPEAT
