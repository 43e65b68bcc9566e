"""The DIOT a second time: what was paid to each supplier in a month (FISCAL.md 7.4; LIVA 32-VIII)."""

from fractions import Fraction

from horux_core.fiscal.cfdi.model import Cfdi
from tests.core.fiscal.iva.segundo_mes import Cuentas
from tests.core.fiscal.iva.segundo_motor import Hecho, redondo
from tests.core.fiscal.reportes.plain_reports import PlainReports, one_spelling

F = Fraction
ZERO = F(0)
SOUTH = ("24", "29", "30", "77", "86")
COLUMNS = (
    *("base16", "base8Norte", "base8Sur", "base0", "exento", "noObjeto"),
    *("devoluciones", "ivaAcreditable", "ivaNoAcreditable", "ivaRetenido"),
)


def diot(books: PlainReports, month: tuple[int, int], counts: Cuentas) -> dict[str, dict[str, F]]:
    paid = [e for e in books.ties.hechos() if e.lado == "recibido" and e.mes == month]
    paid.sort(key=lambda e: (e.dia, e.uuid, e.indice))
    lost = by_factor(books, paid, counts)
    out: dict[str, dict[str, F]] = {}
    for e in paid:
        cfdi = books.libro.cfdis[e.uuid]
        name = f"recibido:{cfdi.rfc_emisor}"
        if cfdi.rfc_emisor == "XEXX010101000":
            name += f":{one_spelling(cfdi.nombre_emisor or '')}"
        one = out.setdefault(name, dict.fromkeys(COLUMNS, ZERO))
        for column, x in acts(e, cfdi).items():
            one[column] += x
        gone = e.perdido + lost[id(e)]
        one["ivaNoAcreditable"] += gone
        one["ivaAcreditable"] += (e.iva() if e.motivo else e.iva() + e.perdido) - gone
        one["ivaRetenido"] += e.importes["ret_iva"] + e.retenido
    return {name: {c: whole_pesos(x) for c, x in one.items()} for name, one in out.items()}


def acts(e: Hecho, cfdi: Cfdi) -> dict[str, F]:
    """What was paid, whatever of its IVA is credited."""
    south = (cfdi.lugar_expedicion or "")[:2] in SOUTH
    whole = e.enteros
    found = {"base16": whole["base_16"], "base0": whole["base_0"], "exento": whole["base_exento"]}
    found["noObjeto"] = whole["base_no_objeto"]
    found["base8Sur" if south else "base8Norte"] = whole["base_8"]
    total = sum(found.values(), ZERO)
    return found if total >= 0 else {"devoluciones": -total}


def by_factor(books: PlainReports, paid: list[Hecho], counts: Cuentas) -> dict[int, F]:
    """What the factor leaves out of each mixed expense: its part of the rounded whole, in order of date."""
    usual = "mixto" if books_have_exempt(books, counts) else "gravado"
    lost, net, held = {}, ZERO, ZERO
    for e in paid:
        lost[id(e)] = ZERO
        if e.motivo is None and (str(e.destino) if e.destino else usual) == "mixto":
            own, own_held = e.iva() - e.importes["ret_iva"], e.importes["ret_iva"]
            good = redondo(counts.factor * (net + own)) - redondo(counts.factor * net)
            good += redondo(counts.factor * (held + own_held)) - redondo(counts.factor * held)
            net, held = net + own, held + own_held
            lost[id(e)] = e.iva() - good
    return lost


def books_have_exempt(books: PlainReports, counts: Cuentas) -> bool:
    with_no_objeto = books.libro.azar.de_iva.no_objeto_en_factor and counts.actos["base_no_objeto"] > 0
    return counts.actos["base_exento"] > 0 or with_no_objeto


def whole_pesos(x: F) -> F:
    """1 to 50 cents down, 51 to 99 up; below zero the same (CFF 20)."""
    whole = int(abs(x) + F(49, 100)) if (abs(x) * 100).denominator == 1 else round(abs(x))
    return F(whole if x >= 0 else -whole)
