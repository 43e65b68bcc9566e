"""The movements of one taxpayer's ISR and its months, in its own database."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from psycopg import sql

from horux_adapters.postgres.copying import COLUMNAS_RETENCIONES, NOMINA, Table, dia_de, listed
from horux_adapters.postgres.libro_iva import PostgresLibroIva
from horux_adapters.postgres.pools import Connection
from horux_adapters.postgres.replacing import folios, replaced
from horux_core.fiscal.cfdi.model import DocumentoRetenciones, Nomina, Tipo
from horux_core.fiscal.isr.model import Clase, Cuenta, Cuentas, DocumentoIsr, MesIsr, Movimiento
from horux_core.fiscal.isr.movimientos import COLUMNAS
from horux_core.kernel.periodo import Periodo

_CLASES = {clase.value: clase for clase in Clase}
_MOVIMIENTO = ("uuid_fiscal", "pago", "docto", "clase", "regimen", "periodo", "fecha", "importe", "regla", "articulo")
_MOVIMIENTOS = Table("isr_movimientos", ("uuid_fiscal", "n", *_MOVIMIENTO[1:]))
_PERIODO = _MOVIMIENTOS.columns.index("periodo")
_MES = tuple(name for name in MesIsr.__dataclass_fields__ if name != "periodo")
_MESES = Table("isr_mensual", ("periodo", *_MES))
_WHOLE = 2_000
"""From this many documents on it is quicker to read the columns of all of them than to name each."""

_DE_NOMINA = sql.SQL("SELECT uuid_fiscal::text, {} FROM cfdi_nomina").format(listed(NOMINA))
_DE_RETENCIONES = sql.SQL(
    "SELECT uuid_fiscal::text, isr_retenido, {} FROM cfdi_retenciones JOIN cfdis USING (uuid_fiscal)"
).format(listed(COLUMNAS_RETENCIONES))
_ENTRE = sql.SQL(
    "SELECT uuid_fiscal::text, {} FROM isr_movimientos WHERE periodo BETWEEN %s AND %s "
    'ORDER BY fecha, uuid_fiscal, pago, docto, clase COLLATE "C", n'
).format(listed(_MOVIMIENTO[1:]))
_DEL_ANIO = sql.SQL(
    'SELECT periodo, {} FROM isr_mensual WHERE periodo BETWEEN %s AND %s ORDER BY periodo, regimen COLLATE "C"'
).format(listed(_MES))


@dataclass(frozen=True, slots=True)
class PostgresLibroIsr:
    conn: Connection

    def connected(self, uuids: Iterable[str]) -> Mapping[str, DocumentoIsr]:
        flujos, propios = PostgresLibroIva(self.conn).con_importes(uuids)
        de_nomina = [uuid for uuid, flujo in flujos.items() if flujo.tipo is Tipo.NOMINA]
        nominas = {row[0]: Nomina(*row[1:]) for row in self._of(_DE_NOMINA, de_nomina)}
        de_retenciones = [uuid for uuid, flujo in flujos.items() if flujo.tipo is Tipo.RETENCIONES]
        retenidos = {row[0]: row[1:] for row in self._of(_DE_RETENCIONES, de_retenciones)}
        documentos = {}
        for uuid, flujo in flujos.items():
            subtotal, descuento, emisor, receptor = propios[uuid]
            documento = DocumentoIsr(flujo, subtotal, descuento, emisor, receptor, nominas.get(uuid))
            if uuid in retenidos:
                retenido, *partes = retenidos[uuid]
                documento = replace(documento, retenciones=DocumentoRetenciones(*partes), isr_retenido=retenido)
            documentos[uuid] = documento
        return documentos

    def replace(self, uuids: Iterable[str], movimientos: Iterable[Movimiento]) -> frozenset[Periodo]:
        changed = replaced(self.conn, _MOVIMIENTOS, folios(uuids), _numbered(movimientos))
        return frozenset(map(Periodo.of, {row[_PERIODO] for row in changed}))

    def cuentas(self, anio: int) -> Cuentas:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT regimen, periodo, clase, sum(importe) FROM isr_movimientos WHERE periodo BETWEEN %s AND %s "
            "GROUP BY 1, 2, 3",
            _del_anio(anio),
        ).fetchall()
        sumas: dict[tuple[str, Periodo], dict[str, Any]] = {}
        for regimen, dia, clase, suma in rows:
            sumas.setdefault((regimen, Periodo.of(dia)), {})[COLUMNAS[_CLASES[clase]]] = suma
        return {clave: Cuenta(**columnas) for clave, columnas in sumas.items()}

    def anios(self) -> tuple[int, ...]:
        rows = self.conn.execute(
            "SELECT extract(year FROM periodo)::int FROM isr_movimientos GROUP BY 1 "
            "UNION SELECT extract(year FROM periodo)::int FROM isr_mensual ORDER BY 1"
        ).fetchall()
        return tuple(anio for (anio,) in rows)

    def movimientos(self, desde: Periodo, hasta: Periodo) -> tuple[Movimiento, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(_ENTRE, (dia_de(desde), dia_de(hasta))).fetchall()
        return tuple(
            Movimiento(uuid, pago, docto, _CLASES[clase], regimen, Periodo.of(periodo), *resto)
            for uuid, pago, docto, clase, regimen, periodo, *resto in rows
        )

    def meses(self, anio: int) -> tuple[MesIsr, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(_DEL_ANIO, _del_anio(anio)).fetchall()
        return tuple(MesIsr(Periodo.of(dia), *resto) for dia, *resto in rows)

    def guardar_meses(self, anio: int, meses: Iterable[MesIsr]) -> None:
        self.conn.execute("DELETE FROM isr_mensual WHERE periodo BETWEEN %s AND %s", _del_anio(anio))
        _MESES.copy(self.conn, ((dia_de(mes.periodo), *(getattr(mes, name) for name in _MES)) for mes in meses))

    def _of(self, select: sql.Composable, uuids: Collection[str]) -> list[tuple[Any, ...]]:
        if not uuids:
            return []
        if len(uuids) >= _WHOLE:
            return self.conn.execute(sql.SQL("{}").format(select)).fetchall()
        named = sql.SQL("{} WHERE uuid_fiscal = ANY(%s::uuid[])").format(select)
        return self.conn.execute(named, (list(uuids),)).fetchall()


def _numbered(movimientos: Iterable[Movimiento]) -> Iterator[tuple[Any, ...]]:
    """Rows, those of a document told apart by a number."""
    seen: dict[str, int] = {}
    dias: dict[Periodo, date] = {}
    for m in movimientos:
        n = seen[m.uuid] = seen.get(m.uuid, -1) + 1
        dia = dias.get(m.periodo)
        if dia is None:
            dia = dias[m.periodo] = dia_de(m.periodo)
        yield (m.uuid, n, m.pago, m.docto, m.clase, m.regimen, dia, m.fecha, m.importe, m.regla, m.articulo)


def _del_anio(anio: int) -> tuple[date, date]:
    return date(anio, 1, 1), date(anio, 12, 1)
