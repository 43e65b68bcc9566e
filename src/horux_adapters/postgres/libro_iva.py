"""The cash events of one taxpayer and its months, in its own database."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from psycopg import sql

from horux_adapters.postgres import pulling
from horux_adapters.postgres.cambios import marcar
from horux_adapters.postgres.copying import Row, Table, dia_de, listed
from horux_adapters.postgres.pools import Connection
from horux_adapters.postgres.replacing import folios, replaced
from horux_core.fiscal.cfdi.model import CUBETAS, Cubetas, DestinoIva, Tipo
from horux_core.fiscal.cfdi.paging import es_folio, los_folios
from horux_core.fiscal.iva.alcance import alcanzados
from horux_core.fiscal.iva.model import Aviso, Cuenta, Documento, Evento, Lado, MesIva
from horux_core.kernel.periodo import Periodo

_DOCUMENTOS = sql.SQL(
    "SELECT uuid_fiscal::text, tipo, direccion, estado, fecha_emision, moneda, "
    "coalesce(tipo_cambio_capturado, tipo_cambio), total, metodo_pago, "
    "forma_pago, uso_cfdi, combustible, global_periodo, destino_iva, acreditable_pct, "
    "EXISTS (SELECT FROM efos_definitivos WHERE rfc = rfc_emisor), {}, "
    "subtotal, descuento, regimen_emisor, regimen_receptor FROM cfdis"
).format(listed(CUBETAS))
_PROPIOS = 16
_DE_ISR = _PROPIOS + len(CUBETAS)
_TIPOS = {tipo.value: tipo for tipo in Tipo}
_DESTINOS: dict[str | None, DestinoIva | None] = {None: None, **{destino.value: destino for destino in DestinoIva}}
_LADOS = {lado.value: lado for lado in Lado}
_WHOLE = 2_000
"""From this many documents on, if they are most of the books, reading all of them is faster than asking for each."""

_EVENTO = (
    *("uuid_fiscal", "pago", "docto", "lado", "periodo", "fecha"),
    *CUBETAS,
    *("regla", "articulo", "no_acreditable", "motivo", "destino", "retenido_no_acreditable"),
)
_FIN = 6 + len(CUBETAS)
_EVENTOS = Table("iva_eventos", (*_EVENTO[:4], "n", *_EVENTO[4:]))
_PERIODO = _EVENTOS.columns.index("periodo")
_AVISOS = Table("cfdi_avisos", ("uuid_fiscal", "n", "codigo", "detalle"))
_MES = tuple(name for name in MesIva.__dataclass_fields__ if name != "periodo")
_MESES = Table("iva_mensual", ("periodo", *_MES))
_CUBETAS = attrgetter(*CUBETAS)
_SUMADAS = (*CUBETAS, "no_acreditable", "retenido_no_acreditable")
_CUENTAS = sql.SQL(
    "SELECT periodo, lado, destino, motivo IS NOT NULL, {} FROM iva_eventos "
    "WHERE periodo >= %s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
).format(sql.SQL(", ").join(sql.SQL("sum({})").format(sql.Identifier(columna)) for columna in _SUMADAS))
_DEL_PERIODO = sql.SQL(
    "SELECT uuid_fiscal::text, {} FROM iva_eventos WHERE periodo = %s ORDER BY fecha, uuid_fiscal, pago, docto, lado, n"
).format(listed(_EVENTO[1:]))
_ENTRE_MESES = sql.SQL("SELECT periodo, {} FROM iva_mensual WHERE periodo BETWEEN %s AND %s ORDER BY periodo").format(
    listed(_MES)
)


@dataclass(frozen=True, slots=True)
class PostgresLibroIva:
    conn: Connection

    def pending(self, limit: int) -> tuple[str, ...]:
        rows = self.conn.execute("SELECT uuid_fiscal::text FROM iva_pendientes LIMIT %s", (limit,)).fetchall()
        return tuple(str(uuid) for (uuid,) in rows)

    def mark_all(self) -> None:
        self.conn.execute("INSERT INTO iva_pendientes SELECT uuid_fiscal, true FROM cfdis ON CONFLICT DO NOTHING")

    def cambiaron(self, uuids: Iterable[str]) -> bool:
        query = "SELECT FROM iva_pendientes WHERE NOT por_regla AND uuid_fiscal = ANY(%s::uuid[]) LIMIT 1"
        return self.conn.execute(query, (folios(uuids),)).fetchone() is not None

    def connected(self, uuids: Iterable[str]) -> dict[str, Documento]:
        return self.con_importes(uuids)[0]

    def con_importes(self, uuids: Iterable[str]) -> tuple[dict[str, Documento], dict[str, Row]]:
        """Those that are connected; and of each, what the ISR asks besides, of more documents perhaps."""
        propios: dict[str, Row] = {}
        wanted = set(los_folios(uuids))
        if len(wanted) >= _WHOLE and 2 * len(wanted) > self._count():
            return alcanzados(self._documentos(None, propios), wanted), propios
        found: dict[str, Documento] = {}
        asked: set[str] = set()
        while wanted:
            nuevos = self._documentos(wanted, propios)
            asked |= wanted
            found |= nuevos
            wanted = self._vecinos(nuevos) - asked
        return found, propios

    def replace(self, uuids: Iterable[str], eventos: Iterable[Evento], avisos: Iterable[Aviso]) -> frozenset[Periodo]:
        named = folios(uuids)
        changed = replaced(self.conn, _EVENTOS, named, _numbered(eventos))
        replaced(self.conn, _AVISOS, named, _numbered_avisos(avisos))
        self.conn.execute("DELETE FROM iva_pendientes WHERE uuid_fiscal = ANY(%s::uuid[])", (named,))
        marcar(self.conn, named)
        return frozenset(map(Periodo.of, {row[_PERIODO] for row in changed}))

    def cuentas(self, desde: Periodo) -> Mapping[Periodo, tuple[Cuenta, ...]]:
        rows: list[tuple[Any, ...]] = self.conn.execute(_CUENTAS, (dia_de(desde),)).fetchall()
        found: dict[Periodo, list[Cuenta]] = {}
        for periodo, lado, destino, rechazado, *sumas in rows:
            cuenta = Cuenta(_LADOS[lado], _DESTINOS[destino], rechazado, Cubetas(*sumas[:-2]), *sumas[-2:])
            found.setdefault(Periodo.of(periodo), []).append(cuenta)
        return {periodo: tuple(suyas) for periodo, suyas in found.items()}

    def eventos(self, periodo: Periodo) -> tuple[Evento, ...]:
        rows = self.conn.execute(_DEL_PERIODO, (dia_de(periodo),)).fetchall()
        return tuple(_evento(row, periodo) for row in rows)

    def primer_periodo(self) -> Periodo | None:
        rows = self.conn.execute("SELECT min(periodo) FROM iva_eventos HAVING min(periodo) IS NOT NULL").fetchall()
        return next(_periodos(rows), None)

    def meses(self, desde: Periodo, hasta: Periodo) -> dict[Periodo, MesIva]:
        between = (dia_de(desde), dia_de(hasta))
        rows: list[tuple[Any, ...]] = self.conn.execute(_ENTRE_MESES, between).fetchall()
        return {Periodo.of(row[0]): MesIva(Periodo.of(row[0]), *row[1:]) for row in rows}

    def guardar_meses(self, desde: Periodo, meses: Iterable[MesIva]) -> None:
        self.conn.execute("DELETE FROM iva_mensual WHERE periodo >= %s", (dia_de(desde),))
        _MESES.copy(self.conn, ((dia_de(m.periodo), *(getattr(m, name) for name in _MES)) for m in meses))

    def _count(self) -> int:
        row = self.conn.execute("SELECT count(*) FROM cfdis").fetchone()
        return 0 if row is None else int(str(row[0]))

    def _documentos(self, uuids: Collection[str] | None, propios: dict[str, Row]) -> dict[str, Documento]:
        """Those of the named that are kept, every one when None; `propios` gets what the ISR asks of each."""
        where = sql.SQL("" if uuids is None else " WHERE uuid_fiscal = ANY(%s::uuid[])")
        named = None if uuids is None else (list(uuids),)
        rows: list[tuple[Any, ...]] = self.conn.execute(_DOCUMENTOS + where, named).fetchall()
        kept = None if uuids is None else [row[0] for row in rows]
        con_pagos = None if uuids is None else [row[0] for row in rows if row[1] == Tipo.PAGO]
        relaciones = pulling.relaciones(self.conn, kept)
        pagos = pulling.pagos(self.conn, con_pagos)
        propios |= {row[0]: row[_DE_ISR:] for row in rows}
        return {row[0]: _documento(row, relaciones.get(row[0], ()), pagos.get(row[0], ())) for row in rows}

    def _vecinos(self, documentos: Mapping[str, Documento]) -> set[str]:
        """What they name, and the documents that name them."""
        named = {r.uuid for d in documentos.values() for r in d.relaciones}
        named |= {docto.id_documento for d in documentos.values() for pago in d.pagos for docto in pago.doctos}
        uuids = list(documentos)
        rows = self.conn.execute(
            "SELECT uuid_fiscal::text FROM cfdi_relaciones WHERE uuid_relacionado = ANY(%s) UNION "
            "SELECT uuid_fiscal::text FROM cfdi_pagos_doctos WHERE id_documento = ANY(%s)",
            (uuids, uuids),
        ).fetchall()
        return {uuid for uuid in named if es_folio(uuid)} | {str(uuid) for (uuid,) in rows}


def _documento(row: tuple[Any, ...], relaciones: tuple[Any, ...], pagos: tuple[Any, ...]) -> Documento:
    uuid, tipo, direccion, estado, fecha, moneda, cambio, total = row[:8]
    metodo, forma, uso, combustible, mes, destino, pct, efos = row[8:_PROPIOS]
    return Documento(
        uuid,
        _TIPOS[tipo],
        direccion != "recibido",
        direccion != "emitido",
        estado == "vigente",
        fecha,
        moneda,
        cambio,
        total,
        Cubetas(*row[_PROPIOS:_DE_ISR]),
        metodo,
        forma,
        uso,
        combustible,
        efos,
        None if mes is None else Periodo.of(mes),
        _DESTINOS[destino],
        pct,
        relaciones,
        pagos,
    )


def _numbered(eventos: Iterable[Evento]) -> Iterator[tuple[Any, ...]]:
    """Rows of events; those of the same share of the same payment and side are told apart by a number."""
    seen: dict[tuple[str, int, int, Lado], int] = {}
    dias: dict[Periodo, date] = {}
    for e in eventos:
        key = (e.uuid, e.pago, e.docto, e.lado)
        n = seen[key] = seen.get(key, -1) + 1
        periodo = dias.get(e.periodo)
        if periodo is None:
            periodo = dias[e.periodo] = dia_de(e.periodo)
        yield (
            *(*key, n, periodo, e.fecha),
            *_CUBETAS(e.cubetas),
            *(e.regla, e.articulo, e.no_acreditable, e.motivo, e.destino, e.retenido_no_acreditable),
        )


def _numbered_avisos(avisos: Iterable[Aviso]) -> Iterator[tuple[str, int, str, str]]:
    seen: dict[str, int] = {}
    for aviso in avisos:
        n = seen[aviso.uuid] = seen.get(aviso.uuid, -1) + 1
        yield (aviso.uuid, n, aviso.codigo, aviso.detalle)


def _evento(row: tuple[Any, ...], periodo: Periodo) -> Evento:
    uuid, pago, docto, lado, _, fecha = row[:6]
    regla, articulo, no_acreditable, motivo, destino, retenido = row[_FIN:]
    return Evento(
        *(uuid, pago, docto, _LADOS[lado], periodo, fecha, Cubetas(*row[6:_FIN]), regla, articulo, no_acreditable),
        *(motivo, _DESTINOS[destino], retenido),
    )


def _periodos(rows: Iterable[tuple[Any, ...]]) -> Iterator[Periodo]:
    return (Periodo.of(dia) for (dia,) in rows)
