"""Generated books: every kind of document that moves IVA, related to one another, from a seed."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva, DoctoPagado, Pago, Relacion, Tipo
from horux_core.fiscal.iva.model import Documento
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import complemento, docto, documento, un_pago, uuid

D = Decimal
PERIODOS = ("2026-01", "2026-02", "2026-03", "2026-04")


class Azar:
    """A book of `n` invoices with their payments and credit notes."""

    def __init__(self, semilla: int, n: int = 12) -> None:
        self.r = Random(semilla)
        self.facturas = [self._factura(k) for k in range(n)]
        self.pagos = [self._complemento(k) for k in range(n)]
        self.notas = [self._nota(k) for k in range(n // 2)]

    @property
    def documentos(self) -> list[Documento]:
        return [*self.facturas, *self.pagos, *self.notas]

    def _fecha(self) -> str:
        return f"{self.r.choice(PERIODOS)}-{self.r.randint(1, 28):02d}T{self.r.choice(('09', '12', '18'))}:00:00"

    def _importe(self, hasta: int = 900000) -> Decimal:
        return D(self.r.randint(1, hasta)) / 100

    def _cubetas(self, retiene: bool) -> Cubetas:
        r, c = self.r, Cubetas()
        for clase in r.choices(("16", "16", "16", "8", "0", "exento", "no_objeto"), k=r.choice((1, 1, 1, 2, 3))):
            base = self._importe() if r.random() < 0.9 else D(r.randint(1, 10**8)) / 10**6
            if clase == "16":
                c = replace(c, base_16=c.base_16 + base, iva_16=c.iva_16 + centavos(base * D("0.16")))
                if retiene:
                    c = replace(c, ret_iva=c.ret_iva + centavos(base * D("0.106667")), ret_isr=centavos(base / 10))
            elif clase == "8":
                c = replace(c, base_8=c.base_8 + base, iva_8=c.iva_8 + centavos(base * D("0.08")))
            else:
                c = replace(c, **{f"base_{clase}": getattr(c, f"base_{clase}") + base})
        return c

    def _factura(self, k: int) -> Documento:
        r = self.r
        lado = r.choices(("emitido", "recibido", "ambas"), (10, 12, 1))[0]
        usd = r.random() < 0.2
        hecha = documento(
            f"I{k}",
            self._fecha(),
            self._cubetas(r.random() < 0.25),
            lado,
            moneda="USD" if usd else "MXN",
            tipo_cambio=(None if r.random() < 0.1 else D(r.randint(160000, 210000)) / 10**4) if usd else D(1),
            metodo_pago=r.choice(("PUE", "PPD")),
            forma_pago=r.choice(("01", "03", "99")),
            vigente=r.random() < 0.93,
            uso_cfdi=r.choice(("G03", "G03", "G01", "S01", "D04")),
            combustible=r.random() < 0.1,
            efos_definitivo=r.random() < 0.05,
            periodo_global=Periodo.parse(r.choice(PERIODOS)) if r.random() < 0.05 else None,
        )
        return replace(hecha, total=centavos(hecha.total), **self._juicio())

    def _juicio(self) -> dict[str, Any]:
        r = self.r
        return {
            "destino": r.choice((None, None, None, DestinoIva.GRAVADO, DestinoIva.MIXTO, DestinoIva.EXENTO)),
            "acreditable_pct": r.choice((None, None, None, D(0), D("8.5"), D(50), D(100))),
        }

    def _complemento(self, k: int) -> Documento:
        r = self.r
        lado = r.choices(("emitido", "recibido", "ambas"), (10, 10, 1))[0]
        pagos = [self._pago(lado) for _ in range(r.choice((1, 1, 2)))]
        return complemento(
            f"P{k}",
            *pagos,
            lado=lado,
            vigente=r.random() < 0.92,
            efos_definitivo=r.random() < 0.03,
            **self._juicio(),
        )

    def _pago(self, lado: str) -> Pago:
        r = self.r
        candidatas = [f for f in self.facturas if lado == "ambas" or f.emitido == (lado == "emitido")]
        usd = r.random() < 0.25
        partes = [self._docto(r.choice(candidatas or self.facturas), usd) for _ in range(r.choice((1, 1, 2, 3)))]
        tipo_cambio = (
            (r.choice((None, D(1), D("17.5"), D("18.123456"))) if r.random() < 0.3 else D("19.25")) if usd else D(1)
        )
        return un_pago(
            self._fecha(),
            *partes,
            forma_pago=r.choice(("01", "03")),
            moneda="USD" if usd else "MXN",
            tipo_cambio=tipo_cambio,
            monto=D(10**9),
        )

    def _docto(self, factura: Documento, en_usd: bool) -> DoctoPagado:
        r = self.r
        parte = r.choice((D(1), D("0.5"), D("0.3"), D(r.randint(1, 1200)) / 1000))
        pagado = centavos(factura.total * parte)
        con_impuestos = r.random() < 0.5
        propias = Cubetas()
        if con_impuestos:
            c = factura.cubetas
            nombres = ("base_16", "iva_16", "base_8", "iva_8", "base_0", "base_exento", "ret_isr", "ret_iva")
            propias = Cubetas(**{n: (getattr(c, n) * parte).quantize(D("0.000001")) for n in nombres})
        misma = (factura.moneda == "USD") == en_usd
        equivalencia = D(1) if misma else D("0.0540540541") if factura.moneda == "USD" else D("18.5")
        return docto(
            f"I{self.facturas.index(factura)}" if r.random() < 0.95 else "fantasma",
            str(pagado),
            propias if con_impuestos else None,
            moneda=factura.moneda,
            equivalencia=equivalencia,
            parcialidad=r.choice((None, 1, 2, 3)),
            saldo_anterior=centavos(factura.total * r.choice((D(1), D("0.5"), D("0.8")))) if r.random() < 0.5 else None,
            objeto_imp=r.choice(("01", "02", "02", "02", "03", "06", None)),
        )

    def _nota(self, k: int) -> Documento:
        r = self.r
        modelo = r.choice(self.facturas)
        usd = r.random() < 0.2
        nombres = [f"I{r.randrange(len(self.facturas))}" for _ in range(r.choice((0, 1, 1, 1, 2, 3)))]
        if nombres and r.random() < 0.15:
            nombres.append("fantasma")
        relaciones = tuple(Relacion(r.choice(("01", "01", "03", "07", "04")), uuid(n)) for n in nombres)
        return documento(
            f"E{k}",
            self._fecha(),
            self._cubetas(False),
            "emitido" if modelo.emitido else "recibido",
            tipo=Tipo.EGRESO,
            relaciones=relaciones,
            moneda="USD" if usd else "MXN",
            tipo_cambio=(None if r.random() < 0.1 else D("18.4321")) if usd else D(1),
            metodo_pago=r.choice(("PUE", "PUE", "PPD")),
            vigente=r.random() < 0.93,
            uso_cfdi=r.choice(("G02", "S01")),
            **self._juicio(),
        )
