from horux_core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Throttled, Unauthenticated, Unavailable


class UserMissing(NotFound):
    """There is no such person any more."""

    code = "usuario-inexistente"
    title = "Usuario no encontrado"

    def __init__(self) -> None:
        super().__init__("Ese usuario ya no existe.")


class SessionMissing(NotFound):
    """There is no such session of the person's, or it has ended."""

    code = "sesion-inexistente"
    title = "Sesión no encontrada"

    def __init__(self) -> None:
        super().__init__("Esa sesión ya terminó.")


class BadCredentials(Unauthenticated):
    code = "bad-credentials"
    title = "Correo o contraseña incorrectos"


class SessionExpired(Unauthenticated):
    code = "session-expired"
    title = "Sesión terminada"


class SessionMoved(SessionExpired):
    """Another token of the same session goes on, in another taxpayer."""


def session_ended() -> SessionExpired:
    return SessionExpired("Tu sesión terminó. Inicia sesión de nuevo.")


class TokenInvalid(Unauthenticated):
    code = "token-invalid"
    title = "Credencial no válida"


class SignInRequired(Unauthenticated):
    code = "sign-in-required"
    title = "Falta iniciar sesión"


class CurrentPasswordWrong(Invalid):
    code = "current-password-wrong"
    title = "Contraseña actual incorrecta"


class KeyNotAdmitted(Forbidden):
    """A person's work, which no API key is let into."""

    code = "llave-no-admitida"
    title = "Sin acceso con llave de API"

    def __init__(self) -> None:
        super().__init__("Esto no se hace con una llave de API. Inicia sesión con tu correo y contraseña.")


class ScopeMissing(Forbidden):
    """The key was not given what the route asks for."""

    code = "alcance-faltante"
    title = "Llave sin ese alcance"

    def __init__(self, scope: str) -> None:
        super().__init__(f"Esta llave de API no tiene el alcance {scope}. Crea una que lo tenga.", scope=scope)


class ActionForbidden(Forbidden):
    code = "action-forbidden"
    title = "Acción no permitida"


class MustChangePassword(Forbidden):
    code = "password-change-required"
    title = "Contraseña temporal"


class NoTenant(Invalid):
    code = "tenant-required"
    title = "Falta elegir empresa"


class WeakPassword(Invalid):
    code = "password-weak"
    title = "Contraseña débil"


class EmailMalformed(Invalid):
    code = "email-malformed"
    title = "Correo no válido"


class EmailTaken(Conflict):
    code = "email-taken"
    title = "Correo ya registrado"


class AlreadyMember(Conflict):
    code = "already-member"
    title = "Ya pertenece a la empresa"

    def __init__(self) -> None:
        super().__init__("Esa persona ya pertenece a la empresa. Si no le llegó su invitación, envíasela de nuevo.")


class LastOwner(Conflict):
    """A taxpayer is never left without an owner."""

    code = "last-owner"
    title = "Único dueño"

    def __init__(self) -> None:
        super().__init__("La empresa se quedaría sin dueño. Invita a otro y espera a que entre; luego retira a este.")


class NombreMalformed(Invalid):
    code = "nombre-persona-invalido"
    title = "Nombre no válido"


class RoleUnknown(Invalid):
    code = "rol-desconocido"
    title = "Rol desconocido"


class ResetInvalid(Invalid):
    """The link to choose a new password was used, is an hour old, was replaced by a newer one, or never was."""

    code = "reset-invalid"
    title = "Liga no válida"

    def __init__(self) -> None:
        super().__init__("La liga ya se usó o venció. Pide otra en «Olvidé mi contraseña».")


class TooManyAttempts(Throttled):
    code = "too-many-attempts"
    title = "Demasiados intentos"


class KeyMissing(NotFound):
    """No API key of the taxpayer has that id, or it was revoked already."""

    code = "llave-inexistente"
    title = "Llave de API no encontrada"

    def __init__(self) -> None:
        super().__init__("Esa llave de API no existe o ya se revocó. Consulta la lista de llaves.")


class KeyMalformed(Invalid):
    """What is asked of a new API key cannot be given. `campo` says what it is about."""

    code = "llave-invalida"
    title = "Llave de API no válida"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)


class TooManyKeys(Conflict):
    code = "llaves-demasiadas"
    title = "Demasiadas llaves de API"

    def __init__(self, limit: int) -> None:
        super().__init__(f"La empresa ya tiene {limit} llaves de API. Revoca una que ya no uses.", limit=limit)


class SecondFactorRequired(Unauthenticated):
    """The password was right and is not enough: what it opened is good for the second factor alone.

    Facts of a log-in by API: `ticket`, the credential to give it with, `expiresIn` in seconds, and `inscrito`, whether
    there is one to be given.
    """

    code = "second-factor-required"
    title = "Falta el segundo factor"

    def __init__(self, **facts: object) -> None:
        super().__init__("Falta tu segundo factor: escribe el código de tu aplicación de autenticación.", **facts)


class SecondFactorWrong(Invalid):
    code = "second-factor-wrong"
    title = "Código incorrecto"

    def __init__(self) -> None:
        super().__init__("El código no es correcto o ya se usó. Espera el siguiente y escríbelo de nuevo.")


class SecondFactorMissing(Conflict):
    """There is none to give, or to change: it has to be enrolled first."""

    code = "second-factor-missing"
    title = "Sin segundo factor"

    def __init__(self) -> None:
        super().__init__("Aún no tienes segundo factor. Entra en la página de Horux360 y regístralo.")


class SecondFactorUnasked(Conflict):
    """The session has all that is asked of it."""

    code = "second-factor-unasked"
    title = "No hace falta segundo factor"

    def __init__(self) -> None:
        super().__init__("Tu sesión ya está completa: no espera un segundo factor.")


class SecondFactorPresent(Conflict):
    """Who has given its password alone may not replace the one there is."""

    code = "second-factor-present"
    title = "Ya hay segundo factor"

    def __init__(self) -> None:
        super().__init__("Ya tienes segundo factor: da su código. Si lo perdiste, usa un código de recuperación.")


class SecondFactorUnreadable(Unavailable):
    """Its seed cannot be opened with the keys that are held."""

    code = "second-factor-unreadable"
    title = "Segundo factor ilegible"

    def __init__(self) -> None:
        super().__init__(
            "Tu segundo factor no se puede leer. Usa un código de recuperación, o pide al administrador del servidor:"
            " horux admin reset-mfa."
        )


class ReauthenticationRequired(Forbidden):
    """What is asked for is not done on the word of a log-in of long ago."""

    code = "reauthentication-required"
    title = "Confirma que eres tú"

    def __init__(self) -> None:
        super().__init__("Confirma tu contraseña para hacer esto: ya pasó un rato desde que entraste.")


class OwnAccount(Conflict):
    """The staff's own account is not the one to do this to."""

    code = "cuenta-propia"
    title = "Es tu propia cuenta"

    def __init__(self) -> None:
        super().__init__("Eso no se hace con tu propia cuenta. Pídelo a otra persona del operador.")
