"""The bank of one taxpayer in memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from horux_adapters.memory.cambios import marcar
from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.paging import cursor_tras, lugar
from horux_core.fiscal.conciliacion.libro import (
    Carga,
    Cobro,
    Conciliable,
    CuentaBancaria,
    FilaBancaria,
    FilaMostrada,
    Filtro,
    Guardado,
    identidad,
    pago_de,
    uuid_de,
    uuids_de,
)
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Rechazo, Resultado
from horux_core.kernel.pages import Page


@dataclass(frozen=True, slots=True)
class _Fila:
    n: int
    fila: FilaBancaria
    guardado: Guardado


@dataclass(frozen=True, slots=True)
class MemoryConciliacion:
    tables: Tables
    locked: list[bool] = field(default_factory=list)
    """Something once it was to be told of."""

    def lock(self, *, followed: bool = False) -> None:
        """Transactions in memory take turns already."""
        if not followed:
            self.locked.append(True)

    def cuentas(self) -> tuple[CuentaBancaria, ...]:
        return tuple(self.tables["conciliacion_cuentas"].values())

    def guardar_cuenta(self, cuenta: CuentaBancaria) -> None:
        self.tables["conciliacion_cuentas"][cuenta.id] = cuenta

    def entrar(self, carga: Carga, filas: Sequence[FilaBancaria]) -> int:
        self.tables["conciliacion_cargas"][carga.id] = carga
        kept = self.tables["conciliacion_renglones"]
        antes = len(kept)
        for fila in filas:
            if fila.renglon.id not in kept:
                sin_nada = Resultado(fila.renglon.id, EstadoRenglon.SIN_DOCUMENTO)
                kept[fila.renglon.id] = _Fila(len(kept) + 1, fila, Guardado(fila.renglon, sin_nada))
        return len(kept) - antes

    def cargas(self) -> tuple[Carga, ...]:
        return tuple(self.tables["conciliacion_cargas"].values())

    def dia_del_ultimo(self, cuantos: int) -> date | None:
        dias = sorted((f.fila.renglon.fecha for f in self._filas()), reverse=True)
        return dias[min(cuantos, len(dias)) - 1] if dias else None

    def guardados(self, desde: date, hasta: date = date.max) -> tuple[Guardado, ...]:
        return self._guardados(lambda g: desde <= g.renglon.fecha <= hasta)

    def de_renglones(self, renglones: Iterable[str]) -> tuple[Guardado, ...]:
        named = set(renglones)
        return self._guardados(lambda g: g.renglon.id in named)

    def de_propuesta(self, ident: UUID) -> tuple[Guardado, ...]:
        return self._guardados(lambda g: any(identidad(p) == ident for p in g.resultado.propuestas))

    def con_documentos(self, uuids: Iterable[str]) -> tuple[Guardado, ...]:
        named = set(uuids)
        return self._guardados(lambda g: bool(named & uuids_de(g.resultado.propuestas)))

    def guardar(self, resultados: Iterable[Guardado]) -> None:
        kept = self.tables["conciliacion_renglones"]
        antes = set(self.cobros())
        for guardado in resultados:
            kept[guardado.renglon.id] = replace(kept[guardado.renglon.id], guardado=guardado)
        marcar(self.tables, {cobro.uuid for cobro in antes.symmetric_difference(self.cobros())})

    def rechazos(self) -> frozenset[Rechazo]:
        return frozenset(self.tables["conciliacion_rechazos"])

    def rechazar(self, rechazo: Rechazo, en: datetime) -> None:
        self.tables["conciliacion_rechazos"].setdefault(rechazo, en)

    def pagina(self, filtro: Filtro, cursor: str | None, limit: int) -> Page[FilaMostrada]:
        antes = None if cursor is None else lugar(cursor)
        ordered = sorted(
            ((_momento(f), f.n, f) for f in self._filas() if self._cabe(f, filtro)), key=lambda x: x[:2], reverse=True
        )
        after = [each for each in ordered if antes is None or each[:2] < antes]
        shown = after[:limit]
        more = cursor_tras(shown[-1][0], shown[-1][1]) if len(after) > limit else None
        return Page(tuple(self._mostrada(f) for _, _, f in shown), more)

    def mostradas(self, renglones: Iterable[str]) -> tuple[FilaMostrada, ...]:
        kept: dict[str, _Fila] = self.tables["conciliacion_renglones"]
        suyas = [kept[ident] for ident in set(renglones) if ident in kept]
        return tuple(self._mostrada(f) for f in sorted(suyas, key=lambda f: (_momento(f), f.n), reverse=True))

    def conciliables(self, emitidas: tuple[date, date], pagadas: tuple[date, date]) -> tuple[Conciliable, ...]:
        return tuple(
            _conciliable(kept)
            for kept in self.tables["cfdis"].values()
            if kept.stored.estado is Estado.VIGENTE and _entra(kept, emitidas, pagadas)
        )

    def conciliables_de(self, uuids: Iterable[str]) -> tuple[Conciliable, ...]:
        kept = self.tables["cfdis"]
        return tuple(_conciliable(kept[uuid]) for uuid in set(uuids) if uuid in kept)

    def cobros(self) -> tuple[Cobro, ...]:
        vigentes = ((f.fila.renglon, f.guardado.vigente) for f in self._filas())
        return tuple(
            Cobro(uuid_de(parte.documento), pago_de(parte.documento), renglon.fecha, parte.importe, renglon.id)
            for renglon, propuesta in vigentes
            if propuesta is not None
            for parte in propuesta.partes
        )

    def _filas(self) -> Iterable[_Fila]:
        return self.tables["conciliacion_renglones"].values()

    def _guardados(self, wanted: Callable[[Guardado], bool]) -> tuple[Guardado, ...]:
        suyos = (f.guardado for f in self._filas() if wanted(f.guardado))
        return tuple(sorted(suyos, key=lambda g: (g.renglon.fecha, g.renglon.id)))

    def _cabe(self, f: _Fila, filtro: Filtro) -> bool:
        renglon = f.fila.renglon
        return (
            (filtro.desde is None or renglon.fecha >= filtro.desde)
            and (filtro.hasta is None or renglon.fecha <= filtro.hasta)
            and (filtro.cuenta is None or renglon.cuenta == str(filtro.cuenta))
            and filtro.estado in (None, f.guardado.resultado.estado)
            and filtro.por_revisar in (None, self._por_revisar(f))
        )

    def _por_revisar(self, f: _Fila) -> bool:
        vigente = f.guardado.vigente
        cfdis = self.tables["cfdis"]
        nombrados = set() if vigente is None else uuids_de([vigente])
        return any(u in cfdis and cfdis[u].stored.estado is Estado.CANCELADO for u in nombrados)

    def _mostrada(self, f: _Fila) -> FilaMostrada:
        cuenta: CuentaBancaria = self.tables["conciliacion_cuentas"][UUID(f.fila.renglon.cuenta)]
        return FilaMostrada(f.fila, f.guardado, cuenta)


def _momento(f: _Fila) -> datetime:
    return datetime.combine(f.fila.renglon.fecha, time())


def _entra(kept: Kept, emitidas: tuple[date, date], pagadas: tuple[date, date]) -> bool:
    cfdi = kept.stored.cfdi
    if cfdi.tipo is Tipo.PAGO:
        return any(pagadas[0] <= pago.fecha_pago.date() <= pagadas[1] for pago in cfdi.pagos)
    if cfdi.nomina is not None and cfdi.tipo is Tipo.NOMINA:
        return pagadas[0] <= cfdi.nomina.fecha_pago <= pagadas[1]
    return cfdi.tipo is Tipo.INGRESO and emitidas[0] <= cfdi.fecha_emision.date() <= emitidas[1]


def _conciliable(kept: Kept) -> Conciliable:
    stored, c = kept.stored, kept.stored.cfdi
    emitido = stored.direccion is not Direccion.RECIBIDO
    return Conciliable(
        c.uuid,
        c.tipo,
        emitido,
        stored.direccion is not Direccion.EMITIDO,
        stored.estado is Estado.VIGENTE,
        c.nomina.fecha_pago if c.nomina is not None and c.tipo is Tipo.NOMINA else c.fecha_emision.date(),
        c.moneda,
        stored.tipo_cambio,
        c.total,
        c.metodo_pago,
        c.rfc_receptor if emitido else c.rfc_emisor,
        (c.nombre_receptor if emitido else c.nombre_emisor) or "",
        "-".join(parte for parte in (c.serie, c.folio) if parte),
    )
