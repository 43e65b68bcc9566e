"""The month's ISR a second time, written apart: fractions, no accounts kept, every month added anew from January.

It reads FISCAL.md 4 sentence by sentence. What ties documents together it asks of the second engine of IVA, which is
no part of the product either; with the product it shares the shapes of documents alone: tariffs are the shared tables.
"""

from dataclasses import dataclass
from fractions import Fraction

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import DescuentoEnFactura, DocumentoIsr, OpcionesIsr
from horux_core.fiscal.iva.model import Documento, ModoNotas, OpcionesIva
from tests.core.fiscal.iva.segundo_cambio import paid, rate, settles, share_rate
from tests.core.fiscal.iva.segundo_motor import SegundoMotor, redondo

F = Fraction
NADA = F(0)
LOST_IN_CASH = ("01",)


@dataclass
class Fact:
    regimen: str
    month: tuple[int, int]
    what: str
    amount: F
    uuid: str


class PlainEngine:
    def __init__(self, books: list[DocumentoIsr], opciones: OpcionesIsr, de_iva: OpcionesIva) -> None:
        self.books = books
        self.opciones = opciones
        self.de_iva = de_iva
        self.ties = SegundoMotor([d.flujo for d in books], de_iva)

    def whole(self, flujo: Documento | None) -> DocumentoIsr | None:
        return next((d for d in self.books if d.flujo is flujo), None)

    # --- whose régimen

    def regimen(self, side: str, *documents: DocumentoIsr) -> str:
        named = [d.regimen_emisor if side == "emitido" else d.regimen_receptor for d in documents]
        for r in named:
            if r is not None and r in self.opciones.regimenes:
                return r
        chosen = self.opciones.regimen_ingresos if side == "emitido" else self.opciones.regimen_gastos
        if chosen:
            return chosen
        for r in self.opciones.regimenes:
            if r != "605":
                return r
        return self.opciones.regimenes[0]

    def deducts(self, regimen: str) -> bool:
        if regimen == "626":
            return self.opciones.moral
        return regimen not in ("601", "605")

    # --- facts

    def facts(self) -> list[Fact]:
        out: list[Fact] = []
        for d in self.books:
            if not d.flujo.vigente:
                continue
            t = d.flujo.tipo
            if t == Tipo.INGRESO:
                out += self.invoiced(d) + self.cash_invoice(d)
            if t == Tipo.EGRESO:
                out += self.undone_advance(d) + self.cash_note(d)
            if t == Tipo.PAGO:
                for i, p in enumerate(d.flujo.pagos):
                    for j in range(len(p.doctos)):
                        out += self.cash_share(d, i, j)
            if t == Tipo.NOMINA and d.nomina is not None:
                out += self.payroll(d)
            if t == Tipo.RETENCIONES:
                out += self.certificate(d)
        return [f for f in out if f.amount != 0]

    def invoiced(self, d: DocumentoIsr) -> list[Fact]:
        to_pesos = rate(d.flujo)
        if not d.flujo.emitido or to_pesos is None or self.regimen("emitido", d) != "601":
            return []
        x = F(d.subtotal)
        if self.opciones.descuento_en_factura == DescuentoEnFactura.RESTA:
            x -= F(d.descuento)
        return [Fact("601", self.month_of(d.flujo), "ingreso", redondo(x * to_pesos), d.flujo.uuid)]

    def undone_advance(self, d: DocumentoIsr) -> list[Fact]:
        to_pesos = rate(d.flujo)
        if not d.flujo.emitido or to_pesos is None or self.regimen("emitido", d) != "601":
            return []
        named = [self.ties.invoice(r.uuid, d.flujo) for r in d.flujo.relaciones if r.tipo == "07"]
        if not [i for i in named if i is None or i.vigente]:
            return []
        x = redondo((F(d.subtotal) - F(d.descuento)) * to_pesos)
        return [Fact("601", self.month_of(d.flujo), "ingreso", -x, d.flujo.uuid)]

    def month_of(self, d: Documento) -> tuple[int, int]:
        if d.periodo_global is not None:
            return (d.periodo_global.anio, d.periodo_global.mes)
        return (d.fecha.year, d.fecha.month)

    def cash_invoice(self, d: DocumentoIsr) -> list[Fact]:
        to_pesos = rate(d.flujo)
        if to_pesos is None or self.ties.by_payments(d.flujo):
            return []
        net = redondo((F(d.subtotal) - F(d.descuento)) * to_pesos)
        held = redondo(F(d.flujo.cubetas.ret_isr) * to_pesos)
        why = self.lost(d, d.flujo.forma_pago, F(d.flujo.total) * to_pesos, False)
        return self.sides(d, d, self.month_of(d.flujo), net, held, why)

    def cash_share(self, d: DocumentoIsr, i: int, j: int) -> list[Fact]:
        p = d.flujo.pagos[i]
        r = p.doctos[j]
        to_pesos = share_rate(p, r)
        if to_pesos is None:
            return []
        c = r.cubetas
        inv = self.whole(self.ties.invoice(r.id_documento, d.flujo))
        if inv is None:
            taxes = F(c.iva_16) + F(c.iva_8) + F(c.iva_otra_tasa) + F(c.ieps)
            kept = F(c.ret_isr) + F(c.ret_iva) + F(c.ret_ieps)
            net, held = redondo((paid(p, j) - taxes + kept) * to_pesos), redondo(F(c.ret_isr) * to_pesos)
        else:
            net = self.in_proportion(F(inv.subtotal) - F(inv.descuento), inv, d, i, j)
            held = redondo(F(c.ret_isr) * to_pesos)
            if not r.con_impuestos:
                held = self.in_proportion(F(inv.flujo.cubetas.ret_isr), inv, d, i, j)
        judged = inv or d
        why = self.lost(judged, p.forma_pago, paid(p, j) * to_pesos, d.flujo.efos_definitivo, payment=inv is None)
        if inv is not None and not inv.flujo.vigente:
            why = "factura_cancelada"
        return self.sides(d, judged, (p.fecha_pago.year, p.fecha_pago.month), net, held, why)

    def in_proportion(self, x: F, inv: DocumentoIsr, d: DocumentoIsr, i: int, j: int) -> F:
        """What a share settles of an amount of its invoice, in pesos; nothing that no rate tells."""
        p = d.flujo.pagos[i]
        r, total = p.doctos[j], F(inv.flujo.total)
        same = r.moneda == inv.flujo.moneda
        own, to_pesos = settles(inv.flujo, p, j), share_rate(p, r) if same else rate(inv.flujo)
        if own is None or to_pesos is None or total <= 0:
            return NADA
        before = self.ties.paid_before(inv.flujo, d.flujo, i, j)
        if same and r.saldo_anterior is not None:
            before = total - F(r.saldo_anterior)
        a, b = min(max(before, NADA), total), min(max(before + own, NADA), total)
        return redondo((redondo(x * b / total) - redondo(x * a / total)) * to_pesos)

    def cash_note(self, d: DocumentoIsr) -> list[Fact]:
        to_pesos = rate(d.flujo)
        related = self.ties.related(d.flujo)
        alive = [i for i in related if i.vigente]
        if to_pesos is None:
            return []
        month, share, day = (d.flujo.fecha.year, d.flujo.fecha.month), F(1), d.flujo.fecha.date()
        if self.de_iva.notas == ModoNotas.FLUJO:
            if not alive and (related or d.flujo.metodo_pago == "PPD"):
                return []
            if alive:
                touched, rest = self.ties.applied()[1][d.flujo.uuid]
                if rest is None or rest <= 0:
                    return []
                if touched:
                    share = rest / F(d.flujo.total)
                held_iva = [i for i in alive if i.cubetas.ret_iva > 0]
                if held_iva:
                    month = self.ties.original(held_iva[0], day) or month
        net = redondo(-(F(d.subtotal) - F(d.descuento)) * share * to_pesos)
        held = redondo(-F(d.flujo.cubetas.ret_isr) * share * to_pesos)
        if not alive:
            return self.sides(d, d, month, net, held, self.lost(d, None, NADA, False))
        first = self.whole(alive[0])
        assert first is not None
        return self.sides(d, first, month, net, held, self.lost_of_note(d, first))

    def lost_of_note(self, d: DocumentoIsr, first: DocumentoIsr) -> str | None:
        inv = first.flujo
        form, mxn = inv.forma_pago, F(inv.total) * (rate(inv) or F(1))
        if self.ties.by_payments(inv):
            until = [x for x in self.ties.payments(inv) if x.pago.fecha_pago.date() <= d.flujo.fecha.date()]
            shares = [(x.pago.forma_pago, x.paid * (share_rate(x.pago, x.docto) or F(1))) for x in until]
            in_cash = [self.cash(first, f, x) for f, x in shares]
            form, mxn = shares[0] if shares and all(in_cash) else ("", NADA)
        return self.lost(first, form, mxn, d.flujo.efos_definitivo)

    def cash(self, judged: DocumentoIsr, form: str | None, mxn: F) -> str | None:
        if form not in LOST_IN_CASH:
            return None
        if judged.flujo.combustible:
            return "combustible_efectivo"
        return "efectivo" if redondo(mxn) > F(self.de_iva.efectivo_tope) else None

    def lost(self, judged: DocumentoIsr, form: str | None, mxn: F, efos: bool, payment: bool = False) -> str | None:
        f = judged.flujo
        if efos or f.efos_definitivo:
            return "efos"
        if self.cash(judged, form, mxn):
            return self.cash(judged, form, mxn)
        pct = f.acreditable_pct
        if pct is None and not payment and f.uso_cfdi in self.de_iva.usos_no_acreditables:
            return "uso_cfdi"
        if (f.uso_cfdi or "").startswith("I0") and "I01" <= (f.uso_cfdi or "") <= "I08":
            return "inversion"
        return "pct" if pct == 0 else None

    def sides(
        self, d: DocumentoIsr, judged: DocumentoIsr, month: tuple[int, int], net: F, held: F, why: str | None
    ) -> list[Fact]:
        out = []
        u = d.flujo.uuid
        if d.flujo.emitido:
            r = self.regimen("emitido", judged, d)
            if r not in ("601", "605"):
                out.append(Fact(r, month, "ingreso", net, u))
            if r != "605":
                out.append(Fact(r, month, "retencion", held, u))
        if d.flujo.recibido:
            r = self.regimen("recibido", judged, d)
            out.append(Fact(r, month, "retenido_a_terceros", held, u))
            if self.deducts(r):
                pct = F(100) if judged.flujo.acreditable_pct is None else F(judged.flujo.acreditable_pct)
                good = NADA if why else redondo(net * pct / 100)
                out.append(Fact(r, month, "deduccion", good, u))
                out.append(Fact(r, month, "no_deducible", net - good, u))
        return out

    def payroll(self, d: DocumentoIsr) -> list[Fact]:
        n = d.nomina
        assert n is not None
        month, u, out = (n.fecha_pago.year, n.fecha_pago.month), d.flujo.uuid, []
        if d.flujo.emitido:
            r = self.regimen("emitido", d)
            out.append(Fact(r, month, "retenido_a_terceros", F(n.isr_retenido), u))
            if self.deducts(r):
                lost = F(53, 100) if self.opciones.prestaciones_disminuyeron else F(47, 100)
                free = redondo(F(n.total_exento) * (1 - lost))
                out.append(Fact(r, month, "deduccion", F(n.total_gravado) + free, u))
                out.append(Fact(r, month, "no_deducible", F(n.total_exento) - free, u))
        if d.flujo.recibido:
            out.append(Fact("605", month, "ingreso", F(n.total_gravado), u))
            out.append(Fact("605", month, "exento", F(n.total_exento), u))
            out.append(Fact("605", month, "retencion", F(n.isr_retenido), u))
        return out

    def certificate(self, d: DocumentoIsr) -> list[Fact]:
        c = d.retenciones
        assert c is not None
        if not (self.opciones.moral and d.flujo.recibido and c.clave in self.opciones.claves_retenciones):
            return []
        r = self.opciones.regimen_ingresos or next(r for r in self.opciones.regimenes if r != "605")
        return [Fact(r, (c.ejercicio, c.mes_final), "retencion", F(d.isr_retenido), d.flujo.uuid)]
