from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from horux_adapters.memory.cambios import CAMBIOS
from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.fiscal.alertas.efos import Lista69B, Lista69BCargada, Situacion
from horux_core.fiscal.alertas.errors import AlertaMissing
from horux_core.fiscal.alertas.hechos import Comprobante
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.alertas.ports import Marca, Revision
from horux_core.fiscal.cfdi.advertencias import TC_SOSPECHOSO
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, Direccion, Estado, Tipo
from horux_core.fiscal.iva.asientos import PENDIENTE
from horux_core.fiscal.iva.model import Aviso, Evento
from horux_core.kernel.pages import Page, numbered
from horux_core.kernel.periodo import Periodo

_UNICA = "unica"


@dataclass(frozen=True, slots=True)
class MemoryAlertas:
    tables: Tables

    def lock(self) -> None:
        """Transactions in memory take turns already."""

    def todas(self) -> tuple[Alerta, ...]:
        return tuple(alerta for _, alerta in self.tables["alertas"].values())

    def una(self, ident: UUID) -> Alerta:
        found: tuple[int, Alerta] | None = self.tables["alertas"].get(ident)
        if found is None:
            raise AlertaMissing
        return found[1]

    def pagina(
        self, estado: EstadoAlerta | None, severidad: Severidad | None, cursor: str | None, limit: int
    ) -> Page[Alerta]:
        antes = numbered(cursor)
        ordered = sorted(
            (
                (((a.hallazgo.severidad.peso + 1) << 48) + n, a)
                for n, a in self.tables["alertas"].values()
                if estado in (None, a.estado) and severidad in (None, a.hallazgo.severidad)
            ),
            key=lambda numbered: numbered[0],
            reverse=True,
        )
        after = [each for each in ordered if antes is None or each[0] < antes]
        shown = after[:limit]
        return Page(tuple(a for _, a in shown), str(shown[-1][0]) if len(after) > limit else None)

    def cuantas(self) -> Mapping[tuple[EstadoAlerta, Severidad], int]:
        return Counter((a.estado, a.hallazgo.severidad) for a in self.todas())

    def guardar(self, alertas: Iterable[Alerta]) -> None:
        kept = self.tables["alertas"]
        for alerta in alertas:
            n = kept[alerta.id][0] if alerta.id in kept else len(kept) + 1
            kept[alerta.id] = (n, alerta)

    def revisadas(self) -> Revision | None:
        return self.tables["alertas_revision"].get(_UNICA)

    def revisar(self, revision: Revision) -> None:
        self.tables["alertas_revision"][_UNICA] = revision

    def marcas(self) -> tuple[Marca, ...]:
        return tuple(Marca(n, uuid) for n, uuid in self.tables[CAMBIOS].items())

    def vistas(self, marcas: Iterable[Marca]) -> None:
        for marca in marcas:
            self.tables[CAMBIOS].pop(marca.n, None)


@dataclass(frozen=True, slots=True)
class MemoryIndicios:
    tables: Tables

    def comprobantes(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Comprobante, ...]:
        return tuple(_comprobante(kept) for kept in self._desde(desde, uuids))

    def parecidos(self, uuids: Collection[str]) -> frozenset[str]:
        todos: dict[str, Kept] = self.tables["cfdis"]
        buscados = {_aspecto(todos[uuid]) for uuid in uuids if uuid in todos}
        return frozenset(uuid for uuid, kept in todos.items() if _aspecto(kept) in buscados)

    def recibidos_de(self, rfcs: Collection[str]) -> frozenset[str]:
        return frozenset(
            uuid
            for uuid, kept in self.tables["cfdis"].items()
            if kept.stored.cfdi.rfc_emisor in rfcs and kept.stored.direccion is not Direccion.EMITIDO
        )

    def nominas(self) -> frozenset[str]:
        return frozenset(u for u, kept in self.tables["cfdis"].items() if kept.stored.cfdi.tipo is Tipo.NOMINA)

    def avisos(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Aviso, ...]:
        hechos: list[Aviso] = []
        for kept in self._desde(desde, uuids):
            uuid = kept.stored.cfdi.uuid
            hechos += self.tables["cfdi_avisos"].get(uuid, ())
            hechos += (Aviso(a.codigo, uuid, a.detalle) for a in kept.stored.advertencias)
        return tuple(hechos)

    def rechazados(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Evento, ...]:
        todos = (e for suyos in self.tables["iva_eventos"].values() for e in suyos if uuids is None or e.uuid in uuids)
        return tuple(evento for evento in todos if evento.motivo is not None and evento.fecha >= desde)

    def sin_importe(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, int]:
        hallados = {
            (e.periodo, e.uuid) for suyos in self.tables["iva_eventos"].values() for e in suyos if e.regla == PENDIENTE
        }
        for uuid, avisos in self.tables["cfdi_avisos"].items():
            if uuid in self.tables["cfdis"] and any(aviso.codigo == TC_SOSPECHOSO for aviso in avisos):
                hallados |= {(periodo, uuid) for periodo in _meses(self.tables["cfdis"][uuid].stored.cfdi)}
        return Counter(periodo for periodo, _ in hallados if desde <= periodo <= hasta)

    def efos(self) -> frozenset[str]:
        return frozenset(self.tables["efos_definitivos"])

    def cambiar_efos(self, definitivos: Set[str]) -> None:
        cambian = self.efos() ^ definitivos
        self.tables["efos_definitivos"] = dict.fromkeys(definitivos, True)
        for uuid, kept in self.tables["cfdis"].items():
            if kept.stored.cfdi.rfc_emisor in cambian and kept.stored.direccion is not Direccion.EMITIDO:
                self.tables["iva_pendientes"][uuid] = True

    def _desde(self, desde: date, uuids: Collection[str] | None) -> Iterable[Kept]:
        return (
            kept
            for uuid, kept in self.tables["cfdis"].items()
            if kept.stored.cfdi.fecha_emision.date() >= desde and (uuids is None or uuid in uuids)
        )


@dataclass(frozen=True, slots=True)
class MemoryListas:
    control: MemoryDatabase

    def guardar(self, lista: Lista69B, en: datetime) -> None:
        with self.control.transaction() as tables:
            tables["lista_69b"][_UNICA] = (lista, en)

    def de(self, rfcs: Iterable[str]) -> Lista69B | None:
        lista = self._lista()
        if lista is None:
            return None
        return Lista69B(lista.al_dia, {rfc: lista.por_rfc[rfc] for rfc in set(rfcs) if rfc in lista.por_rfc})

    def vigente(self) -> Lista69BCargada | None:
        kept = self._kept()
        if kept is None:
            return None
        lista, en = kept
        return Lista69BCargada(en, lista.al_dia, Counter(each.situacion for each in lista.por_rfc.values()))

    def definitivos(self) -> frozenset[str]:
        lista = self._lista()
        listados = () if lista is None else lista.por_rfc.values()
        return frozenset(str(each.rfc) for each in listados if each.situacion is Situacion.DEFINITIVO)

    def cargada(self) -> datetime | None:
        kept = self._kept()
        return None if kept is None else kept[1]

    def _lista(self) -> Lista69B | None:
        kept = self._kept()
        return None if kept is None else kept[0]

    def _kept(self) -> tuple[Lista69B, datetime] | None:
        with self.control.transaction() as tables:
            kept: tuple[Lista69B, datetime] | None = tables["lista_69b"].get(_UNICA)
        return kept


def _meses(cfdi: Cfdi) -> set[Periodo]:
    pagos = {Periodo.of(pago.fecha_pago) for pago in cfdi.pagos}
    return pagos or {cfdi.periodo_global or Periodo.of(cfdi.fecha_emision)}


def _aspecto(kept: Kept) -> tuple[object, ...]:
    cfdi = kept.stored.cfdi
    return (cfdi.rfc_emisor, cfdi.rfc_receptor, cfdi.tipo, cfdi.total, cfdi.moneda)


def _comprobante(kept: Kept) -> Comprobante:
    stored = kept.stored
    cfdi, cancelado = stored.cfdi, stored.fecha_cancelacion
    return Comprobante(
        cfdi.uuid,
        cfdi.tipo,
        stored.direccion is not Direccion.RECIBIDO,
        stored.direccion is not Direccion.EMITIDO,
        stored.estado is Estado.VIGENTE,
        cfdi.fecha_emision,
        cfdi.rfc_emisor,
        cfdi.rfc_receptor,
        cfdi.total,
        cfdi.moneda,
        cfdi.version,
        cfdi.serie,
        cfdi.folio,
        cfdi.metodo_pago,
        cfdi.forma_pago,
        cfdi.uso_cfdi,
        cfdi.regimen_receptor,
        cfdi.cp_receptor,
        cfdi.fecha_timbrado,
        None if cancelado is None else cancelado.date(),
        stored.acreditable_pct,
        cfdi.cubetas if cfdi.cubetas.ret_isr or cfdi.cubetas.ret_iva else Cubetas(),
        cfdi.relaciones,
        cfdi.nomina,
    )
