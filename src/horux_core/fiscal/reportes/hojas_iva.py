"""The working paper of a month's IVA as sheets: formulas over the documents that give its figures to the cent."""

from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.cuadro import Columnas, Cuadro, en_pesos, por_factor
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.papel_iva import PapelIva, Partida, folio
from horux_core.kernel.importe import CERO

_ACTUAL, _ANTERIOR = "actual", "anterior"
_EMITIDO, _RECIBIDO = Lado.EMITIDO.value, Lado.RECIBIDO.value
_I = Formato.IMPORTE
_COLUMNAS = {
    "mes": Columna("Mes", ancho=10),
    "lado": Columna("Dirección", ancho=11),
    "acredita": Columna("Se acredita", ancho=12),
    "uuid": Columna("Folio fiscal", ancho=38),
    "fecha": Columna("Fecha", Formato.FECHA, 12),
    "rfc_emisor": Columna("RFC emisor", ancho=16),
    "nombre_emisor": Columna("Nombre emisor", ancho=30),
    "rfc_receptor": Columna("RFC receptor", ancho=16),
    "nombre_receptor": Columna("Nombre receptor", ancho=30),
    "folio": Columna("Serie y folio", ancho=14),
    "base16": Columna("Base 16 %", _I),
    "iva16": Columna("IVA 16 %", _I),
    "base8": Columna("Base 8 %", _I),
    "iva8": Columna("IVA 8 %", _I),
    "base0": Columna("Base 0 %", _I),
    "exento": Columna("Exento", _I),
    "no_objeto": Columna("No objeto", _I),
    "retenido": Columna("IVA retenido", _I),
    "perdido": Columna("IVA no acreditable", _I),
    "retenido_perdido": Columna("Retenido no acreditable", _I),
    "regla": Columna("Regla", ancho=24),
    "motivo": Columna("Motivo", ancho=20),
    "articulo": Columna("Fundamento", ancho=30),
}


def hojas_iva(papel: PapelIva, titulo: tuple[str, ...]) -> tuple[Hoja, ...]:
    filas = [_fila(p, _ACTUAL) for p in papel.partidas] + [_fila(p, _ANTERIOR) for p in papel.previas]
    documentos = Hoja("CFDI", titulo, tuple(_COLUMNAS.values()), Renglones(filas))
    columnas = Columnas("CFDI", tuple(_COLUMNAS), documentos.primera, len(filas))
    conceptos = (Columna("Concepto", ancho=52), Columna("Importe", _I, 20))
    cuadro = Cuadro(len(titulo) + 2)
    _cobrado(cuadro, columnas, papel)
    _acreditable(cuadro, columnas, papel)
    _resultado(cuadro, columnas, papel)
    return Hoja("Papel de trabajo", titulo, conceptos, cuadro.renglones()), documentos


def _fila(partida: Partida, mes: str) -> tuple[Celda, ...]:
    e, ficha, c = partida.evento, partida.ficha, partida.evento.cubetas
    quienes = (ficha.rfc_emisor, ficha.nombre_emisor, ficha.rfc_receptor, ficha.nombre_receptor) if ficha else ("",) * 4
    return (
        *(mes, e.lado.value, partida.acredita, e.uuid, e.fecha, *quienes, folio(ficha)),
        *(c.base_16, c.iva_16, c.base_8, c.iva_8, c.base_0, c.base_exento, c.base_no_objeto),
        *(c.ret_iva, e.no_acreditable, e.retenido_no_acreditable, e.regla, e.motivo, e.articulo),
    )


def _cobrado(cuadro: Cuadro, de: Columnas, papel: PapelIva) -> None:
    mes, opciones = papel.libro.mes, papel.libro.opciones
    for clave, etiqueta, valor in (
        ("base16", "Actos al 16 % cobrados", mes.base_16),
        ("base8", "Actos al 8 % cobrados", mes.base_8),
        ("base0", "Actos al 0 % cobrados", mes.base_0),
        ("exento", "Actos exentos cobrados", mes.base_exento),
        ("no_objeto", "Actos no objeto cobrados", mes.base_no_objeto),
        ("iva16", "IVA al 16 % cobrado", mes.iva_16),
        ("iva8", "IVA al 8 % cobrado", mes.iva_8),
        ("retenido", "IVA que retuvieron los clientes", mes.iva_retenido),
    ):
        cuadro.pone(clave, etiqueta, [valor], [de.suma(clave, mes=_ACTUAL, lado=_EMITIDO)])
    r = cuadro.ref
    cuadro.pone("trasladado", "IVA trasladado cobrado", [mes.iva_trasladado], [f"{r('iva16')}+{r('iva8')}"])
    gravado = mes.base_16 + mes.base_8 + mes.base_0
    todo = gravado + mes.base_exento + (mes.base_no_objeto if opciones.no_objeto_en_factor else CERO)
    cuadro.pone("gravado", "Actos gravados", [gravado], [f"{r('base16')}+{r('base8')}+{r('base0')}"])
    liberado = r("exento") + (f"+{r('no_objeto')}" if opciones.no_objeto_en_factor else "")
    cuadro.pone("todo", "Total de actos", [todo], [f"{r('gravado')}+{liberado}"])
    parte = f"INT(ROUND({r('gravado')}*100,0)*10000/ROUND({r('todo')}*100,0))/10000"
    formula = f"IF(ROUND({r('todo')},2)<=0,1,MIN(MAX({parte},0),1))"
    cuadro.pone("factor", "Factor de acreditamiento (LIVA 5-V-c)", [mes.factor], [formula], Formato.FACTOR)


def _acreditable(cuadro: Cuadro, de: Columnas, papel: PapelIva) -> None:
    mes, r = papel.libro.mes, cuadro.ref
    for clave, etiqueta, valor in (
        ("gravado", "IVA identificado con actos gravados", mes.identificado),
        ("mixto", "IVA de gastos mixtos", mes.mixto),
    ):
        donde = {"mes": _ACTUAL, "lado": _RECIBIDO, "acredita": clave}
        formula = f"{de.suma('iva16', **donde)}+{de.suma('iva8', **donde)}-{de.suma('retenido', **donde)}"
        cuadro.pone(f"acreditable_{clave}", etiqueta, [valor], [formula])
    propio = mes.iva_acreditable - mes.retenido_mes_anterior
    del_mixto = por_factor(r("factor"), r("acreditable_mixto"))
    cuadro.pone("del_mixto", "Parte acreditable de los mixtos", [propio - mes.identificado], [del_mixto])
    _heredado(cuadro, de, papel)
    formula = f"{r('acreditable_gravado')}+{r('del_mixto')}+{r('heredado')}"
    cuadro.pone("acreditable", "IVA acreditable", [mes.iva_acreditable], [formula])


def _heredado(cuadro: Cuadro, de: Columnas, papel: PapelIva) -> None:
    """What was withheld the month before; of an opening, or when it was not paid over, there is no document."""
    etiqueta, valor = "IVA retenido y enterado el mes anterior (LIVA 5-IV)", [papel.libro.mes.retenido_mes_anterior]
    factor = getattr(papel.libro.anterior, "factor", None)
    if factor is None or not papel.libro.opciones_anteriores.retencion_enterada:
        cuadro.pone("heredado", etiqueta, valor)
        return
    cuadro.pone("factor_anterior", "Factor del mes anterior", [factor], None, Formato.FACTOR)
    gravado, mixto = (
        de.suma("retenido", mes=_ANTERIOR, lado=_RECIBIDO, acredita=destino) for destino in ("gravado", "mixto")
    )
    cuadro.pone("heredado", etiqueta, valor, [f"{gravado}+{por_factor(cuadro.ref('factor_anterior'), mixto)}"])


def _resultado(cuadro: Cuadro, de: Columnas, papel: PapelIva) -> None:
    mes, r = papel.libro.mes, cuadro.ref
    formula = f"ROUND({r('trasladado')}-{r('retenido')}-{r('acreditable')},2)"
    cuadro.pone("resultado", "Resultado", [mes.resultado], [formula])
    cuadro.pone("anterior", "Saldo a favor de meses anteriores", [mes.saldo_anterior])
    aplicado = f"MIN(MAX({r('resultado')},0),{r('anterior')})"
    cuadro.pone("aplicado", "Saldo a favor aplicado", [mes.saldo_a_favor_aplicado], [aplicado])
    a_pagar = f"ROUND(MAX({r('resultado')},0)-{r('aplicado')},2)"
    cuadro.pone("a_pagar", "IVA a pagar", [mes.a_pagar], [a_pagar])
    cuadro.pone("pesos", "A pagar en pesos (CFF 20)", [mes.a_pagar_pesos], [en_pesos(r("a_pagar"))], Formato.PESOS)
    a_favor = f"ROUND({r('anterior')}-{r('aplicado')}+MAX(-{r('resultado')},0),2)"
    cuadro.pone("a_favor", "Saldo a favor", [mes.saldo_a_favor], [a_favor])
    recibidos, mixtos = {"mes": _ACTUAL, "lado": _RECIBIDO}, {"mes": _ACTUAL, "lado": _RECIBIDO, "acredita": "mixto"}
    retenido = f"{de.suma('retenido', **recibidos)}+{de.suma('retenido_perdido', **recibidos)}"
    cuadro.pone("a_terceros", "IVA retenido a terceros por enterar", [mes.retenido_a_terceros], [retenido])
    del_retenido = por_factor(r("factor"), de.suma("retenido", **mixtos))
    perdido = (
        f"ROUND({de.suma('perdido', **recibidos)}+{de.suma('iva16', **mixtos)}+{de.suma('iva8', **mixtos)}"
        f"-{r('del_mixto')}-{del_retenido},2)"
    )
    cuadro.pone("perdido", "IVA no acreditable", [mes.iva_no_acreditable], [perdido])
