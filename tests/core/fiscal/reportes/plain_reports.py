"""The reports a second time, written apart: FISCAL.md 7.4, in fractions, one document after another.

What ties documents together it asks of the second engines of IVA and ISR, which are no part of the product either.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import DocumentoIsr
from horux_core.fiscal.iva.model import Documento, ModoNotas
from tests.core.fiscal.isr.plain_engine import PlainEngine
from tests.core.fiscal.iva.segundo_cambio import paid, rate, share_rate
from tests.core.fiscal.iva.segundo_motor import SegundoMotor, redondo
from tests.core.fiscal.reportes.azar import LibroAlAzar

F = Fraction
Month = tuple[int, int]
ZERO = F(0)


def one_spelling(name: str) -> str:
    """Of a foreigner: capitals, no accents, one space."""
    plain = name.upper().translate(str.maketrans("ÁÉÍÓÚÜ", "AEIOUU"))
    return re.sub(r"\s+", " ", plain).strip()


@dataclass
class Line:
    """An amount of one document on one side: without taxes, and with them."""

    uuid: str
    side: str
    kind: str
    month: Month
    net: F
    whole: F


class PlainReports:
    def __init__(self, libro: LibroAlAzar) -> None:
        self.libro = libro
        self.books = libro.documentos
        self.engine = PlainEngine(self.books, libro.opciones, libro.azar.de_iva)
        self.ties: SegundoMotor = self.engine.ties
        flows = [d.flujo for d in self.books]
        self.of_money = SegundoMotor(flows, replace(libro.azar.de_iva, notas=ModoNotas.FLUJO))

    # --- lines

    def accrued(self) -> list[Line]:
        out = []
        for d in self.books:
            f, money = d.flujo, rate(d.flujo)
            month = (f.fecha.year, f.fecha.month)
            if f.vigente and f.tipo in (Tipo.INGRESO, Tipo.EGRESO) and money is not None:
                sign = -1 if f.tipo == Tipo.EGRESO else 1
                net, whole = sign * redondo(net_of(d) * money), sign * redondo(F(f.total) * money)
                out += [Line(f.uuid, s, str(f.tipo), month, net, whole) for s in sides(f)]
            if f.vigente and f.tipo == Tipo.NOMINA and f.emitido and d.nomina is not None:
                out.append(Line(f.uuid, "emitido", "N", month, pay_cost(d), redondo(F(f.total))))
        return out

    def moved(self) -> list[Line]:
        out: list[Line] = []
        for d in self.books:
            f = d.flujo
            if not f.vigente:
                continue
            if f.tipo == Tipo.INGRESO and not self.ties.by_payments(f):
                month = (f.fecha.year, f.fecha.month)
                if f.periodo_global is not None:
                    month = (f.periodo_global.anio, f.periodo_global.mes)
                money = rate(f)
                if money is not None:
                    out += lines(f, "I", month, redondo(net_of(d) * money), redondo(F(f.total) * money))
            elif f.tipo == Tipo.PAGO:
                for i, p in enumerate(f.pagos):
                    for j in range(len(p.doctos)):
                        out += self.share(d, i, j)
            elif f.tipo == Tipo.EGRESO:
                found, money = self.ties.given_back(f), rate(f)
                if found is not None and money is not None:
                    month, part = found
                    net, whole = (redondo(-x * part * money) for x in (net_of(d), F(f.total)))
                    out += lines(f, "E", month, net, whole)
            elif f.tipo == Tipo.NOMINA and f.emitido and d.nomina is not None:
                day = d.nomina.fecha_pago
                out.append(Line(f.uuid, "emitido", "N", (day.year, day.month), pay_cost(d), redondo(F(f.total))))
        return out

    def share(self, d: DocumentoIsr, i: int, j: int) -> list[Line]:
        p = d.flujo.pagos[i]
        r = p.doctos[j]
        money = share_rate(p, r)
        if money is None:
            return []
        inv = self.engine.whole(self.ties.invoice(r.id_documento, d.flujo))
        c = r.cubetas
        taxes = F(c.iva_16) + F(c.iva_8) + F(c.iva_otra_tasa) + F(c.ieps) - F(c.ret_isr) - F(c.ret_iva) - F(c.ret_ieps)
        net = redondo((paid(p, j) - taxes) * money)
        if inv is not None and (r.moneda == inv.flujo.moneda or rate(inv.flujo) is not None):
            net = self.engine.in_proportion(net_of(inv), inv, d, i, j)
        day = p.fecha_pago
        return lines(d.flujo, "P", (day.year, day.month), net, redondo(paid(p, j) * money))

    # --- results and flow

    def results(self, months: list[Month], flow: bool) -> dict[str, F]:
        mine = [x for x in (self.moved() if flow else self.accrued()) if x.month in months]

        def add(side: str, *kinds: str) -> F:
            return sum((x.net for x in mine if x.side == side and x.kind in kinds), ZERO)

        out = {"facturado": add("emitido", "I", "P"), "notasEmitidas": add("emitido", "E")}
        out["ingresos"] = out["facturado"] + out["notasEmitidas"]
        out |= {"compras": add("recibido", "I", "P"), "notasRecibidas": add("recibido", "E")}
        out["nomina"] = add("emitido", "N")
        out["costosYGastos"] = out["compras"] + out["notasRecibidas"] + out["nomina"]
        out["utilidad"] = out["ingresos"] - out["costosYGastos"]
        return out

    def flow(self, months: list[Month], start: F) -> dict[str, F]:
        mine = [x for x in self.moved() if x.month in months]

        def add(side: str, *kinds: str) -> F:
            return sum((x.whole for x in mine if x.side == side and x.kind in kinds), ZERO)

        taxes = [d for d in self.libro.declaraciones if (d.presentada_en.year, d.presentada_en.month) in months]
        out = {
            "saldoInicial": start,
            "cobrado": add("emitido", "I", "P", "E"),
            "pagado": add("recibido", "I", "P", "E"),
        }
        out |= {"entradas": out["cobrado"], "nominaNeta": add("emitido", "N")}
        out["impuestosPagados"] = sum((F(d.monto) for d in taxes), ZERO)
        out["salidas"] = out["pagado"] + out["nominaNeta"] + out["impuestosPagados"]
        out["saldoFinal"] = start + out["entradas"] - out["salidas"]
        return out

    # --- balances

    def owed(self, ties: SegundoMotor, f: Documento) -> F:
        money = rate(f)
        if not f.vigente or money is None or not ties.by_payments(f):
            return ZERO
        return redondo(ties.owed(f) * money)

    def settled(self, f: Documento) -> F:
        """Collected or paid of an invoice, given back by a note; in pesos."""
        money = rate(f)
        if money is None:
            return ZERO
        if f.tipo == Tipo.EGRESO:
            found = self.of_money.given_back(f)
            return ZERO if found is None else -redondo(F(f.total) * found[1] * money)
        if not self.ties.by_payments(f):
            return redondo(F(f.total) * money)
        return redondo(sum((x.settles for x in self.ties.payments(f)), ZERO) * money)

    def ages(self, day: date) -> dict[str, dict[str, F]]:
        """By counterpart, the balances of a day by age."""
        until = SegundoMotor(as_of([d.flujo for d in self.books], day), self.libro.azar.de_iva)
        out: dict[str, dict[str, F]] = {}
        for f in until.documentos:
            left = self.owed(until, f) if f.tipo == Tipo.INGRESO and f.metodo_pago == "PPD" else ZERO
            if left > 0:
                days = (day - f.fecha.date()).days
                name = "de0a30" if days < 31 else "de31a60" if days < 61 else "de61a90" if days < 91 else "masDe90"
                for side in sides(f):
                    one = out.setdefault(self.who(f, side), {})
                    one[name] = one.get(name, ZERO) + left
                    one["saldo"] = one.get("saldo", ZERO) + left
        return out

    def who(self, f: Documento, side: str) -> str:
        c = self.libro.cfdis[f.uuid]
        rfc = c.rfc_receptor if side == "emitido" else c.rfc_emisor
        name = (c.nombre_receptor if side == "emitido" else c.nombre_emisor) or ""
        return f"{side}:{rfc}" + (f":{one_spelling(name)}" if rfc == "XEXX010101000" else "")

    def by_counterpart(self, months: list[Month]) -> dict[str, dict[str, F]]:
        out: dict[str, dict[str, F]] = {}
        for d in self.books:
            f, money = d.flujo, rate(d.flujo)
            if not f.vigente or f.tipo not in (Tipo.INGRESO, Tipo.EGRESO) or money is None:
                continue
            if (f.fecha.year, f.fecha.month) not in months:
                continue
            sign, c = (-1 if f.tipo == Tipo.EGRESO else 1), f.cubetas
            amounts = {
                "subtotal": sign * redondo(net_of(d) * money),
                "iva": sign * sum((redondo(F(x) * money) for x in (c.iva_16, c.iva_8, c.iva_otra_tasa)), ZERO),
                "retenciones": sign * sum((redondo(F(x) * money) for x in (c.ret_isr, c.ret_iva, c.ret_ieps)), ZERO),
                "total": sign * redondo(F(f.total) * money),
                "cobradoPagado": self.settled(f),
                "saldo": self.owed(self.ties, f) if f.tipo == Tipo.INGRESO else ZERO,
                "cfdi": F(1),
            }
            for side in sides(f):
                one = out.setdefault(self.who(f, side), dict.fromkeys(amounts, ZERO))
                for name, x in amounts.items():
                    one[name] += x
        return out


def net_of(d: DocumentoIsr) -> F:
    return F(d.subtotal) - F(d.descuento)


def pay_cost(d: DocumentoIsr) -> F:
    n = d.nomina
    assert n is not None
    return redondo(F(n.total_percepciones) + F(n.total_otros_pagos) - F(n.subsidio))


def sides(f: Documento) -> list[str]:
    return ["emitido"] * f.emitido + ["recibido"] * f.recibido


def lines(f: Documento, kind: str, month: Month, net: F, whole: F) -> list[Line]:
    return [Line(f.uuid, side, kind, month, net, whole) for side in sides(f)]


def as_of(documents: list[Documento], day: date) -> list[Documento]:
    """What was there at the end of a day."""
    out = []
    for f in documents:
        if f.tipo == Tipo.PAGO:
            out.append(replace(f, pagos=tuple(p for p in f.pagos if p.fecha_pago.date() <= day)))
        elif f.fecha.date() <= day:
            out.append(f)
    return out
