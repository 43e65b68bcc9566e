"""What the service stands on and leans on: folders, keys, disks, mail, payments, certificates, the SAT's lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from horux_core.diagnosis.model import Finding, failed, named, warned, well

_GIB = 1024**3
_DAY = timedelta(days=1)
_OLD_LIST = 60 * _DAY


@dataclass(frozen=True, slots=True)
class SettingsAreFit:
    """`flaws`: by variable, what is risky about a setting that can be worked with."""

    name: ClassVar[str] = "configuracion"
    flaws: Callable[[], tuple[tuple[str, str], ...]]

    def __call__(self) -> Finding:
        found = tuple(f"{variable}: {why}" for variable, why in self.flaws())
        if found:
            return warned(self, " ".join(found), "Corrige esas variables y reinicia los procesos.")
        return well(self, "Cada variable y cada secreto sirve.")


@dataclass(frozen=True, slots=True)
class FilesArePrivate:
    """`exposed`: what others of the machine's users could read of our secrets, each with its rights."""

    name: str
    exposed: Callable[[], tuple[str, ...]]

    def __call__(self) -> Finding:
        found = self.exposed()
        if found:
            advice = "Ciérralo al usuario del servicio: chmod 700 las carpetas y 600 los archivos, y chown."
            return failed(self, f"Expuesto o ajeno: {named(found)}.", advice)
        return well(self, "Solo el usuario del servicio entra.")


@dataclass(frozen=True, slots=True)
class VaultState:
    """By client's id: who has a copy in the database, and who a whole one in the folder."""

    in_base: frozenset[str]
    in_folder: frozenset[str]


@dataclass(frozen=True, slots=True)
class BothCopies:
    name: ClassVar[str] = "copias-de-fiel"
    vault: Callable[[], VaultState]

    def __call__(self) -> Finding:
        state = self.vault()
        without, orphans = (
            tuple(sorted(state.in_base - state.in_folder)),
            tuple(sorted(state.in_folder - state.in_base)),
        )
        if without:
            advice = "Comprueba que FIEL_DIR sea la de siempre; cúralas con: horux fiel verify."
            return failed(self, f"Falta la copia en carpeta de la e.firma de {named(without)}.", advice)
        if orphans:
            advice = "¿Se restauró una base más vieja? Mira con: horux fiel verify."
            return failed(self, f"Falta la copia en la base de la e.firma de {named(orphans)}.", advice)
        return well(self, f"{len(state.in_base)} e.firmas, cada una con sus dos copias.")


@dataclass(frozen=True, slots=True)
class KeysAreHeld:
    """The versions of the vault's keys that something was sealed under, and those that are given."""

    name: ClassVar[str] = "llaves-de-boveda"
    needed: Callable[[], frozenset[str]]
    held: frozenset[str]
    current: str

    def __call__(self) -> Finding:
        needed = self.needed()
        missing = tuple(sorted(needed - self.held))
        if missing:
            advice = "Agrega cada una a FIEL_ENCRYPTION_KEYS_OLD; sin ella no se abren las e.firmas hechas bajo ella."
            return failed(self, f"Falta la llave de versión {named(missing)}.", advice)
        old = tuple(sorted(needed - {self.current}))
        if old:
            said = f"Hay e.firmas bajo llaves anteriores: {named(old)}."
            return warned(self, said, "Pásalas a la vigente: horux fiel rotate.")
        return well(self, "Todo está bajo la llave vigente.")


@dataclass(frozen=True, slots=True)
class Room:
    """A disk, by what of ours lies on it, in octets."""

    place: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class DiskHasRoom:
    name: ClassVar[str] = "disco"
    rooms: Callable[[], tuple[Room, ...]]

    def __call__(self) -> Finding:
        rooms = self.rooms()
        advice = "Haz lugar o agranda el disco; sin espacio no entran cargas ni respaldos."
        full = tuple(_told(room) for room in rooms if room.free < _GIB or room.free * 20 < room.total)
        if full:
            return failed(self, f"El disco está casi lleno: {named(full)}.", advice)
        tight = tuple(_told(room) for room in rooms if room.free * 100 < room.total * 15)
        if tight:
            return warned(self, f"Queda poco disco: {named(tight)}.", advice)
        return well(self, "; ".join(_told(room) for room in rooms) + ".")


def _told(room: Room) -> str:
    return f"{room.place}: {room.free / _GIB:.1f} GiB libres de {room.total / _GIB:.1f}"


@dataclass(frozen=True, slots=True)
class Reachable:
    """`trouble`: why something outside does not serve, in a sentence; None when it does."""

    name: str
    trouble: Callable[[], str | None]
    fine: str
    advice: str

    def __call__(self) -> Finding:
        trouble = self.trouble()
        return well(self, self.fine) if trouble is None else failed(self, trouble, self.advice)


@dataclass(frozen=True, slots=True)
class CertificateLasts:
    """`until`: the end of the certificate the proxy serves with. Raises what keeps it from being read."""

    name: ClassVar[str] = "certificado"
    until: Callable[[], datetime] | None
    clock: Callable[[], datetime]

    def __call__(self) -> Finding:
        if self.until is None:
            return well(self, "TLS_CERTIFICATE no dice cuál es: no se revisa.")
        left, advice = self.until() - self.clock(), "Renuévalo: certbot renew, y systemctl reload nginx."
        if left <= timedelta(0):
            return failed(self, "El certificado del sitio venció.", advice)
        if left < 21 * _DAY:
            tell = failed if left < 3 * _DAY else warned
            return tell(self, f"El certificado del sitio vence en {left // _DAY} días.", advice)
        return well(self, f"El certificado del sitio vence en {left // _DAY} días.")


@dataclass(frozen=True, slots=True)
class ListsAreFresh:
    """`loaded`: when the SAT's list of article 69-B was loaded last."""

    name: ClassVar[str] = "listas-del-sat"
    loaded: Callable[[], datetime | None]
    clock: Callable[[], datetime]

    def __call__(self) -> Finding:
        loaded, advice = self.loaded(), "Bájala del SAT y súbela en el panel, en Listas."
        if loaded is None:
            return warned(self, "Nunca se cargó la lista del artículo 69-B.", advice)
        age = self.clock() - loaded
        if age > _OLD_LIST:
            return warned(self, f"La lista del artículo 69-B es de hace {age // _DAY} días.", advice)
        return well(self, f"La lista del artículo 69-B es de hace {age // _DAY} días.")
