"""How many uploads of an e.firma are looked at: trying a password on a key costs what its maker wanted it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from horux_core.fiel.errors import FielPasswordWrong
from horux_core.identity.errors import TooManyAttempts
from horux_core.identity.ports import Throttle
from horux_core.kernel.ids import TenantId

AT_ONCE = 2
_SOON = 5


@dataclass(frozen=True, slots=True)
class Admission:
    """Of each client one at a time, of all together two in this process; and wrong passwords ever more slowly."""

    throttle: Throttle
    _inside: set[TenantId] = field(default_factory=set)
    _door: Lock = field(default_factory=Lock)

    @contextmanager
    def admitted(self, tenant: TenantId, now: datetime) -> Iterator[None]:
        """Raises TooManyAttempts."""
        key = f"efirma:{tenant}"
        with self._entered(tenant):
            wait = self.throttle.wait(key, now)
            if wait:
                raise _come_back("Demasiadas contraseñas incorrectas.", wait)
            try:
                yield
            except FielPasswordWrong:
                self.throttle.failed(key, now)
                raise
            self.throttle.succeeded(key)

    @contextmanager
    def _entered(self, tenant: TenantId) -> Iterator[None]:
        with self._door:
            if tenant in self._inside:
                raise _come_back("Ya se está revisando una e.firma de esta empresa.", _SOON)
            if len(self._inside) >= AT_ONCE:
                raise _come_back("Se están revisando e.firmas de otras empresas.", _SOON)
            self._inside.add(tenant)
        try:
            yield
        finally:
            with self._door:
                self._inside.remove(tenant)


def _come_back(why: str, wait: int) -> TooManyAttempts:
    seconds = "1 segundo" if wait == 1 else f"{wait} segundos"
    return TooManyAttempts(f"{why} Espera {seconds} y vuelve a intentar.", retryAfter=wait)
