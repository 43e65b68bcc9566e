"""What a taxpayer's documents show that an alert may be about, in its own database."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from psycopg import sql

from horux_adapters.postgres import pulling
from horux_adapters.postgres.copying import NOMINA, dia_de, listed
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.alertas.hechos import Comprobante
from horux_core.fiscal.cfdi.advertencias import TC_SOSPECHOSO
from horux_core.fiscal.cfdi.model import CUBETAS, Cubetas, DestinoIva, Nomina, Tipo
from horux_core.fiscal.iva.asientos import PENDIENTE
from horux_core.fiscal.iva.model import Aviso, Evento, Lado
from horux_core.kernel.periodo import Periodo

_PROPIAS = (
    *("total", "moneda", "version", "serie", "folio", "metodo_pago", "forma_pago", "uso_cfdi", "regimen_receptor"),
    *("cp_receptor", "fecha_timbrado", "fecha_cancelacion", "acreditable_pct"),
)
_NOMBRADOS: LiteralString = " AND uuid_fiscal = ANY(%(uuids)s::uuid[])"
_CON_RETENCION = sql.SQL(
    "SELECT uuid_fiscal::text, {} FROM cfdis WHERE fecha_emision >= %(desde)s AND (ret_isr <> 0 OR ret_iva <> 0)"
).format(listed(CUBETAS))
_DE_NOMINA = sql.SQL(
    "SELECT uuid_fiscal::text, {} FROM cfdi_nomina"
    " WHERE uuid_fiscal IN (SELECT uuid_fiscal FROM cfdis WHERE fecha_emision >= %(desde)s)"
).format(listed(NOMINA))
_COMPROBANTES = sql.SQL(
    "SELECT uuid_fiscal::text, tipo, direccion, estado, fecha_emision, rfc_emisor, rfc_receptor, {} FROM cfdis"
    " WHERE fecha_emision >= %(desde)s"
).format(listed(_PROPIAS))
_RECHAZADOS = sql.SQL(
    "SELECT uuid_fiscal::text, pago, docto, lado, periodo, fecha, {}, regla, articulo, no_acreditable, motivo, destino,"
    " retenido_no_acreditable FROM iva_eventos WHERE fecha >= %(desde)s AND motivo IS NOT NULL"
).format(listed(CUBETAS))
_AVISOS = sql.SQL("""
    SELECT a.codigo, a.uuid_fiscal::text, a.detalle FROM cfdi_avisos a JOIN cfdis c USING (uuid_fiscal)
    WHERE c.fecha_emision >= %(desde)s {nombrados}
    UNION ALL
    SELECT a ->> 'codigo', uuid_fiscal::text, a ->> 'detalle' FROM cfdis, jsonb_array_elements(advertencias) a
    WHERE fecha_emision >= %(desde)s AND jsonb_typeof(advertencias) = 'array'
    AND NOT (tipo_cambio_capturado IS NOT NULL AND a ->> 'codigo' = %(tc)s) {nombrados}
""")
_PARECIDOS = """
    SELECT b.uuid_fiscal::text FROM cfdis b WHERE (rfc_emisor, rfc_receptor, tipo, total, moneda) IN (
        SELECT rfc_emisor, rfc_receptor, tipo, total, moneda FROM cfdis WHERE uuid_fiscal = ANY(%s::uuid[]))
"""
_RECIBIDOS_DE = "SELECT uuid_fiscal::text FROM cfdis WHERE rfc_emisor = ANY(%s) AND direccion <> 'emitido'"
_NOMINAS = "SELECT uuid_fiscal::text FROM cfdis WHERE tipo = 'N'"
_SIN_IMPORTE = """
    SELECT periodo, count(*) FROM (
        SELECT periodo, uuid_fiscal FROM iva_eventos WHERE regla = %(pendiente)s
        UNION
        SELECT date_trunc('month', coalesce(p.fecha_pago, c.global_periodo, c.fecha_emision))::date, uuid_fiscal
        FROM cfdi_avisos a JOIN cfdis c USING (uuid_fiscal) LEFT JOIN cfdi_pagos p USING (uuid_fiscal)
        WHERE a.codigo = %(tc)s
    ) pendientes WHERE periodo BETWEEN %(desde)s AND %(hasta)s GROUP BY 1
"""
_TIPOS = {tipo.value: tipo for tipo in Tipo}


@dataclass(frozen=True, slots=True)
class PostgresIndicios:
    conn: Connection

    def comprobantes(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Comprobante, ...]:
        cubetas = {row[0]: Cubetas(*row[1:]) for row in self._pedidos(_CON_RETENCION, desde, uuids)}
        nominas = {row[0]: Nomina(*row[1:]) for row in self._pedidos(_DE_NOMINA, desde, uuids)}
        relaciones = pulling.relaciones(self.conn, uuids)
        ninguna = Cubetas()
        return tuple(
            _comprobante(row, cubetas.get(row[0], ninguna), relaciones.get(row[0], ()), nominas.get(row[0]))
            for row in self._pedidos(_COMPROBANTES, desde, uuids)
        )

    def parecidos(self, uuids: Collection[str]) -> frozenset[str]:
        return self._uuids(_PARECIDOS, uuids)

    def recibidos_de(self, rfcs: Collection[str]) -> frozenset[str]:
        return self._uuids(_RECIBIDOS_DE, rfcs)

    def nominas(self) -> frozenset[str]:
        return self._uuids(_NOMINAS)

    def avisos(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Aviso, ...]:
        nombrados = sql.SQL("" if uuids is None else _NOMBRADOS)
        asked = {"desde": desde, "tc": TC_SOSPECHOSO, "uuids": None if uuids is None else list(uuids)}
        rows: list[tuple[Any, ...]] = self.conn.execute(_AVISOS.format(nombrados=nombrados), asked).fetchall()
        return tuple(Aviso(*row) for row in rows)

    def rechazados(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Evento, ...]:
        return tuple(map(_evento, self._pedidos(_RECHAZADOS, desde, uuids)))

    def _pedidos(self, query: sql.Composed, desde: date, uuids: Collection[str] | None) -> list[tuple[Any, ...]]:
        if uuids is None:
            return self.conn.execute(query, {"desde": desde}).fetchall()
        return self.conn.execute(query + sql.SQL(_NOMBRADOS), {"desde": desde, "uuids": list(uuids)}).fetchall()

    def _uuids(self, query: LiteralString, *values: Collection[str]) -> frozenset[str]:
        rows: list[tuple[Any, ...]] = self.conn.execute(query, [list(each) for each in values]).fetchall()
        return frozenset(str(uuid) for (uuid,) in rows)

    def sin_importe(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, int]:
        asked = {"pendiente": PENDIENTE, "tc": TC_SOSPECHOSO, "desde": dia_de(desde), "hasta": dia_de(hasta)}
        rows: list[tuple[Any, ...]] = self.conn.execute(_SIN_IMPORTE, asked).fetchall()
        return {Periodo.of(dia): cuantos for dia, cuantos in rows}

    def efos(self) -> frozenset[str]:
        rows: list[tuple[Any, ...]] = self.conn.execute("SELECT rfc FROM efos_definitivos").fetchall()
        return frozenset(str(rfc) for (rfc,) in rows)

    def cambiar_efos(self, definitivos: Set[str]) -> None:
        tenia = self.efos()
        entran, salen = list(definitivos - tenia), list(tenia - definitivos)
        self.conn.execute("DELETE FROM efos_definitivos WHERE rfc = ANY(%s)", (salen,))
        self.conn.execute("INSERT INTO efos_definitivos SELECT unnest(%s::text[])", (entran,))
        self.conn.execute(
            "INSERT INTO iva_pendientes SELECT uuid_fiscal FROM cfdis WHERE rfc_emisor = ANY(%s)"
            " AND direccion <> 'emitido' ON CONFLICT DO NOTHING",
            (entran + salen,),
        )


def _comprobante(
    row: tuple[Any, ...], cubetas: Cubetas, relaciones: tuple[Any, ...], nomina: Nomina | None
) -> Comprobante:
    uuid, tipo, direccion, estado, fecha, emisor, receptor, *propias = row
    values = dict(zip(_PROPIAS, propias, strict=True))
    cancelado = values.pop("fecha_cancelacion")
    return Comprobante(
        uuid,
        _TIPOS[tipo],
        direccion != "recibido",
        direccion != "emitido",
        estado == "vigente",
        fecha,
        emisor,
        receptor,
        **values,
        fecha_cancelacion=None if cancelado is None else cancelado.date(),
        cubetas=cubetas,
        relaciones=relaciones,
        nomina=nomina,
    )


def _evento(row: tuple[Any, ...]) -> Evento:
    uuid, pago, docto, lado, periodo, fecha, *resto = row
    regla, articulo, no_acreditable, motivo, destino, retenido = resto[len(CUBETAS) :]
    return Evento(
        *(uuid, pago, docto, Lado(lado), Periodo.of(periodo), fecha, Cubetas(*resto[: len(CUBETAS)]), regla, articulo),
        *(no_acreditable, motivo, None if destino is None else DestinoIva(destino), retenido),
    )
