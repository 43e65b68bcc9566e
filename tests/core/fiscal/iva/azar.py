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
_CLASES = ("16", "8", "0", "exento", "no_objeto", "sin_desglose", "otra_tasa", "ieps")
_PESOS_DE_CLASE = (40, 12, 12, 12, 12, 4, 2, 4)
_MONEDAS = ("USD", "USD", "USD", "EUR", "JPY")


class Azar:
    """A book of `n` invoices with their payments and credit notes."""

    def __init__(self, semilla: int, n: int = 12) -> None:
        self.r = Random(semilla)
        self.facturas = [self._factura(k) for k in range(n)]
        self.pagos = [self._complemento(k) for k in range(n)]
        self.notas = [self._nota(k) for k in range(n // 2)]
        self.mudos = [documento("T", self._fecha(), None, tipo=Tipo.TRASLADO, total=D(0))]

    @property
    def documentos(self) -> list[Documento]:
        return [*self.facturas, *self.pagos, *self.notas, *self.mudos]

    def _fecha(self) -> str:
        return f"{self.r.choice(PERIODOS)}-{self.r.randint(1, 28):02d}T{self.r.choice(('09', '12', '18'))}:00:00"

    def _importe(self, hasta: int = 900000) -> Decimal:
        return D(self.r.randint(1, hasta)) / 100

    def _cubetas(self, retiene: bool) -> Cubetas:
        r, c = self.r, Cubetas()
        for clase in r.choices(_CLASES, _PESOS_DE_CLASE, k=r.choice((1, 1, 1, 2, 3))):
            base = self._importe() if r.random() < 0.9 else D(r.randint(1, 10**8)) / 10**6
            if clase == "16":
                c = replace(c, base_16=c.base_16 + base, iva_16=c.iva_16 + centavos(base * D("0.16")))
                if retiene:
                    c = replace(c, ret_iva=c.ret_iva + centavos(base * D("0.106667")), ret_isr=centavos(base / 10))
            elif clase in ("8", "otra_tasa"):
                de_iva = {f"iva_{clase}": getattr(c, f"iva_{clase}") + centavos(base * D("0.08"))}
                c = replace(c, **{f"base_{clase}": getattr(c, f"base_{clase}") + base}, **de_iva)
            elif clase == "ieps":
                c = replace(c, base_16=c.base_16 + base, iva_16=c.iva_16 + centavos(base * D("0.16")), ieps=base)
                c = replace(c, ret_ieps=centavos(base / 100) if retiene else c.ret_ieps)
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
            moneda=r.choice(_MONEDAS) if usd else "MXN",
            tipo_cambio=(None if r.random() < 0.1 else D(r.randint(160000, 210000)) / 10**4) if usd else D(1),
            metodo_pago=r.choice(("PUE", "PPD")),
            forma_pago=r.choice(("01", "03", "99")),
            vigente=r.random() < 0.93,
            uso_cfdi=r.choice(("G03", "G03", "G01", "S01", "D04")),
            combustible=r.random() < 0.1,
            efos_definitivo=r.random() < 0.05,
            periodo_global=Periodo.parse(r.choice(PERIODOS)) if r.random() < 0.05 else None,
        )
        total = D(0) if r.random() < 0.02 else centavos(hecha.total)
        return replace(hecha, total=total, **self._juicio())

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
        moneda = r.choice(_MONEDAS) if r.random() < 0.25 else "MXN"
        elegidas = r.choices(candidatas or self.facturas, k=r.choice((0, 1, 1, 1, 1, 2, 3)))
        partes = [self._docto(f, moneda) for f in elegidas]
        dudoso = r.choice((None, D(1), D("17.5"), D("18.123456"))) if r.random() < 0.3 else D("19.25")
        escrito = sum((p.pagado for p in partes), D(0))
        return un_pago(
            self._fecha(),
            *partes,
            forma_pago=r.choice(("01", "03")),
            moneda=moneda,
            tipo_cambio=D(1) if moneda == "MXN" else dudoso,
            monto=escrito + r.choice((D(0), D("0.01"))) if r.random() < 0.3 else D(10**9),
        )

    def _docto(self, factura: Documento, en: str) -> DoctoPagado:
        """A share of an invoice; one in a hundred says what it cannot: another currency, a rate that is none."""
        r = self.r
        parte = r.choice((D(1), D("0.5"), D("0.3"), D(r.randint(1, 1200)) / 1000))
        pagado = centavos(factura.total * parte)
        con_impuestos = r.random() < 0.5
        propias = Cubetas()
        if con_impuestos:
            c = factura.cubetas
            nombres = ("base_16", "iva_16", "base_8", "iva_8", "base_0", "base_exento", "ieps", "ret_isr", "ret_iva")
            propias = Cubetas(**{n: (getattr(c, n) * parte).quantize(D("0.000001")) for n in nombres})
        moneda = factura.moneda if r.random() < 0.95 else r.choice(("MXN", *_MONEDAS))
        equivalencia = D(1) if moneda == en else D("0.0540540541") if en == "MXN" else D("18.5")
        nombre = f"I{self.facturas.index(factura)}"
        return docto(
            nombre if r.random() < 0.95 else r.choice(("fantasma", "123-45-678901234")),
            str(pagado),
            propias if con_impuestos else None,
            moneda=moneda,
            equivalencia=equivalencia if r.random() < 0.95 else r.choice((D(1), D(0))),
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
        cubetas = self._cubetas(False)
        return documento(
            f"E{k}",
            self._fecha(),
            cubetas if r.random() < 0.97 else Cubetas(),
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
