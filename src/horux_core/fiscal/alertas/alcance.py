"""How much of a taxpayer a review decides anew: all of it, or only what changed since the one before."""

from dataclasses import dataclass

from horux_core.fiscal.alertas.model import Clave

GLOBALES = frozenset(
    {
        "DECLARADO_CAMBIADO",
        "FIEL_POR_VENCER",
        "FIEL_VENCIDA",
        "SALDO_FAVOR_IVA",
        "OBLIGACION_PROXIMA",
        "OBLIGACION_VENCIDA",
        "LIMITE_RESICO_PF",
        "LIMITE_RESICO_PM",
        "LIMITE_PLAN",
    }
)
"""About the taxpayer and none of its documents: decided each time."""

DE_NOMINA = frozenset({"SIN_NOMINA", "NOMINA_ISR_CERO"})
DE_EMISOR = frozenset({"EFOS_DEFINITIVO", "EFOS_PRESUNTO"})
DE_PARECIDOS = frozenset({"DUPLICADO_POSIBLE"})


@dataclass(frozen=True, slots=True)
class Alcance:
    """What changed, and what an alert about something that changed may be told of.

    `parecidos` are those of the same parties and total as one that changed, itself included; `emisores`, who issued one
    to the taxpayer; `nomina`, whether a payroll is among them.
    """

    cambiados: frozenset[str]
    parecidos: frozenset[str]
    emisores: frozenset[str]
    nomina: bool

    def abarca(self, clave: Clave) -> bool:
        """Whether the facts gathered for it decide that alert; any other stays as it is."""
        if clave.codigo in DE_NOMINA:
            return self.nomina
        if clave.codigo in DE_EMISOR:
            return clave.entidad in self.emisores
        if clave.codigo in DE_PARECIDOS:
            return clave.entidad in self.parecidos
        return clave.codigo in GLOBALES or clave.entidad in self.cambiados
