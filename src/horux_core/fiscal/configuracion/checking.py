"""Which settings cannot be, each refused by its public name and with what to write instead."""

import re
from decimal import Decimal

from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.configuracion.model import MARZO, AjustesIsr, ConfiguracionFiscal
from horux_core.kernel.importe import TOPE
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.regimenes import CLAVES, corresponde, nombre_de_regimen

_USO = re.compile(r"[A-Z]{1,2}[0-9]{2}")
_CLAVE_RETENCION = re.compile(r"[0-9]{2}")
_CODIGO_POSTAL = re.compile(r"[0-9]{5}")
_COEFICIENTE = "va de 0 a 9.9999, con 4 decimales a lo más."
_PRIMER_EJERCICIO = 1990


def check(c: ConfiguracionFiscal) -> None:
    """Raises AjusteInvalido."""
    if not set(c.regimenes) <= CLAVES:
        raise AjusteInvalido("regimenes", "Hay un régimen fiscal que no está en el catálogo del SAT: revisa la clave.")
    coeficiente = c.coeficiente_utilidad
    if coeficiente is not None and not _decimal(coeficiente, 4, Decimal(10)):
        raise AjusteInvalido("coeficienteUtilidad", f"El coeficiente de utilidad {_COEFICIENTE}")
    if c.apertura is not None and c.apertura.periodo.anio != c.anio:
        raise AjusteInvalido("apertura.periodo", f"El periodo de la apertura debe ser un mes de {c.anio}.")
    for campo, importe in _importes(c):
        if not _decimal(importe, 2, TOPE):
            raise AjusteInvalido(campo, f"El importe de {campo} debe ser cero o más, con dos decimales a lo más.")
    if not all(_USO.fullmatch(uso) for uso in c.iva.usos_no_acreditables):
        raise AjusteInvalido("usosNoAcreditables", "Un uso de CFDI se escribe como en el catálogo del SAT, como S01.")
    codigo_postal = c.calendario.codigo_postal
    if codigo_postal is not None and not _CODIGO_POSTAL.fullmatch(codigo_postal):
        raise AjusteInvalido("codigoPostal", "El código postal del domicilio fiscal lleva cinco dígitos, como 06000.")
    _check_coeficientes(c)
    _check_regimenes(c.regimenes, c.isr)
    _check_meses(c.isr)
    if not all(_CLAVE_RETENCION.fullmatch(clave) for clave in c.isr.claves_retenciones):
        raise AjusteInvalido("clavesRetenciones", "Una clave de retención lleva dos dígitos, como 16 (intereses).")


def check_persona(regimenes: tuple[str, ...], rfc: Rfc) -> None:
    """Each régimen is of the kind of person that the RFC names (c_RegimenFiscal). Raises AjusteInvalido."""
    for clave in regimenes:
        if not corresponde(clave, rfc.moral):
            otra, propia = ("físicas", "moral") if rfc.moral else ("morales", "física")
            raise AjusteInvalido(
                "regimenes",
                f"El régimen {clave} ({nombre_de_regimen(clave)}) es de personas {otra} y {rfc} es de una persona "
                f"{propia}: quítalo o cámbialo por el de la constancia de situación fiscal.",
            )


def _importes(c: ConfiguracionFiscal) -> list[tuple[str, Decimal]]:
    importes = [("perdidas", c.perdidas), ("ptu", c.ptu), ("efectivoTope", c.iva.efectivo_tope)]
    importes += [("predial", importe) for _, importe in c.isr.predial]
    importes += [("otrasDeducciones", importe) for _, _, importe in c.isr.otras_deducciones]
    if c.calendario.ingresos_anteriores is not None:
        importes.append(("ingresosAnteriores", c.calendario.ingresos_anteriores))
    if c.apertura is not None:
        importes.append(("apertura.saldoAFavor", c.apertura.saldo_a_favor))
        importes.append(("apertura.retenidoMesAnterior", c.apertura.retenido_mes_anterior))
    return importes


def _check_coeficientes(c: ConfiguracionFiscal) -> None:
    for ejercicio, coeficiente in c.isr.coeficientes:
        if not _PRIMER_EJERCICIO <= ejercicio < c.anio:
            raise AjusteInvalido(
                "coeficientes",
                f"Los coeficientes de {c.anio} son de declaraciones anuales anteriores: {ejercicio} no puede ser.",
                ejercicio=ejercicio,
            )
        if not _decimal(coeficiente, 4, Decimal(10)):
            raise AjusteInvalido("coeficientes", f"El coeficiente de {ejercicio} {_COEFICIENTE}", ejercicio=ejercicio)


def _check_regimenes(propios: tuple[str, ...], isr: AjustesIsr) -> None:
    """A document or a deduction is only given to a régimen of the taxpayer's."""
    nombrados = [("regimenIngresos", isr.regimen_ingresos), ("regimenGastos", isr.regimen_gastos)]
    nombrados += [("otrasDeducciones", regimen) for regimen, _, _ in isr.otras_deducciones]
    for campo, regimen in nombrados:
        if regimen is not None and regimen not in propios:
            raise AjusteInvalido(
                campo, f"El régimen {regimen} de {campo} no es de los regímenes del año: agrégalo a ellos o cámbialo."
            )


def _check_meses(isr: AjustesIsr) -> None:
    if not 1 <= isr.coeficiente_nuevo_desde <= MARZO:
        raise AjusteInvalido(
            "coeficienteNuevoDesde",
            "El coeficiente nuevo se usa a más tardar desde marzo: manda el mes en que se presentó la anual, de 1 a 3.",
        )
    del_anio = [("predial", mes) for mes, _ in isr.predial]
    del_anio += [("otrasDeducciones", mes) for _, mes, _ in isr.otras_deducciones]
    if isr.ptu_mes is not None:
        del_anio.append(("ptuMes", isr.ptu_mes))
    for campo, mes in del_anio:
        if not 1 <= mes <= 12:
            raise AjusteInvalido(campo, f"El mes de {campo} va de 1 (enero) a 12 (diciembre).")


def _decimal(valor: Decimal, decimales: int, tope: Decimal) -> bool:
    return valor.is_finite() and not valor.is_signed() and valor < tope and valor == round(valor, decimales)
