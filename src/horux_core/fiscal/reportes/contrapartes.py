"""Who a document is with: an RFC, or a name of a foreigner, who all share one RFC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from horux_core.fiscal.conciliacion.texto import llano
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.model import Ficha
from horux_core.kernel.rfc import EXTRANJERO


@dataclass(frozen=True, slots=True)
class Contraparte:
    lado: Lado
    rfc: str
    nombre: str

    @property
    def clave(self) -> str:
        """Names its group: foreigners are told apart by their names, however these are written (FISCAL.md 7.4)."""
        propia = f"{self.lado}:{self.rfc}"
        return f"{propia}:{' '.join(llano(self.nombre).split())}" if self.rfc == EXTRANJERO else propia


@dataclass(frozen=True, slots=True)
class Deuda:
    """What is owed of an invoice of that day, in MXN, and by whom or to whom."""

    uuid: str
    contraparte: Contraparte
    fecha: date
    saldo: Decimal


class EntreDos(Protocol):
    """What one issues to another."""

    @property
    def rfc_emisor(self) -> str: ...
    @property
    def nombre_emisor(self) -> str | None: ...
    @property
    def rfc_receptor(self) -> str: ...
    @property
    def nombre_receptor(self) -> str | None: ...


def contraparte(documento: EntreDos, lado: Lado) -> Contraparte:
    if lado is Lado.EMITIDO:
        return Contraparte(lado, documento.rfc_receptor, documento.nombre_receptor or "")
    return Contraparte(lado, documento.rfc_emisor, documento.nombre_emisor or "")


def nombres(fichas: Iterable[Ficha]) -> dict[str, str]:
    """The latest name of each counterpart, by its key."""
    en_orden = sorted(fichas, key=lambda f: (f.fecha, f.uuid))
    return ultimos_nombres(contraparte(ficha, lado) for ficha in en_orden for lado in ficha.lados)


def ultimos_nombres(contrapartes: Iterable[Contraparte]) -> dict[str, str]:
    """The last name of each by its key, as long as there is one."""
    ultimos: dict[str, str] = {}
    for quien in contrapartes:
        if quien.nombre or quien.clave not in ultimos:
            ultimos[quien.clave] = quien.nombre
    return ultimos
