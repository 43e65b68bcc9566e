"""From documents to rows, and thousands of rows at once into their tables."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from psycopg import sql

from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import CUBETAS, Advertencia
from horux_core.fiscal.cfdi.stored import Entry
from horux_core.kernel.periodo import Periodo

Row = tuple[Any, ...]

PROPIAS = (
    *("version", "tipo", "serie", "folio", "fecha_emision", "fecha_timbrado", "rfc_pac"),
    *("rfc_emisor", "nombre_emisor", "regimen_emisor"),
    *("rfc_receptor", "nombre_receptor", "uso_cfdi", "cp_receptor", "regimen_receptor"),
    *("metodo_pago", "forma_pago", "condiciones_pago", "moneda", "tipo_cambio", "tipo_cambio_declarado"),
    *("subtotal", "descuento", "total", "exportacion", "lugar_expedicion"),
    *("iva_trasladado", "iva_retenido", "isr_retenido", "ieps", "ieps_retenido"),
    *("loc_traslados", "loc_retenciones", "a_cuenta_terceros", "combustible"),
)
"""Columns of `cfdis` with the name of the field they hold."""

DE_CUBETAS = tuple(nombre for nombre in CUBETAS if nombre != "ieps")
"""Columns of `cfdis` with a bucket; the document's own `ieps` is that of IEPS."""

IMPUESTO = ("clase", "ambito", "impuesto", "factor", "tasa", "base", "importe")
PAGO = ("fecha_pago", "forma_pago", "moneda", "tipo_cambio", "monto", "num_operacion")
DOCTO = (
    *("id_documento", "moneda", "equivalencia", "parcialidad", "saldo_anterior", "pagado", "saldo_insoluto"),
    *("objeto_imp", "con_impuestos"),
)
NOMINA = (
    *("tipo_nomina", "fecha_pago", "periodo_inicial", "periodo_final", "dias"),
    *("total_percepciones", "total_deducciones", "total_otros_pagos", "total_gravado", "total_exento"),
    *("isr_retenido", "imss", "subsidio", "curp", "num_empleado", "regimen"),
)
RETENCIONES = (
    *("clave", "ejercicio", "mes_inicial", "mes_final"),
    *("monto_operacion", "monto_gravado", "monto_exento", "monto_retenido"),
)

COLUMNAS_IMPUESTO = IMPUESTO
COLUMNAS_PAGO = ("fecha_pago", "forma_pago_p", "moneda_p", "tipo_cambio_p", "monto", "num_operacion")
COLUMNAS_DOCTO = (
    *("id_documento", "moneda_dr", "equivalencia", "num_parcialidad", "imp_saldo_ant", "imp_pagado"),
    *("imp_saldo_insoluto", "objeto_imp_dr", "con_impuestos"),
    *CUBETAS,
)
COLUMNAS_RETENCIONES = ("cve_retenc", "ejercicio", "mes_ini", "mes_fin", *RETENCIONES[4:])

_CFDI = attrgetter("uuid", *PROPIAS, "periodicidad_global", *(f"cubetas.{nombre}" for nombre in DE_CUBETAS))
_IMPUESTO = attrgetter(*IMPUESTO)
_PAGO = attrgetter(*PAGO)
_DOCTO = attrgetter(*DOCTO, *(f"cubetas.{nombre}" for nombre in CUBETAS))
_NOMINA = attrgetter(*NOMINA)
_RETENCIONES = attrgetter(*RETENCIONES)


def listed(columns: Iterable[str]) -> sql.Composed:
    """The names, quoted, for a query."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))


@dataclass(frozen=True, slots=True)
class Table:
    """Where rows go: a table and its columns in the order of the rows."""

    name: str
    columns: tuple[str, ...]

    def copy(self, conn: Connection, rows: Iterable[Row]) -> None:
        """Add the rows, all of which must be new."""
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.name), listed(self.columns))
        with conn.cursor() as cursor, cursor.copy(command) as copy:
            write = copy.write_row
            for row in rows:
                write(row)


CFDIS = Table(
    "cfdis",
    (
        *("uuid_fiscal", *PROPIAS, "global_periodicidad", *DE_CUBETAS),
        *("direccion", "global_periodo", "total_mxn", "advertencias"),
    ),
)
XML = Table("cfdi_xml", ("uuid_fiscal", "sha256", "tamano", "xml_zstd"))
IMPUESTOS = Table("cfdi_impuestos", ("uuid_fiscal", "n", *COLUMNAS_IMPUESTO))
RELACIONES = Table("cfdi_relaciones", ("uuid_fiscal", "n", "tipo_relacion", "uuid_relacionado"))
PAGOS = Table("cfdi_pagos", ("uuid_fiscal", "n", *COLUMNAS_PAGO))
DOCTOS = Table("cfdi_pagos_doctos", ("uuid_fiscal", "pago", "n", *COLUMNAS_DOCTO))
NOMINAS = Table("cfdi_nomina", ("uuid_fiscal", *NOMINA))
DE_RETENCIONES = Table("cfdi_retenciones", ("uuid_fiscal", *COLUMNAS_RETENCIONES))
PENDIENTES = Table("iva_pendientes", ("uuid_fiscal",))


def copy_entries(conn: Connection, entries: Sequence[Entry]) -> None:
    """Documents that are new, with all their children, their files, and the mark that they are to be worked out."""
    CFDIS.copy(conn, map(_cfdi, entries))
    XML.copy(conn, ((e.cfdi.uuid, e.original.sha256, e.original.size, e.original.packed) for e in entries))
    PENDIENTES.copy(conn, ((e.cfdi.uuid,) for e in entries))
    for table, rows in (
        (IMPUESTOS, _impuestos(entries)),
        (RELACIONES, _relaciones(entries)),
        (PAGOS, _pagos(entries)),
        (DOCTOS, _doctos(entries)),
        (NOMINAS, [(e.cfdi.uuid, *_NOMINA(e.cfdi.nomina)) for e in entries if e.cfdi.nomina]),
        (DE_RETENCIONES, [(e.cfdi.uuid, *_RETENCIONES(e.cfdi.retenciones)) for e in entries if e.cfdi.retenciones]),
    ):
        listed = list(rows)
        if listed:
            table.copy(conn, listed)


def dia_de(periodo: Periodo) -> date:
    """A month as the database keeps it: its first day."""
    return date(periodo.anio, periodo.mes, 1)


def en_json(advertencias: Sequence[Advertencia]) -> str | None:
    if not advertencias:
        return None
    return json.dumps([{"codigo": a.codigo, "detalle": a.detalle} for a in advertencias], ensure_ascii=False)


def _cfdi(entry: Entry) -> Row:
    cfdi = entry.cfdi
    periodo = cfdi.periodo_global
    return (
        *_CFDI(cfdi),
        entry.direccion,
        None if periodo is None else dia_de(periodo),
        total_mxn(cfdi),
        en_json(cfdi.advertencias),
    )


def _impuestos(entries: Sequence[Entry]) -> Iterator[Row]:
    for entry in entries:
        for n, impuesto in enumerate(entry.cfdi.impuestos):
            yield (entry.cfdi.uuid, n, *_IMPUESTO(impuesto))


def _relaciones(entries: Sequence[Entry]) -> Iterator[Row]:
    for entry in entries:
        for n, relacion in enumerate(entry.cfdi.relaciones):
            yield (entry.cfdi.uuid, n, relacion.tipo, relacion.uuid)


def _pagos(entries: Sequence[Entry]) -> Iterator[Row]:
    for entry in entries:
        for n, pago in enumerate(entry.cfdi.pagos):
            yield (entry.cfdi.uuid, n, *_PAGO(pago))


def _doctos(entries: Sequence[Entry]) -> Iterator[Row]:
    for entry in entries:
        for i, pago in enumerate(entry.cfdi.pagos):
            for n, docto in enumerate(pago.doctos):
                yield (entry.cfdi.uuid, i, n, *_DOCTO(docto))
