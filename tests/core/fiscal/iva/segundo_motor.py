"""The month's IVA a second time, written apart: fractions instead of decimals, loops instead of indexes, no haste.

It reads FISCAL.md 2.5 and 3 sentence by sentence, and shares with the product only the shapes of its documents.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from horux_core.fiscal.cfdi.model import DestinoIva, Tipo
from horux_core.fiscal.iva.model import Documento, ModoNotas, OpcionesIva
from tests.core.fiscal.iva.segundo_cambio import Payment, paid, rate, settles, share_rate

F = Fraction
CERO, UNO = F(0), F(1)

NOMBRES = (
    *("base_16", "iva_16", "base_8", "iva_8", "base_0", "base_exento", "base_otra_tasa", "iva_otra_tasa"),
    *("base_no_objeto", "base_sin_desglose", "ieps", "ret_isr", "ret_iva", "ret_ieps"),
)
GRAVADAS = ("base_16", "base_8", "base_0", "base_exento", "base_otra_tasa")


def redondo(x: F, partes: int = 100) -> F:
    entero = (abs(x) * partes + F(1, 2)).__floor__()
    return F(entero if x >= 0 else -entero, partes)


@dataclass
class Hecho:
    uuid: str
    indice: tuple[int, int]
    lado: str
    mes: tuple[int, int]
    dia: date
    importes: dict[str, F]
    destino: str | None = None
    motivo: str | None = None
    perdido: F = CERO
    retenido: F = CERO
    enteros: dict[str, F] = field(default_factory=dict)

    def iva(self) -> F:
        return self.importes["iva_16"] + self.importes["iva_8"]


class SegundoMotor:
    def __init__(self, documentos: list[Documento], opciones: OpcionesIva) -> None:
        self.documentos = documentos
        self.opciones = opciones

    # --- what relates to what

    def invoice(self, uuid: str, otro: Documento) -> Documento | None:
        for d in self.documentos:
            juntos = (d.emitido and otro.emitido) or (d.recibido and otro.recibido)
            if d.uuid == uuid and d.tipo == Tipo.INGRESO and juntos:
                return d
        return None

    def payments(self, inv: Documento) -> list[Payment]:
        found = []
        for d in self.documentos:
            if d.tipo == Tipo.PAGO and d.vigente and self.invoice(inv.uuid, d) is inv:
                for i, p in enumerate(d.pagos):
                    for j, r in enumerate(p.doctos):
                        if r.id_documento == inv.uuid:
                            found.append(Payment(d, i, j, p, r, paid(p, j), settles(inv, p, j) or F(0)))
        return sorted(found, key=lambda x: x.order)

    def by_payments(self, inv: Documento) -> bool:
        return inv.metodo_pago == "PPD" or self.payments(inv) != []

    def related(self, note: Documento) -> list[Documento]:
        out: list[Documento] = []
        for r in note.relaciones:
            inv = self.invoice(r.uuid, note)
            if r.tipo in ("01", "03", "07") and inv is not None and inv not in out:
                out.append(inv)
        return out

    # --- credit notes against balances: everything anew from the first note on, each time

    def applied(self) -> tuple[dict[str, list[tuple[date, F]]], dict[str, tuple[bool, F | None]]]:
        lowered: dict[str, list[tuple[date, F]]] = {}
        left: dict[str, tuple[bool, F | None]] = {}
        notes = [d for d in self.documentos if d.tipo == Tipo.EGRESO and d.vigente]
        for n in sorted(notes, key=lambda d: (d.fecha, d.uuid)):
            rest: F | None = F(n.total)
            touched = False
            for inv in self.related(n):
                if rest is None or rest <= 0 or not inv.vigente or not self.by_payments(inv):
                    continue
                owed = F(inv.total)
                for x in self.payments(inv):
                    if x.pago.fecha_pago.date() <= n.fecha.date():
                        owed -= x.settles
                owed -= sum((given for _, given in lowered.get(inv.uuid, [])), F(0))
                if owed <= 0:
                    continue
                if n.moneda == inv.moneda:
                    given_note = given_inv = min(rest, owed)
                else:
                    rn, ri = rate(n), rate(inv)
                    if rn is None or ri is None:
                        rest = None
                        continue
                    if rest * rn <= owed * ri:
                        given_note, given_inv = rest, min(owed, redondo(rest * rn / ri))
                    else:
                        given_note, given_inv = owed * ri / rn, owed
                lowered.setdefault(inv.uuid, []).append((n.fecha.date(), given_inv))
                rest -= given_note
                touched = True
            left[n.uuid] = (touched, rest)
        return lowered, left

    # --- events

    def hechos(self) -> list[Hecho]:
        out: list[Hecho] = []
        for d in self.documentos:
            if not d.vigente:
                continue
            if d.tipo == Tipo.INGRESO and not self.by_payments(d):
                to_pesos = rate(d)
                if to_pesos is not None:
                    mes = (d.fecha.year, d.fecha.month)
                    if d.periodo_global:
                        mes = (d.periodo_global.anio, d.periodo_global.mes)
                    amounts = {n: redondo(F(getattr(d.cubetas, n)) * to_pesos) for n in NOMBRES}
                    why = self.judge(d, d.forma_pago, F(d.total) * to_pesos, d.uso_cfdi, d.efos_definitivo)
                    out += self.sides(d, (0, 0), mes, d.fecha.date(), amounts, d, why)
            elif d.tipo == Tipo.PAGO:
                for i, p in enumerate(d.pagos):
                    for j in range(len(p.doctos)):
                        out += self.share(d, i, j)
            elif d.tipo == Tipo.EGRESO:
                out += self.note(d)
        return out

    def judge(self, judged: Documento, form: str | None, mxn: F, use: str | None, efos: bool) -> str | None:
        if efos:
            return "efos"
        if form == "01" and judged.combustible:
            return "combustible_efectivo"
        if form == "01" and redondo(mxn) > F(self.opciones.efectivo_tope):
            return "efectivo"
        if judged.destino == DestinoIva.EXENTO:
            return "exento"
        if judged.acreditable_pct is not None:
            return "pct" if judged.acreditable_pct == 0 else None
        return "uso_cfdi" if use in self.opciones.usos_no_acreditables else None

    def sides(
        self,
        d: Documento,
        index: tuple[int, int],
        mes: tuple[int, int],
        day: date,
        amounts: dict[str, F],
        judged: Documento,
        why: str | None,
    ) -> list[Hecho]:
        out = []
        if d.emitido:
            out.append(Hecho(d.uuid, index, "emitido", mes, day, amounts))
        if d.recibido:
            h = Hecho(d.uuid, index, "recibido", mes, day, dict(amounts), judged.destino, why)
            h.enteros = amounts
            if why is not None:
                h.perdido = h.iva()
            elif judged.acreditable_pct is not None:
                whole, held = h.iva(), h.importes["ret_iva"]
                pct = F(judged.acreditable_pct) / 100
                h.importes = {n: redondo(x * pct) for n, x in amounts.items()}
                h.perdido, h.retenido = whole - h.iva(), held - h.importes["ret_iva"]
            out.append(h)
        return out

    def share(self, d: Documento, i: int, j: int) -> list[Hecho]:
        p, r = d.pagos[i], d.pagos[i].doctos[j]
        to_pesos = share_rate(p, r)
        if to_pesos is None:
            return []
        inv = self.invoice(r.id_documento, d)
        amounts = {n: F(0) for n in NOMBRES}
        if r.con_impuestos:
            amounts = {n: F(getattr(r.cubetas, n)) for n in NOMBRES}
        taxed = inv is not None and any(getattr(inv.cubetas, n) for n in GRAVADAS)
        denied = inv is not None and not r.con_impuestos and r.objeto_imp in ("01", "03", "04", "06", "07", "08")
        untaxed = denied and not (d.emitido and taxed)
        if untaxed:
            amounts["base_sin_desglose" if r.objeto_imp == "03" else "base_no_objeto"] = paid(p, j)
        mxn = {n: redondo(x * to_pesos) for n, x in amounts.items()}
        if inv is not None and not untaxed:
            for n, x in self.in_proportion(inv, d, i, j).items():
                if not r.con_impuestos or (n in ("base_no_objeto", "base_sin_desglose") and getattr(inv.cubetas, n)):
                    mxn[n] = x
        judged = inv or d
        use = inv.uso_cfdi if inv else None
        efos = d.efos_definitivo or judged.efos_definitivo
        why = self.judge(judged, p.forma_pago, paid(p, j) * to_pesos, use, efos)
        if inv is not None and not inv.vigente:
            why = "factura_cancelada"
        day = p.fecha_pago.date()
        return self.sides(d, (i, j), (day.year, day.month), day, mxn, judged, why)

    def in_proportion(self, inv: Documento, d: Documento, i: int, j: int) -> dict[str, F]:
        """The invoice's buckets in the proportion that a share settles of it, in pesos; none that nobody can tell."""
        p, r = d.pagos[i], d.pagos[i].doctos[j]
        same = r.moneda == inv.moneda
        to_pesos = share_rate(p, r) if same else rate(inv)
        own = settles(inv, p, j)
        if own is None or to_pesos is None:
            return {}
        total = F(inv.total)
        trusted = same and r.saldo_anterior is not None
        before = total - F(r.saldo_anterior or 0) if trusted else self.paid_before(inv, d, i, j)
        a, b = min(max(before, F(0)), total), min(max(before + own, F(0)), total)
        out = {}
        for n in NOMBRES:
            x = F(getattr(inv.cubetas, n))
            out[n] = redondo((redondo(x * b / total) - redondo(x * a / total)) * to_pesos) if total > 0 else F(0)
        return out

    def paid_before(self, inv: Documento, d: Documento, i: int, j: int) -> F:
        total = F(0)
        for x in self.payments(inv):
            if (x.doc.uuid, x.i, x.j) == (d.uuid, i, j):
                lowered, _ = self.applied()
                earlier = (y for day, y in lowered.get(inv.uuid, []) if day < x.pago.fecha_pago.date())
                return total + sum(earlier, F(0))
            total += x.settles
        raise AssertionError("the payment is not among those of its invoice")

    def given_back(self, n: Documento) -> tuple[tuple[int, int], F] | None:
        """The month of what a note gives back in money and the part of the note that it is; None when it is nothing."""
        invoices = self.related(n)
        alive = [x for x in invoices if x.vigente]
        mes, part = (n.fecha.year, n.fecha.month), F(1)
        if rate(n) is None:
            return None
        if self.opciones.notas == ModoNotas.FLUJO:
            if not alive and (invoices or n.metodo_pago == "PPD"):
                return None
            if alive:
                touched, rest = self.applied()[1][n.uuid]
                if rest is None or rest <= 0:
                    return None
                part = rest / F(n.total) if touched else F(1)
                held = [x for x in alive if x.cubetas.ret_iva > 0]
                if held:
                    mes = self.original(held[0], n.fecha.date()) or mes
        return mes, part

    def note(self, n: Documento) -> list[Hecho]:
        found, to_pesos, day = self.given_back(n), rate(n), n.fecha.date()
        if found is None or to_pesos is None:
            return []
        mes, part = found
        alive = [x for x in self.related(n) if x.vigente]
        amounts = {b: redondo(-F(getattr(n.cubetas, b)) * part * to_pesos) for b in NOMBRES}
        if not alive:
            why = self.judge(n, None, F(0), n.uso_cfdi, n.efos_definitivo)
            return self.sides(n, (0, 0), mes, day, amounts, n, why)
        first = alive[0]
        efos = n.efos_definitivo or first.efos_definitivo
        form, mxn = None, F(0)
        if not self.by_payments(first):
            form, mxn = first.forma_pago, F(first.total) * (rate(first) or F(1))
        else:
            until = [x for x in self.payments(first) if x.pago.fecha_pago.date() <= day]
            shares = [(x.pago.forma_pago, x.paid * (share_rate(x.pago, x.docto) or F(1))) for x in until]
            if shares and all(
                f == "01" and (first.combustible or redondo(x) > F(self.opciones.efectivo_tope)) for f, x in shares
            ):
                form, mxn = shares[0]
        why = self.judge(first, form, mxn, first.uso_cfdi, efos)
        return self.sides(n, (0, 0), mes, day, amounts, first, why)

    def original(self, inv: Documento, day: date) -> tuple[int, int] | None:
        if not self.by_payments(inv):
            if inv.periodo_global:
                return (inv.periodo_global.anio, inv.periodo_global.mes)
            return (inv.fecha.year, inv.fecha.month)
        days = [x.pago.fecha_pago for x in self.payments(inv) if x.pago.fecha_pago.date() <= day]
        return (days[-1].year, days[-1].month) if days else None

    def owed(self, inv: Documento) -> F:
        lowered, _ = self.applied()
        settled = sum((x.settles for x in self.payments(inv)), F(0))
        left = F(inv.total) - settled - sum((x for _, x in lowered.get(inv.uuid, [])), F(0))
        return redondo(left, 1 if inv.moneda == "JPY" else 100)
