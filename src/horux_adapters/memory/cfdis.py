import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Direccion, Estado
from horux_core.fiscal.cfdi.paging import cursor_tras, folio, lugar
from horux_core.fiscal.cfdi.stored import Correction, Entered, Entry, Filter, Original, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing
from horux_core.kernel.pages import Page
from horux_core.kernel.same import SAME

_CORREGIBLES = ("estado", "fecha_cancelacion", "destino_iva", "acreditable_pct", "tipo_cambio_capturado")


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, its place in the order of arrival, and its file."""

    n: int
    stored: StoredCfdi
    original: Original


@dataclass(frozen=True, slots=True)
class MemoryCfdis:
    tables: Tables

    def enter(self, batch: Sequence[Entry]) -> Entered:
        kept = self.tables["cfdis"]
        inserted: list[int] = []
        duplicates: list[int] = []
        conflicts: list[int] = []
        for position, entry in enumerate(batch):
            known: Kept | None = kept.get(entry.cfdi.uuid)
            if known is None:
                stored = StoredCfdi(entry.cfdi, entry.direccion, Estado.VIGENTE, None, total_mxn(entry.cfdi))
                kept[entry.cfdi.uuid] = Kept(len(kept) + 1, stored, entry.original)
                self._mark(entry.cfdi.uuid)
                inserted.append(position)
            elif known.original.sha256 == entry.original.sha256:
                duplicates.append(position)
            else:
                conflicts.append(position)
        return Entered(tuple(inserted), tuple(duplicates), tuple(conflicts))

    def count(self) -> int:
        return len(self.tables["cfdis"])

    def get(self, uuid: str) -> StoredCfdi:
        return self._kept(uuid).stored

    def original(self, uuid: str) -> Original:
        return self._kept(uuid).original

    def search(self, wanted: Filter, cursor: str | None, limit: int) -> Page[StoredCfdi]:
        before = None if cursor is None else lugar(cursor)
        places = sorted(
            (
                ((k.stored.cfdi.fecha_emision, k.n), k.stored)
                for k in self.tables["cfdis"].values()
                if _answers(k.stored, wanted)
            ),
            key=lambda found: found[0],
            reverse=True,
        )
        after = [found for found in places if before is None or found[0] < before]
        shown = after[:limit]
        more = cursor_tras(*shown[-1][0]) if len(after) > limit else None
        return Page(tuple(replace(stored, cfdi=_childless(stored.cfdi)) for _, stored in shown), more)

    def correct(self, uuid: str, correction: Correction) -> None:
        kept = self._kept(uuid)
        values: dict[str, Any] = {name: getattr(correction, name) for name in _CORREGIBLES}
        changed = {name: value for name, value in values.items() if value is not SAME}
        stored = replace(kept.stored, **changed)
        stored = replace(stored, total_mxn=total_mxn(stored.cfdi, stored.tipo_cambio_capturado))
        self.tables["cfdis"][stored.cfdi.uuid] = replace(kept, stored=stored)
        self._mark(kept.stored.cfdi.uuid)

    def avisos(self, uuid: str) -> tuple[Advertencia, ...]:
        return tuple(Advertencia(a.codigo, a.detalle) for a in self.tables["cfdi_avisos"].get(folio(uuid), ()))

    def _kept(self, uuid: str) -> Kept:
        kept: Kept | None = self.tables["cfdis"].get(folio(uuid))
        if kept is None:
            raise CfdiMissing
        return kept

    def _mark(self, uuid: str) -> None:
        self.tables["iva_pendientes"][uuid] = True


def _childless(cfdi: Cfdi) -> Cfdi:
    return replace(cfdi, impuestos=(), relaciones=(), pagos=(), nomina=None, retenciones=None)


def _answers(stored: StoredCfdi, wanted: Filter) -> bool:
    cfdi = stored.cfdi
    dia = cfdi.fecha_emision.date()
    nombres = (_llano(cfdi.nombre_emisor or ""), _llano(cfdi.nombre_receptor or ""))
    return (
        (wanted.desde is None or wanted.desde <= dia)
        and (wanted.hasta is None or dia <= wanted.hasta)
        and wanted.tipo in (None, cfdi.tipo)
        and wanted.rfc in (None, cfdi.rfc_emisor, cfdi.rfc_receptor)
        and (wanted.nombre is None or any(_llano(wanted.nombre) in nombre for nombre in nombres))
        and wanted.metodo_pago in (None, cfdi.metodo_pago)
        and wanted.estado in (None, stored.estado)
        and (wanted.direccion is None or stored.direccion in (wanted.direccion, Direccion.AMBAS))
    )


def _llano(texto: str) -> str:
    """Lower case and without accents."""
    sueltas = unicodedata.normalize("NFD", texto)
    return "".join(letra for letra in sueltas if not unicodedata.combining(letra)).lower()
