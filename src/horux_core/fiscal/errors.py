from horux_core.kernel.errors import Invalid, NotFound


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
    code = "correccion-invalida"
    title = "Corrección no válida"
