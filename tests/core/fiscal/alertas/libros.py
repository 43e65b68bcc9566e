"""Facts of a made-up taxpayer, and what they show."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from horux_core.fiscal.alertas.decidiendo import decidir
from horux_core.fiscal.alertas.hechos import Abono, Banco, Comprobante, Hechos
from horux_core.fiscal.alertas.model import Hallazgo
from horux_core.fiscal.calendario.vencimientos import OpcionesVencimiento, Regla, vencimiento
from horux_core.fiscal.cfdi.model import Nomina, Relacion, Tipo
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

YO = Rfc("EKU9003173C9")
FISICA = Rfc("ROEM691011EZ4")
OTRO = Rfc("URE180429TM6")
HOY = date(2026, 11, 10)


def mes(texto: str) -> Periodo:
    return Periodo.parse(texto)


def limite_mensual(periodo: Periodo) -> date:
    return vencimiento(Regla.DIA_17_SEXTO_VIERNES, periodo, YO, OpcionesVencimiento())


def uuid(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def comprobante(n: int = 1, lado: str = "emitido", fecha: str = "2026-09-10", **campos: Any) -> Comprobante:
    """An invoice of its own amount, so that no two look the same."""
    emisor, receptor = (YO, OTRO) if lado == "emitido" else (OTRO, YO)
    valores: dict[str, Any] = {
        "tipo": Tipo.INGRESO,
        "vigente": True,
        "rfc_emisor": emisor,
        "rfc_receptor": receptor,
        "total": Decimal(1000 + n),
        "metodo_pago": "PUE",
        "forma_pago": "03",
        "uso_cfdi": "G03",
        "regimen_receptor": "601",
        **campos,
    }
    return Comprobante(
        uuid(n),
        emitido=lado == "emitido",
        recibido=lado == "recibido",
        fecha=datetime.fromisoformat(f"{fecha}T12:00:00" if len(fecha) == 10 else fecha),
        **valores,
    )


def ppd(n: int = 1, lado: str = "emitido", **campos: Any) -> Comprobante:
    return comprobante(n, lado, **{"metodo_pago": "PPD", "forma_pago": "99", **campos})


def recibo(n: int, fecha: str, gravado: str = "8000", isr: str = "500", **campos: Any) -> Comprobante:
    cero = Decimal(0)
    dia = date.fromisoformat(campos.pop("fecha_pago", fecha))
    nomina = Nomina(
        "O", dia, None, None, Decimal(15), cero, cero, cero, Decimal(gravado), cero, Decimal(isr), cero, cero,
        None, None, None,
    )  # fmt: skip
    return comprobante(n, fecha=fecha, **{"tipo": Tipo.NOMINA, "nomina": nomina, "uso_cfdi": "CN01",
                                          "regimen_receptor": "605", "metodo_pago": None, **campos})  # fmt: skip


def abono(n: int, fecha: str, importe: str) -> Abono:
    return Abono(uuid(n), date.fromisoformat(fecha), Decimal(importe))


def banco(*conciliados: Abono, meses: tuple[str, ...] = ("2026-09",)) -> Banco:
    return Banco(conciliados, frozenset(mes(m) for m in meses))


def relacion(tipo: str, n: int) -> tuple[Relacion, ...]:
    return (Relacion(tipo, uuid(n)),)


def hechos(*comprobantes: Comprobante, **campos: Any) -> Hechos:
    return Hechos(**{"hoy": HOY, "rfc": YO, "limite_mensual": limite_mensual, "comprobantes": comprobantes, **campos})


def hallados(codigo: str, *comprobantes: Comprobante, **campos: Any) -> list[Hallazgo]:
    return [h for h in decidir(hechos(*comprobantes, **campos)).hallazgos if h.codigo == codigo]
