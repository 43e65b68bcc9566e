"""The settings of a year on paper: what each is called, its default and the law it stands on."""

from dataclasses import dataclass, replace

from horux_core.fiscal.calendario.obligaciones import RELEVO_PF
from horux_core.fiscal.iva.model import OpcionesIva
from horux_core.kernel.periodo import MESES
from horux_core.tenancy.regimenes import los_que_corresponden, nombre_de_regimen
from horux_http.browser.formats import importe, pesos

Pares = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ajuste:
    """`kind`: importe, numero, texto, claves, si (a tick), elige (one of `of`), varios (some of `of`) or renglones.

    `moral`: asked only of a moral, or only of a física; None: of both.
    """

    name: str
    label: str
    kind: str
    default: str
    law: str
    hint: str = ""
    of: Pares = ()
    moral: bool | None = None


@dataclass(frozen=True, slots=True)
class Seccion:
    ident: str
    title: str
    about: str
    ajustes: tuple[Ajuste, ...]


_MESES: Pares = tuple((str(n), nombre.capitalize()) for n, nombre in enumerate(MESES, 1))
_REGIMEN = (
    Ajuste("regimenes", "Regímenes del año", "varios", "Los del alta", "CFF 27, constancia de situación fiscal",
        "Los de tu constancia. De ellos sale qué impuestos y qué obligaciones te tocan."),
    Ajuste("inicioActividades", "Inicio de actividades", "texto", "Antes de los libros", "LISR 14",
        "Mes en que empezaste, AAAA-MM. Solo si fue hace poco."),
    Ajuste("regimenIngresos", "Ingresos que no dicen de qué régimen son", "elige", "El primero que no es 605", ""),
    Ajuste("regimenGastos", "Gastos que no dicen de qué régimen son", "elige", "El primero que no es 605", ""),
)  # fmt: skip
_ISR = (
    Ajuste("coeficienteUtilidad", "Coeficiente de utilidad, de cualquier ejercicio anterior", "numero", "Ninguno",
        "LISR 14, fracción I", "Con 4 decimales, como 0.2145. Lo encuentras en tu declaración anual.", moral=True),
    Ajuste("coeficienteNuevoDesde", "El coeficiente de la última anual se usa desde", "elige", "Marzo", "LISR 14",
        "El mes en que la presentaste, si fue antes de marzo.", _MESES[:3], moral=True),
    Ajuste("perdidas", "Pérdidas de ejercicios anteriores por aplicar", "importe", "0.00", "LISR 57 y 109",
        "Ya actualizadas."),
    Ajuste("ptu", "PTU pagada en el año", "importe", "0.00", "LISR 14 y 106"),
    Ajuste("ptuMes", "Mes en que se pagó la PTU", "elige", "Mayo, o junio si eres persona física", "LFT 122",
        of=(("", "El que marca la ley"), *_MESES)),
    Ajuste("descuentoEnFactura", "El descuento de una factura", "elige", "Baja el ingreso",
        "LISR 14, sin criterio firme", "Solo cuenta en el régimen 601.",
        (("resta", "Baja el ingreso nominal"), ("no_resta", "No lo baja")), moral=True),
    Ajuste("prestacionesDisminuyeron", "Las prestaciones exentas de los trabajadores disminuyeron", "si", "No",
        "LISR 28, fracción XXX", "Si disminuyeron se deduce 47%; si no, 53%."),
    Ajuste("clavesRetenciones", "Claves de CFDI de retenciones que se acreditan", "claves", "16 (intereses)", "LISR 14",
        "Dos dígitos cada una, separadas por espacio."),
    Ajuste("arrendamientoOpcional", "Deducción opcional de 35% en arrendamiento", "si", "Sí", "LISR 115", moral=False),
    Ajuste("arrendamientoTrimestral", "Arrendamiento: pagos trimestrales", "si", "No", "LISR 116",
        "Si tus rentas del mes no pasan de 10 UMA mensuales.", moral=False),
    Ajuste("predial", "Predial pagado", "renglones", "Nada", "LISR 115",
        "Un renglón por pago: mes e importe, como 1 1200.00.", moral=False),
    Ajuste("otrasDeducciones", "Deducciones que no vienen en un CFDI", "renglones", "Nada", "LISR 34 y 104",
        "Un renglón cada una: régimen, mes e importe, como 612 1 2500.00."),
)  # fmt: skip
_IVA = (
    Ajuste("notas", "Una nota de crédito baja el IVA", "elige", "Cuando se cobra", "LIVA 1-B y 7", "",
        (("flujo", "Cuando se devuelve o se cobra menos"), ("emision", "Cuando se emite"))),
    Ajuste("noObjetoEnFactor", "Los actos no objeto cuentan en el factor", "si", "Sí", "LIVA 4-A y 5, fracción V"),
    Ajuste("retencionEnterada", "El IVA que retienes a terceros se entera cada mes", "si", "Sí", "LIVA 5, fracción IV",
        "Se acredita el mes siguiente."),
    Ajuste("efectivoTope", "Tope de un pago en efectivo", "importe", importe(OpcionesIva().efectivo_tope),
        "LISR 27, fracción III",
        "Con IVA. Por encima no se deduce ni se acredita."),
    Ajuste("usosNoAcreditables", "Usos de CFDI que no se acreditan", "claves", "S01, CP01, CN01 y D01 a D10",
        "LIVA 5, fracción I", "Claves separadas por espacio. Un CFDI se puede cambiar en su página."),
)  # fmt: skip
_APERTURA = (
    Ajuste("apertura-periodo", "Primer mes de los libros", "texto", "El del CFDI más antiguo", "LIVA 6",
        "AAAA-MM, un mes de este año."),
    Ajuste("apertura-saldoAFavor", "Saldo a favor de IVA antes de ese mes", "importe", "0.00", "LIVA 6"),
    Ajuste("apertura-retenidoMesAnterior", "IVA retenido a terceros el mes anterior", "importe", "0.00",
        "LIVA 5, fracción IV", "Ya enterado."),
)  # fmt: skip
_CALENDARIO = (
    Ajuste("sextoDigito", "Prórroga por el sexto dígito del RFC", "si", "Sí", "Decreto DOF 26-12-2013, 5.1",
        "No la tienen, entre otros, los obligados a dictaminarse y los grandes contribuyentes."),
    Ajuste("prorrogaDesdeHabil", "La prórroga se cuenta desde el 17 ya recorrido a día hábil", "si", "No",
        "CFF 12, sin criterio firme"),
    Ajuste("viernesEnProrroga", "Una fecha con prórroga que cae en viernes se recorre", "si", "Sí",
        "CFF 12, sin criterio firme"),
    Ajuste("codigoPostal", "Código postal del domicilio fiscal", "texto", "No se revisa", "CFF 29-A",
        "Cinco dígitos. Avisa de los CFDI recibidos con otro."),
    Ajuste("ingresosAnteriores", "Ingresos del año anterior", "importe", "Sin dato", "CFF 28 y RMF",
        f"Hasta {pesos(RELEVO_PF)} una persona física no presenta DIOT ni balanza.", moral=False),
    Ajuste("soloExentos", "Todos los actos son exentos de IVA", "si", "No", "LIVA 5-D",
        "No se presenta declaración de IVA."),
)  # fmt: skip


def sheet(anio: int, moral: bool, regimenes: tuple[str, ...]) -> tuple[Seccion, ...]:
    """For a moral or a física that is in those regimes."""
    suyos = tuple((clave, f"{clave} {nombre_de_regimen(clave)}") for clave in regimenes)
    posibles = tuple((clave, f"{clave} {nombre}") for clave, nombre in los_que_corresponden(moral))
    otros = tuple(par for par in suyos if par not in posibles)
    choices = {"regimenes": posibles + otros, "regimenIngresos": (("", "El que toque"), *suyos)}
    choices["regimenGastos"] = choices["regimenIngresos"]
    regimen = tuple(replace(a, of=choices.get(a.name, a.of)) for a in _REGIMEN)
    every = (
        Seccion("regimen", "Régimen", "Qué eres ante el SAT este año.", regimen),
        Seccion("isr", "ISR", "Lo que entra en tus pagos provisionales.", (*_coeficientes(anio), *_ISR)),
        Seccion("iva", "IVA", "Cómo se lee el flujo de efectivo.", _IVA),
        Seccion("apertura", "Apertura", "Con qué empiezan los libros, si no es desde cero.", _APERTURA),
        Seccion("calendario", "Calendario y avisos", "De qué día a qué día.", _CALENDARIO),
    )
    return tuple(replace(s, ajustes=tuple(a for a in s.ajustes if a.moral in (None, moral))) for s in every)


def labels(sections: tuple[Seccion, ...]) -> dict[str, str]:
    """By the name of the field."""
    return {a.name: a.label for section in sections for a in section.ajustes}


def _coeficientes(anio: int) -> tuple[Ajuste, ...]:
    law = "LISR 14, fracción I"
    return tuple(
        Ajuste(f"coeficiente-{e}", f"Coeficiente de la anual de {e}", "numero", "El de abajo", law, moral=True)
        for e in (anio - 1, anio - 2)
    )
