from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Cubetas, Direccion, Estado
from horux_core.fiscal.cfdi.paging import cursor_tras, entre, folio, junto, lugar
from horux_core.fiscal.cfdi.stored import Correction, Entered, Entry, Filter, Grupo, Original, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing
from horux_core.kernel.pages import Page
from horux_core.kernel.same import SAME
from horux_core.kernel.texto import llano

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
                if self._wanted(k.stored, wanted)
            ),
            key=lambda found: found[0],
            reverse=True,
        )
        after = [found for found in places if before is None or found[0] < before]
        shown = after[:limit]
        more = cursor_tras(*shown[-1][0]) if len(after) > limit else None
        return Page(tuple(replace(stored, cfdi=_childless(stored.cfdi)) for _, stored in shown), more)

    def sumas(self, wanted: Filter) -> tuple[Grupo, ...]:
        found = [k.stored for k in self.tables["cfdis"].values() if self._wanted(k.stored, wanted)]
        by = sorted(found, key=_clase)
        return tuple(self._grupo(list(each)) for _, each in groupby(by, _clase))

    def con_avisos(self, uuids: Sequence[str]) -> frozenset[str]:
        return frozenset(uuid for uuid in uuids if self.tables["cfdi_avisos"].get(uuid))

    def montos(self, uuids: Sequence[str]) -> Mapping[str, tuple[Decimal, str]]:
        found = {uuid: self.tables["cfdis"][uuid].stored.cfdi.pagos for uuid in uuids if uuid in self.tables["cfdis"]}
        monedas = {uuid: {pago.moneda for pago in pagos} for uuid, pagos in found.items()}
        return {
            uuid: (sum((pago.monto for pago in pagos), Decimal(0)), monedas[uuid].pop())
            for uuid, pagos in found.items()
            if len(monedas[uuid]) == 1
        }

    def _grupo(self, juntos: list[StoredCfdi]) -> Grupo:
        uno = juntos[0]
        totales = [s.total_mxn for s in juntos if s.total_mxn is not None]
        return Grupo(
            uno.direccion, uno.cfdi.tipo, uno.estado, len(juntos), sum(totales, Decimal(0)),
            len(juntos) - len(totales), sum(self._odd(s) for s in juntos),
        )  # fmt: skip

    def _wanted(self, stored: StoredCfdi, wanted: Filter) -> bool:
        return _answers(stored, wanted) and (not wanted.por_revisar or self._odd(stored))

    def _odd(self, stored: StoredCfdi) -> bool:
        odd = bool(stored.advertencias or self.tables["cfdi_avisos"].get(stored.cfdi.uuid))
        return odd and stored.estado is Estado.VIGENTE

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
    return replace(cfdi, cubetas=Cubetas(), impuestos=(), relaciones=(), pagos=(), nomina=None, retenciones=None)


def _answers(stored: StoredCfdi, wanted: Filter) -> bool:
    cfdi = stored.cfdi
    dia = cfdi.fecha_emision.date()
    nombres = (llano(cfdi.nombre_emisor or ""), llano(cfdi.nombre_receptor or ""))
    return (
        (wanted.desde is None or wanted.desde <= dia)
        and (wanted.hasta is None or dia <= wanted.hasta)
        and wanted.tipo in (None, cfdi.tipo)
        and wanted.rfc in (None, cfdi.rfc_emisor, cfdi.rfc_receptor)
        and (wanted.nombre is None or any(llano(wanted.nombre) in nombre for nombre in nombres))
        and wanted.metodo_pago in (None, cfdi.metodo_pago)
        and wanted.estado in (None, stored.estado)
        and (wanted.direccion is None or stored.direccion in (wanted.direccion, Direccion.AMBAS))
        and (wanted.texto is None or _dice(cfdi, wanted.texto))
    )


def _clase(stored: StoredCfdi) -> tuple[str, str, str]:
    return stored.direccion.value, stored.cfdi.tipo.value, stored.estado.value


def _dice(cfdi: Cfdi, texto: str) -> bool:
    clave, uuids = junto(texto), entre(texto)
    propios = (cfdi.rfc_emisor, cfdi.rfc_receptor, junto(f"{cfdi.serie or ''}{cfdi.folio or ''}"), junto(cfdi.folio))
    return (
        any(llano(texto) in llano(nombre or "") for nombre in (cfdi.nombre_emisor, cfdi.nombre_receptor))
        or any(clave != "" and propio.startswith(clave) for propio in propios)
        or (uuids is not None and uuids[0] <= cfdi.uuid <= uuids[1])
    )
