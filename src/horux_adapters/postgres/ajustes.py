"""What the accountant decided, in the taxpayer's own database."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from horux_adapters.postgres.copying import dia_de
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.configuracion.model import AjustesCalendario, AjustesIsr, ConfiguracionFiscal, Declaracion
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.iva.model import Apertura, ModoNotas, OpcionesIva
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class PostgresAjustes:
    conn: Connection

    def vigente(self, anio: int) -> ConfiguracionFiscal:
        row: tuple[Any, ...] | None = self.conn.execute(
            "SELECT anio, valores FROM configuracion_fiscal WHERE anio <= %s ORDER BY anio DESC LIMIT 1", (anio,)
        ).fetchone()
        return ConfiguracionFiscal(anio) if row is None else _configuracion(*row)

    def todas(self) -> tuple[ConfiguracionFiscal, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT anio, valores FROM configuracion_fiscal ORDER BY anio"
        ).fetchall()
        return tuple(_configuracion(*row) for row in rows)

    def guardar(self, configuracion: ConfiguracionFiscal) -> None:
        self.conn.execute(
            "INSERT INTO configuracion_fiscal (anio, valores) VALUES (%s, %s) "
            "ON CONFLICT (anio) DO UPDATE SET valores = excluded.valores, actualizado_en = now()",
            (configuracion.anio, json.dumps(_valores(configuracion))),
        )

    def declaraciones(self, impuesto: str) -> tuple[Declaracion, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT impuesto, periodo, presentada_en, monto, saldo_solicitado, calculado FROM declaraciones "
            "WHERE impuesto = %s ORDER BY periodo",
            (impuesto,),
        ).fetchall()
        return tuple(Declaracion(que, Periodo.of(dia), *resto) for que, dia, *resto in rows)

    def declarar(self, declaracion: Declaracion) -> None:
        self.conn.execute(
            "INSERT INTO declaraciones (impuesto, periodo, presentada_en, monto, saldo_solicitado, calculado) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (impuesto, periodo) DO UPDATE SET "
            "presentada_en = excluded.presentada_en, monto = excluded.monto, "
            "saldo_solicitado = excluded.saldo_solicitado, calculado = excluded.calculado",
            (
                declaracion.impuesto,
                dia_de(declaracion.periodo),
                declaracion.presentada_en,
                declaracion.monto,
                declaracion.saldo_solicitado,
                declaracion.calculado,
            ),
        )


def _valores(c: ConfiguracionFiscal) -> dict[str, Any]:
    return {
        "regimenes": list(c.regimenes),
        "coeficiente_utilidad": None if c.coeficiente_utilidad is None else str(c.coeficiente_utilidad),
        "perdidas": str(c.perdidas),
        "ptu": str(c.ptu),
        "sexto_digito": c.sexto_digito,
        "iva": {
            "notas": c.iva.notas.value,
            "no_objeto_en_factor": c.iva.no_objeto_en_factor,
            "retencion_enterada": c.iva.retencion_enterada,
            "efectivo_tope": str(c.iva.efectivo_tope),
            "usos_no_acreditables": sorted(c.iva.usos_no_acreditables),
        },
        "apertura": None
        if c.apertura is None
        else {
            "periodo": str(c.apertura.periodo),
            "saldo_a_favor": str(c.apertura.saldo_a_favor),
            "retenido_mes_anterior": str(c.apertura.retenido_mes_anterior),
        },
        "isr": _valores_isr(c.isr),
        "calendario": _valores_calendario(c.calendario),
    }


def _valores_calendario(a: AjustesCalendario) -> dict[str, Any]:
    ingresos = a.ingresos_anteriores
    return {
        "codigo_postal": a.codigo_postal,
        "ingresos_anteriores": None if ingresos is None else str(ingresos),
        "solo_exentos": a.solo_exentos,
        "prorroga_desde_habil": a.prorroga_desde_habil,
        "viernes_en_prorroga": a.viernes_en_prorroga,
    }


def _valores_isr(a: AjustesIsr) -> dict[str, Any]:
    return {
        "coeficientes": {str(ejercicio): str(coeficiente) for ejercicio, coeficiente in a.coeficientes},
        "coeficiente_nuevo_desde": a.coeficiente_nuevo_desde,
        "inicio_actividades": None if a.inicio_actividades is None else str(a.inicio_actividades),
        "ptu_mes": a.ptu_mes,
        "regimen_ingresos": a.regimen_ingresos,
        "regimen_gastos": a.regimen_gastos,
        "descuento_en_factura": a.descuento_en_factura.value,
        "prestaciones_disminuyeron": a.prestaciones_disminuyeron,
        "claves_retenciones": sorted(a.claves_retenciones),
        "arrendamiento_opcional": a.arrendamiento_opcional,
        "arrendamiento_trimestral": a.arrendamiento_trimestral,
        "predial": [[mes, str(importe)] for mes, importe in a.predial],
        "otras_deducciones": [[regimen, mes, str(importe)] for regimen, mes, importe in a.otras_deducciones],
    }


def _configuracion(anio: int, v: dict[str, Any]) -> ConfiguracionFiscal:
    iva, apertura = v["iva"], v["apertura"]
    return ConfiguracionFiscal(
        anio,
        tuple(v["regimenes"]),
        None if v["coeficiente_utilidad"] is None else Decimal(v["coeficiente_utilidad"]),
        Decimal(v["perdidas"]),
        Decimal(v["ptu"]),
        v["sexto_digito"],
        OpcionesIva(
            ModoNotas(iva["notas"]),
            iva["no_objeto_en_factor"],
            iva["retencion_enterada"],
            Decimal(iva["efectivo_tope"]),
            frozenset(iva["usos_no_acreditables"]),
        ),
        None
        if apertura is None
        else Apertura(
            Periodo.parse(apertura["periodo"]),
            Decimal(apertura["saldo_a_favor"]),
            Decimal(apertura["retenido_mes_anterior"]),
        ),
        # Those kept before ISR was worked out have none.
        _ajustes_isr(v["isr"]) if "isr" in v else AjustesIsr(),
        _ajustes_calendario(v["calendario"]) if "calendario" in v else AjustesCalendario(),
    )


def _ajustes_calendario(v: dict[str, Any]) -> AjustesCalendario:
    ingresos = v["ingresos_anteriores"]
    return AjustesCalendario(
        v["codigo_postal"],
        None if ingresos is None else Decimal(ingresos),
        v["solo_exentos"],
        v["prorroga_desde_habil"],
        v["viernes_en_prorroga"],
    )


def _ajustes_isr(v: dict[str, Any]) -> AjustesIsr:
    inicio = v["inicio_actividades"]
    return AjustesIsr(
        tuple((int(ejercicio), Decimal(coeficiente)) for ejercicio, coeficiente in sorted(v["coeficientes"].items())),
        v["coeficiente_nuevo_desde"],
        None if inicio is None else Periodo.parse(inicio),
        v["ptu_mes"],
        v["regimen_ingresos"],
        v["regimen_gastos"],
        DescuentoEnFactura(v["descuento_en_factura"]),
        v["prestaciones_disminuyeron"],
        frozenset(v["claves_retenciones"]),
        v["arrendamiento_opcional"],
        v["arrendamiento_trimestral"],
        tuple((mes, Decimal(importe)) for mes, importe in v["predial"]),
        tuple((regimen, mes, Decimal(importe)) for regimen, mes, importe in v["otras_deducciones"]),
    )
