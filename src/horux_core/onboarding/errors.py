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
    title = "Ya hay un alta o una baja en curso"


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
