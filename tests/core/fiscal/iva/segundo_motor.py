"""The month's IVA a second time, written apart: fractions instead of decimals, loops instead of indexes, no haste.

It reads FISCAL.md 2.5 and 3 sentence by sentence, and shares with the product only the shapes of its documents.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from horux_core.fiscal.cfdi.model import DestinoIva, DoctoPagado, Pago, Tipo
from horux_core.fiscal.iva.model import Documento, ModoNotas, OpcionesIva

F = Fraction
CERO, UNO = F(0), F(1)

NOMBRES = (
    *("base_16", "iva_16", "base_8", "iva_8", "base_0", "base_exento", "base_otra_tasa", "iva_otra_tasa"),
    *("base_no_objeto", "base_sin_desglose", "ieps", "ret_isr", "ret_iva", "ret_ieps"),
)
GRAVADAS = ("base_16", "base_8", "base_0", "base_exento", "base_otra_tasa")


def redondo(x: F) -> F:
    entero = (abs(x) * 100 + F(1, 2)).__floor__()
    return F(entero if x >= 0 else -entero, 100)


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

    def payments(self, inv: Documento) -> list[tuple[Documento, int, int, Pago, DoctoPagado]]:
        found = []
        for d in self.documentos:
            if d.tipo == Tipo.PAGO and d.vigente and self.invoice(inv.uuid, d) is inv:
                for i, p in enumerate(d.pagos):
                    for j, r in enumerate(p.doctos):
                        if r.id_documento == inv.uuid:
                            found.append((d, i, j, p, r))
        return sorted(found, key=lambda x: (x[3].fecha_pago, x[4].parcialidad or 0, x[0].uuid, x[1], x[2]))

    def by_payments(self, inv: Documento) -> bool:
        return inv.metodo_pago == "PPD" or self.payments(inv) != []

    def related(self, note: Documento) -> list[Documento]:
        out: list[Documento] = []
        for r in note.relaciones:
            inv = self.invoice(r.uuid, note)
            if r.tipo in ("01", "03", "07") and inv is not None and inv not in out:
                out.append(inv)
        return out

    # --- rates

    def rate(self, d: Documento) -> F | None:
        return F(1) if d.moneda == "MXN" else None if d.tipo_cambio is None else F(d.tipo_cambio)

    def share_rate(self, p: Pago, r: DoctoPagado) -> F | None:
        if r.moneda == "MXN":
            return F(1)
        tc = F(1) if p.moneda == "MXN" else None if p.tipo_cambio in (None, 1) else F(p.tipo_cambio or 0)
        if tc is None:
            return None
        return tc if r.moneda == p.moneda else tc / F(r.equivalencia)

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
                for _, _, _, p, r in self.payments(inv):
                    if p.fecha_pago.date() <= n.fecha.date():
                        owed -= F(r.pagado)
                owed -= sum((x for _, x in lowered.get(inv.uuid, [])), F(0))
                if owed <= 0:
                    continue
                if n.moneda == inv.moneda:
                    given_note = given_inv = min(rest, owed)
                else:
                    rn, ri = self.rate(n), self.rate(inv)
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
                rate = self.rate(d)
                if rate is not None:
                    mes = (d.fecha.year, d.fecha.month)
                    if d.periodo_global:
                        mes = (d.periodo_global.anio, d.periodo_global.mes)
                    amounts = {n: redondo(F(getattr(d.cubetas, n)) * rate) for n in NOMBRES}
                    why = self.judge(d, d.forma_pago, F(d.total) * rate, d.uso_cfdi, d.efos_definitivo)
                    out += self.sides(d, (0, 0), mes, d.fecha.date(), amounts, d, why)
            elif d.tipo == Tipo.PAGO:
                for i, p in enumerate(d.pagos):
                    for j, r in enumerate(p.doctos):
                        out += self.share(d, i, j, p, r)
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
            if why is not None:
                h.perdido = h.iva()
            elif judged.acreditable_pct is not None:
                whole, held = h.iva(), h.importes["ret_iva"]
                pct = F(judged.acreditable_pct) / 100
                h.importes = {n: redondo(x * pct) for n, x in amounts.items()}
                h.perdido, h.retenido = whole - h.iva(), held - h.importes["ret_iva"]
            out.append(h)
        return out

    def share(self, d: Documento, i: int, j: int, p: Pago, r: DoctoPagado) -> list[Hecho]:
        rate = self.share_rate(p, r)
        if rate is None:
            return []
        inv = self.invoice(r.id_documento, d)
        amounts = {n: F(0) for n in NOMBRES}
        if r.con_impuestos:
            amounts = {n: F(getattr(r.cubetas, n)) for n in NOMBRES}
        taxed = inv is not None and any(getattr(inv.cubetas, n) for n in GRAVADAS)
        denied = inv is not None and not r.con_impuestos and r.objeto_imp in ("01", "03", "04", "06", "07", "08")
        untaxed = denied and not (d.emitido and taxed)
        if untaxed:
            amounts["base_sin_desglose" if r.objeto_imp == "03" else "base_no_objeto"] = F(r.pagado)
        if inv is not None and inv.total > 0 and not untaxed:
            total = F(inv.total)
            before = total - F(r.saldo_anterior) if r.saldo_anterior is not None else self.paid_before(inv, d, i, j)
            a, b = min(max(before, F(0)), total), min(max(before + F(r.pagado), F(0)), total)
            for n in NOMBRES:
                if not r.con_impuestos or (n in ("base_no_objeto", "base_sin_desglose") and getattr(inv.cubetas, n)):
                    x = F(getattr(inv.cubetas, n))
                    amounts[n] = redondo(x * b / total) - redondo(x * a / total)
        judged = inv or d
        use = inv.uso_cfdi if inv else None
        efos = d.efos_definitivo or judged.efos_definitivo
        why = self.judge(judged, p.forma_pago, F(r.pagado) * rate, use, efos)
        if inv is not None and not inv.vigente:
            why = "factura_cancelada"
        day = p.fecha_pago.date()
        mxn = {n: redondo(x * rate) for n, x in amounts.items()}
        return self.sides(d, (i, j), (day.year, day.month), day, mxn, judged, why)

    def paid_before(self, inv: Documento, d: Documento, i: int, j: int) -> F:
        total = F(0)
        for dd, ii, jj, p, r in self.payments(inv):
            if (dd.uuid, ii, jj) == (d.uuid, i, j):
                lowered, _ = self.applied()
                return total + sum((x for day, x in lowered.get(inv.uuid, []) if day < p.fecha_pago.date()), F(0))
            total += F(r.pagado)
        raise AssertionError("the payment is not among those of its invoice")

    def note(self, n: Documento) -> list[Hecho]:
        rate = self.rate(n)
        if rate is None:
            return []
        invoices = self.related(n)
        alive = [x for x in invoices if x.vigente]
        mes, part, day = (n.fecha.year, n.fecha.month), F(1), n.fecha.date()
        if self.opciones.notas == ModoNotas.FLUJO:
            if not alive and (invoices or n.metodo_pago == "PPD"):
                return []
            if alive:
                touched, rest = self.applied()[1][n.uuid]
                if rest is None or rest <= 0:
                    return []
                part = rest / F(n.total) if touched else F(1)
                held = [x for x in alive if x.cubetas.ret_iva > 0]
                if held:
                    mes = self.original(held[0], day) or mes
        amounts = {b: redondo(-F(getattr(n.cubetas, b)) * part * rate) for b in NOMBRES}
        if not alive:
            why = self.judge(n, None, F(0), n.uso_cfdi, n.efos_definitivo)
            return self.sides(n, (0, 0), mes, day, amounts, n, why)
        first = alive[0]
        efos = n.efos_definitivo or first.efos_definitivo
        form, mxn = None, F(0)
        if not self.by_payments(first):
            form, mxn = first.forma_pago, F(first.total) * (self.rate(first) or F(1))
        else:
            until = [x for x in self.payments(first) if x[3].fecha_pago.date() <= day]
            shares = [(p.forma_pago, F(r.pagado) * (self.share_rate(p, r) or F(1))) for _, _, _, p, r in until]
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
        days = [p.fecha_pago for _, _, _, p, _ in self.payments(inv) if p.fecha_pago.date() <= day]
        return (days[-1].year, days[-1].month) if days else None

    def owed(self, inv: Documento) -> F:
        lowered, _ = self.applied()
        paid = sum((F(r.pagado) for _, _, _, _, r in self.payments(inv)), F(0))
        return F(inv.total) - paid - sum((x for _, x in lowered.get(inv.uuid, [])), F(0))
