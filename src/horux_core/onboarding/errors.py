from horux_core.kernel.errors import Conflict, Invalid, Unavailable


class RegimenUnknown(Invalid):
    code = "regimen-desconocido"
    title = "Régimen fiscal desconocido"


class AmountInvalid(Invalid):
    code = "monto-invalido"
    title = "Monto no válido"


class FrequencyUnknown(Invalid):
    code = "frecuencia-desconocida"
    title = "Frecuencia desconocida"


class RunInProgress(Conflict):
    """An open run is at work on the same client already."""

    code = "alta-o-baja-en-curso"
    title = "Ya hay un alta, una baja o una mudanza en curso"


class RunLost(Unavailable):
    """The run was taken for dead, and somebody else has ended it or is about to."""

    code = "alta-interrumpida"
    title = "Alta interrumpida"


class ProvisioningFailed(Unavailable):
    """Nothing of the client is left, or what is left will be undone. The fact `failedStep` names the step."""

    code = "alta-fallida"
    title = "No se pudo dar de alta a la empresa"


class DeprovisioningUnfinished(Unavailable):
    """The client is closed to everybody, and the rest of letting it go will be done. `failedStep` names the step."""

    code = "baja-en-curso"
    title = "La baja sigue en curso"


class MoveRefused(Conflict):
    """The client cannot be moved there, and nothing was changed."""

    code = "mudanza-no-posible"
    title = "No se puede mudar"


class MoveFailed(Unavailable):
    """The client is where it was. The fact `failedStep` names the step."""

    code = "mudanza-fallida"
    title = "La mudanza falló"


class MoveUnfinished(Unavailable):
    """The client has its new place already, and the rest will be done. `failedStep` names the step."""

    code = "mudanza-sin-terminar"
    title = "La mudanza sigue en curso"
