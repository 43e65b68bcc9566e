from collections.abc import Sequence

from horux_core.kernel.errors import Invalid, NotFound

_NOMBRADAS = 5


class CfdiMissing(NotFound):
    code = "cfdi-missing"
    title = "CFDI no encontrado"

    def __init__(self) -> None:
        super().__init__("No hay ningún CFDI con ese UUID en estos libros. Revisa el folio fiscal o sube el XML.")


class FiltroInvalido(Invalid):
    """Fact: `parametro`, the filter that cannot be understood."""

    code = "filtro-invalido"
    title = "Filtro no válido"


class CorreccionInvalida(Invalid):
    """Fact: `campo`, the member of the correction that cannot be, where it is one."""

    code = "correccion-invalida"
    title = "Corrección no válida"


class ClasificacionEnFactura(CorreccionInvalida):
    """A payment or credit note is credited as its invoice. Facts: `facturas`, some of their UUIDs, and `cuantas`."""

    code = "clasificacion-en-factura"
    title = "La clasificación va en la factura"

    def __init__(self, facturas: Sequence[str]) -> None:
        nombradas = list(facturas[:_NOMBRADAS])
        donde = f"la factura {nombradas[0]}" if len(facturas) == 1 else f"cada una de sus {len(facturas)} facturas"
        lista = f": {', '.join(nombradas)}" if 1 < len(facturas) <= _NOMBRADAS else ""
        super().__init__(
            "El destino y el porcentaje acreditable de un pago o de una nota de crédito son los de su factura. "
            f"Cámbialos en {donde}{lista}.",
            facturas=nombradas,
            cuantas=len(facturas),
        )
