import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import jwt
from jwt.utils import base64url_decode, base64url_encode

from horux_core.identity.errors import TokenInvalid
from horux_core.identity.model import SESSION_LIMIT

ISSUER = "horux360"
AUDIENCE = "horux360-api"
_ALGORITHM = "HS256"
_PURPOSE = "access"
_HEADER = jwt.encode({}, bytes(32), _ALGORITHM).encode().split(b".")[0]
_LONGEST = 4_096
# Neither vowels nor what is taken for another: nothing to misread, and no words by chance.
_LETTERS = "BCDFGHJKMNPQRTVWXYZ346789"
_GROUPS, _GROUP = 5, 4


class SignedTokens:
    """Access tokens as JWT, signed with HMAC-SHA-256 and one secret of at least 32 bytes.

    Raises ValueError for a shorter one.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("JWT_SECRET debe tener al menos 32 bytes.")
        self._secret = secret

    def sign(self, claims: Mapping[str, object], expires_at: datetime) -> str:
        own = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "typ": _PURPOSE,
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode({**claims, **own}, self._secret, _ALGORITHM)

    def read(self, token: str, now: datetime) -> Mapping[str, object]:
        try:
            _require_canonical(token)
            # Times are compared below: against the clock that is handed in, not the library's.
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": ["exp", "iat", "sub", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "strict_aud": True,
                },
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise _invalid() from error
        made, ends, begins = claims["iat"], claims["exp"], claims.get("nbf", claims["iat"])
        if claims.get("typ") != _PURPOSE or not all(type(moment) is int for moment in (made, ends, begins)):
            raise _invalid()
        if ends - made > SESSION_LIMIT.total_seconds():
            # None is signed here that outlives the longest session.
            raise _invalid()
        if not max(made, begins) <= now.timestamp() < ends:
            raise TokenInvalid("La credencial venció. Renuévala o inicia sesión de nuevo.")
        return claims

    def secret(self) -> str:
        return secrets.token_urlsafe(32)

    def temporary_password(self) -> str:
        """20 of 25 letters and digits: 92 bits."""
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        return "-".join(groups)

    def digest(self, secret: str) -> str:
        return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _require_canonical(token: str) -> None:
    """One text per token: base64 has spare bits and skips foreign signs, and so would let an altered one through.

    Raises ValueError.
    """
    if len(token) > _LONGEST or not token.isascii():
        raise ValueError("not a token of ours")
    parts = token.encode().split(b".")
    if len(parts) != 3 or any(base64url_encode(base64url_decode(part)) != part for part in parts):
        raise ValueError("not a token of ours")
    if parts[0] != _HEADER:
        raise ValueError("not a header of ours")


def _invalid() -> TokenInvalid:
    return TokenInvalid("La credencial no es válida. Inicia sesión de nuevo.")
