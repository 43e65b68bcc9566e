"""Generated books for ISR: those of IVA with discounts, régimenes, payroll and certificates; and options."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import DescuentoEnFactura, DocumentoIsr, OpcionesIsr
from horux_core.fiscal.iva.model import Documento, ModoNotas, OpcionesIva
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.libros import bases, como_isr, constancia, nomina
from tests.core.fiscal.iva.azar import Azar
from tests.core.fiscal.iva.libros import uuid

D = Decimal

_COEFICIENTES = ((2025, D("0.1871")), (2024, D("0.1523")))
OPCIONES = (
    OpcionesIsr(moral=True, regimenes=("601",), coeficientes=_COEFICIENTES, perdidas=D("500.00"), ptu=D("333.33")),
    OpcionesIsr(moral=True, regimenes=("626",), ptu=D("100.00"), ptu_mes=2, prestaciones_disminuyeron=True),
    OpcionesIsr(moral=False, regimenes=("605", "612", "606"), perdidas=D("1000.00"), predial=((2, D("150.00")),)),
    OpcionesIsr(
        moral=False,
        regimenes=("612", "606"),
        regimen_gastos="606",
        arrendamiento_opcional=False,
        otras_deducciones=(("606", 2, D("10.00")), ("612", 3, D("20.00"))),
    ),
    OpcionesIsr(moral=False, regimenes=("606", "605"), arrendamiento_trimestral=True),
    OpcionesIsr(moral=False, regimenes=("626", "605")),
    OpcionesIsr(
        moral=True,
        regimenes=("601",),
        descuento_en_factura=DescuentoEnFactura.NO_RESTA,
        coeficientes=((2025, D("0.0000")), (2022, D("0.2500"))),
        coeficiente_nuevo_desde=2,
        inicio=Periodo(2025, 3),
    ),
    OpcionesIsr(moral=False, regimenes=("612",), otras_deducciones=(("612", 3, D("777.77")),), ptu=D("50.00")),
    OpcionesIsr(moral=False, regimenes=("605",)),
    OpcionesIsr(moral=False, regimenes=("626", "612", "606", "605"), regimen_ingresos="612", regimen_gastos="606"),
    OpcionesIsr(moral=True, regimenes=("601",), coeficientes=_COEFICIENTES, inicio=Periodo(2026, 2)),
)
DE_IVA = (OpcionesIva(), OpcionesIva(notas=ModoNotas.EMISION), OpcionesIva(efectivo_tope=D("500.00")))


class AzarIsr:
    """A book and the options to read it under, from a seed."""

    def __init__(self, semilla: int, n: int = 10) -> None:
        self.r = Random(semilla + 10**7)
        self.opciones = OPCIONES[semilla % len(OPCIONES)]
        self.de_iva = DE_IVA[semilla % 3]
        flujos = Azar(semilla, n).documentos
        self.documentos = [*map(self._vestido, flujos), *self._nominas(), *self._constancias()]

    def _vestido(self, flujo: Documento) -> DocumentoIsr:
        r = self.r
        if flujo.tipo is not Tipo.PAGO and r.random() < 0.15:
            flujo = replace(flujo, uso_cfdi=r.choice(("I01", "I04", "I08")))
        neto = centavos(bases(flujo.cubetas))
        descuento = centavos(neto * D(r.randint(0, 40)) / 100) if r.random() < 0.3 else D(0)
        return como_isr(
            flujo,
            subtotal=neto + descuento,
            descuento=descuento,
            regimen_emisor=r.choice(("601", "612", "606", "626", None)),
            regimen_receptor=r.choice(("601", "612", "606", "626", "605", None)),
        )

    def _nominas(self) -> list[DocumentoIsr]:
        r = self.r
        hechas = []
        for k in range(4):
            gravado, exento, isr = (str(D(r.randint(0, 10**6)) / 100) for _ in range(3))
            dia = f"2026-{r.randint(1, 5):02d}-{r.randint(1, 28):02d}"
            recibo = nomina(
                *(f"N{k}", dia, gravado, exento, isr, r.choice(("emitido", "recibido"))), vigente=r.random() < 0.9
            )
            hechas.append(replace(self._con_otros(recibo), regimen_emisor=r.choice(("601", "612", "606", "626", None))))
        hechas.append(replace(hechas[0], flujo=replace(hechas[0].flujo, uuid=uuid("N sin complemento")), nomina=None))
        return hechas

    def _con_otros(self, recibo: DocumentoIsr) -> DocumentoIsr:
        """With other payments, a subsidio among them, and what the worker gets for Total."""
        assert recibo.nomina is not None
        otros, subsidio = D(self.r.randint(0, 90000)) / 100, D(self.r.randint(0, 53565)) / 100
        pagado = replace(recibo.nomina, total_otros_pagos=otros + subsidio, subsidio=subsidio)
        total = pagado.total_percepciones + pagado.total_otros_pagos - pagado.isr_retenido
        return replace(recibo, nomina=pagado, flujo=replace(recibo.flujo, total=total))

    def _constancias(self) -> list[DocumentoIsr]:
        r = self.r
        return [constancia(f"R{k}", r.choice(("14", "16")), r.randint(1, 12), str(r.randint(0, 900))) for k in range(2)]
