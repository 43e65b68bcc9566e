"""What is kept so that a taxpayer's month is told at once, in its own database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from psycopg import sql

from horux_adapters.postgres.copying import Table, dia_de
from horux_adapters.postgres.pools import Connection
from horux_adapters.postgres.replacing import folios, replaced
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.apuntes import Concepto
from horux_core.fiscal.reportes.contrapartes import Contraparte, Deuda
from horux_core.fiscal.tablero.model import Conteo, Importe, Resultado, SaldoDelDia, SaldoInsoluto
from horux_core.kernel.periodo import Periodo

_IMPORTES = Table("tablero_importes", ("uuid_fiscal", "concepto", "periodo", "importe"))
_SALDOS = Table("tablero_saldos", ("uuid_fiscal", "lado", "desde", "hasta", "fecha", "saldo"))
_SUMADOS = """
    INSERT INTO tablero_mensual (periodo, concepto, importe, sin_cambio)
    SELECT periodo, concepto, coalesce(sum(importe), 0), count(*) FILTER (WHERE importe IS NULL)
    FROM tablero_importes WHERE periodo = ANY(%s) GROUP BY 1, 2
"""
_CONTADOS = """
    SELECT count(*), count(*) FILTER (WHERE direccion <> 'recibido'), count(*) FILTER (WHERE direccion <> 'emitido'),
           count(*) FILTER (WHERE estado = 'cancelado')
    FROM cfdis WHERE fecha_emision >= %s AND fecha_emision < %s
"""
_DEUDAS = sql.SQL("""
    SELECT s.uuid_fiscal::text, s.lado, CASE WHEN s.lado = 'emitido' THEN c.rfc_receptor ELSE c.rfc_emisor END,
        coalesce(CASE WHEN s.lado = 'emitido' THEN c.nombre_receptor ELSE c.nombre_emisor END, ''), s.fecha, s.saldo
    FROM tablero_saldos s JOIN cfdis c USING (uuid_fiscal)
    WHERE {vistos} ORDER BY s.fecha, s.uuid_fiscal, s.lado
""")
_AL_FIN = _DEUDAS.format(vistos=sql.SQL("s.hasta IS NULL"))
_DEL_MES = _DEUDAS.format(vistos=sql.SQL("s.desde <= %(dia)s AND (s.hasta IS NULL OR s.hasta > %(dia)s)"))
_SIN_CAMBIO = """
    SELECT uuid_fiscal::text FROM cfdis
    WHERE tipo = 'I' AND metodo_pago = 'PPD' AND estado = 'vigente'
        AND moneda <> 'MXN' AND tipo_cambio_capturado IS NULL AND tipo_cambio IS NULL
        AND (%(hasta)s::date IS NULL OR fecha_emision < %(hasta)s)
    ORDER BY uuid_fiscal
"""


@dataclass(frozen=True, slots=True)
class PostgresLibroTablero:
    conn: Connection

    def replace(self, uuids: Iterable[str], importes: Iterable[Importe], saldos: Iterable[SaldoInsoluto]) -> None:
        named = folios(uuids)
        filas = ((i.uuid, i.concepto, dia_de(i.periodo), i.importe) for i in importes)
        tocados = list({row[2] for row in replaced(self.conn, _IMPORTES, named, filas)})
        if tocados:
            self.conn.execute("DELETE FROM tablero_mensual WHERE periodo = ANY(%s)", (tocados,))
            self.conn.execute(_SUMADOS, (tocados,))
        replaced(self.conn, _SALDOS, named, map(_fila, saldos))

    def resultados(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, Resultado]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT periodo, concepto, importe, sin_cambio FROM tablero_mensual WHERE periodo BETWEEN %s AND %s",
            (dia_de(desde), dia_de(hasta)),
        ).fetchall()
        importes: dict[Periodo, dict[Concepto, Decimal]] = {}
        faltan: dict[Periodo, int] = {}
        for dia, concepto, importe, sin_cambio in rows:
            periodo = Periodo.of(dia)
            importes.setdefault(periodo, {})[Concepto(concepto)] = importe
            faltan[periodo] = faltan.get(periodo, 0) + sin_cambio
        return {periodo: Resultado(suyos, faltan[periodo]) for periodo, suyos in importes.items()}

    def saldos(self, periodo: Periodo) -> tuple[SaldoDelDia, ...]:
        dia = dia_de(periodo)
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT lado, fecha, sum(saldo), count(*) FROM tablero_saldos "
            "WHERE desde <= %s AND (hasta IS NULL OR hasta > %s) GROUP BY 1, 2",
            (dia, dia),
        ).fetchall()
        return tuple(SaldoDelDia(Lado(lado), fecha, saldo, cuantos) for lado, fecha, saldo, cuantos in rows)

    def deudas(self, periodo: Periodo | None) -> tuple[Deuda, ...]:
        if periodo is None:
            rows: list[tuple[Any, ...]] = self.conn.execute(_AL_FIN).fetchall()
        else:
            rows = self.conn.execute(_DEL_MES, {"dia": dia_de(periodo)}).fetchall()
        quienes: dict[tuple[str, str, str], Contraparte] = {}
        hechas = []
        for uuid, lado, rfc, nombre, fecha, saldo in rows:
            quien = quienes.get((lado, rfc, nombre))
            if quien is None:
                quien = quienes[lado, rfc, nombre] = Contraparte(Lado(lado), rfc, nombre)
            hechas.append(Deuda(uuid, quien, fecha, saldo))
        return tuple(hechas)

    def sin_cambio(self, periodo: Periodo | None) -> tuple[str, ...]:
        hasta = None if periodo is None else dia_de(periodo.siguiente())
        rows: list[tuple[str]] = self.conn.execute(_SIN_CAMBIO, {"hasta": hasta}).fetchall()
        return tuple(uuid for (uuid,) in rows)

    def conteo(self, desde: date, hasta: date) -> Conteo:
        row: tuple[Any, ...] | None = self.conn.execute(_CONTADOS, (desde, hasta + timedelta(days=1))).fetchone()
        return Conteo() if row is None else Conteo(*row)


def _fila(s: SaldoInsoluto) -> tuple[Any, ...]:
    return (s.uuid, s.lado, dia_de(s.desde), None if s.hasta is None else dia_de(s.hasta), s.fecha, s.saldo)
