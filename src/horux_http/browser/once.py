"""What is shown once on the page that follows a form, and never again: the secret of a key, a private address."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_bytes
from time import time
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from litestar import Request, Response

from horux_core.identity.model import Actor
from horux_http.browser.cookies import ONCE, jar
from horux_http.browser.options import browser

SECONDS = 60
_NONCE = 12
_T = TypeVar("_T")


class _Held(msgspec.Struct):
    until: float
    tenant: str
    page: str
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class Once:
    """Carries a secret in a cookie: sealed for a session, and within it for one page of one company and a minute."""

    request: Request[Any, Any, Any]
    actor: Actor

    def carry(self, answer: Response[_T], path: str, told: Mapping[str, str]) -> Response[_T]:
        page = urlsplit(path).path
        held = msgspec.json.encode(_Held(time() + SECONDS, self._tenant, page, dict(told)))
        nonce = token_bytes(_NONCE)
        sealed = urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, held, self._session)).decode("ascii")
        answer.set_cookie(jar(self.request).write(ONCE, sealed, seconds=SECONDS))
        return answer

    def told(self) -> Mapping[str, str]:
        """Nothing unless it was sealed for this page of this company in this session, less than a minute ago."""
        held = self._held()
        if held is None or (held.tenant, held.page) != (self._tenant, self.request.url.path):
            return {}
        return held.told

    def left(self, answer: Response[_T], shown: bool) -> Response[_T]:
        """What was shown leaves nothing behind, nor does what can be shown nowhere; the rest is for another page."""
        if shown or (self._sealed and self._held() is None):
            answer.set_cookie(jar(self.request).forget(ONCE))
        return answer

    def _held(self) -> _Held | None:
        try:
            sealed = urlsafe_b64decode(self._sealed)
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._session)
            held = msgspec.json.decode(plain, type=_Held)
        except (NotBase64, ValueError, InvalidTag, msgspec.MsgspecError):
            return None
        return held if held.until > time() else None

    @property
    def _sealed(self) -> str:
        return jar(self.request).read(self.request, ONCE)

    @property
    def _session(self) -> bytes:
        return str(self.actor.session).encode()

    @property
    def _tenant(self) -> str:
        return str(self.actor.tenant_id or "")

    @property
    def _cipher(self) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, None, b"una vez").derive(browser(self.request).key))
