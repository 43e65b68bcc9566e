"""A taxpayer's documents as a forecast sees them, in its own database."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from horux_adapters.postgres import pulling
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.pronostico.model import Comprobante, Liquidado
from horux_core.fiscal.reportes.contrapartes import Contraparte
from horux_core.kernel.rfc import EXTRANJERO

_GASTOS = """
SELECT c.uuid_fiscal::text, c.rfc_emisor, c.nombre_emisor, c.fecha_emision::date, c.moneda,
    coalesce(c.tipo_cambio_capturado, c.tipo_cambio), c.total
FROM cfdis c
WHERE c.tipo = 'I' AND c.metodo_pago = 'PUE' AND c.estado = 'vigente' AND c.direccion <> 'emitido'
    AND c.fecha_emision >= %(desde)s AND c.fecha_emision < %(hasta)s
"""
# Payments that are MXN throughout are added up by counterpart and days; each of the others is a row, for its complement
# says its rates as a whole.
_PAGADAS = """
SELECT l.lado, CASE WHEN l.lado = 'emitido' THEN c.rfc_receptor ELSE c.rfc_emisor END AS rfc, x.nombre,
    x.uuid_fiscal::text, x.pago, x.docto, g.fecha_pago::date - c.fecha_emision::date, count(*), sum(d.imp_pagado)
FROM cfdi_pagos_doctos d
JOIN cfdi_pagos g ON g.uuid_fiscal = d.uuid_fiscal AND g.n = d.pago
JOIN cfdis p ON p.uuid_fiscal = d.uuid_fiscal AND p.tipo = 'P' AND p.estado = 'vigente'
JOIN cfdis c ON c.uuid_fiscal::text = d.id_documento AND c.tipo = 'I' AND c.estado = 'vigente'
JOIN (VALUES ('emitido'), ('recibido')) l (lado)
    ON p.direccion IN (l.lado, 'ambas') AND c.direccion IN (l.lado, 'ambas')
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.rfc_receptor = %(extranjero)s AND l.lado = 'emitido' THEN c.nombre_receptor
                WHEN c.rfc_emisor = %(extranjero)s AND l.lado = 'recibido' THEN c.nombre_emisor END AS nombre,
        CASE WHEN convertido THEN d.uuid_fiscal END AS uuid_fiscal,
        CASE WHEN convertido THEN d.pago END AS pago, CASE WHEN convertido THEN d.n END AS docto
    FROM (VALUES (g.moneda_p <> 'MXN' OR d.moneda_dr <> 'MXN')) v (convertido)
) x
WHERE d.imp_pagado > 0 AND g.fecha_pago >= %(desde)s AND g.fecha_pago < %(hasta)s
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


@dataclass(frozen=True, slots=True)
class PostgresLibroPronostico:
    conn: Connection

    def liquidado(self, desde: date, hasta: date) -> tuple[Liquidado, ...]:
        dias = {"desde": desde, "hasta": hasta + timedelta(days=1), "extranjero": EXTRANJERO}
        rows: list[tuple[Any, ...]] = self.conn.execute(_PAGADAS, dias).fetchall()
        convertidos = {row[3] for row in rows if row[3] is not None}
        pagos = pulling.pagos(self.conn, convertidos) if convertidos else {}
        return tuple(
            Liquidado(
                Contraparte(Lado(lado), rfc, nombre or ""),
                dias_despues,
                cuantos,
                importe,
                *(() if uuid is None else (pagos[uuid][pago], docto)),
            )
            for lado, rfc, nombre, uuid, pago, docto, dias_despues, cuantos, importe in rows
        )

    def gastos(self, desde: date, hasta: date) -> tuple[Comprobante, ...]:
        dias = {"desde": desde, "hasta": hasta + timedelta(days=1)}
        rows: list[tuple[Any, ...]] = self.conn.execute(_GASTOS, dias).fetchall()
        return tuple(
            Comprobante(uuid, Contraparte(Lado.RECIBIDO, rfc, nombre or ""), *propias)
            for uuid, rfc, nombre, *propias in rows
        )
