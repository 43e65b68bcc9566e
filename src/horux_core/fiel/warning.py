"""Telling in time that an e.firma expires, for renewing it takes days once it has; and that one cannot be opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from horux_core.fiel.events import FielExpiring, FielTrouble
from horux_core.fiel.findings import Finding
from horux_core.fiel.ports import Vault
from horux_core.fiel.showing import dias_restantes
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.errors import Unavailable
from horux_core.kernel.ids import TenantId

DIAS = (1, 7, 30, 60, 90)
_AHEAD = timedelta(days=DIAS[-1] + 1)


@dataclass(frozen=True, slots=True)
class WarnExpiring:
    """Each of the days once a certificate. Of those that were missed only the nearest to the end is caught up.

    What cannot be read of one client does not keep the others; `WarnTrouble` tells of it.
    """

    vault: Vault
    clock: Clock

    def __call__(self) -> dict[str, int]:
        told = [self._told(tenant) for tenant in self.vault.expiring(self.clock() + _AHEAD)]
        return {"avisos": told.count(True), "sin leer": told.count(None)}

    def _told(self, tenant: TenantId) -> bool | None:
        """None where it cannot be told."""
        try:
            return self._warned(tenant)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 whatever one client's row holds
            return None

    def _warned(self, tenant: TenantId) -> bool:
        now, kept = self.clock(), self.vault.stored(tenant)
        if kept is None:
            return False
        certificado = kept.certificado
        left = dias_restantes(certificado, now)
        dias = next((days for days in DIAS if left <= days), None)
        if dias is None or certificado.valido_hasta <= now:
            return False
        with self.vault.transaction() as tx:
            new = tx.expiry_notes.add(tenant, certificado.numero, dias)
            if new:
                tx.outbox.put(FielExpiring(tenant, certificado.numero, certificado.valido_hasta.isoformat(), dias))
        return new


@dataclass(frozen=True, slots=True)
class WarnTrouble:
    """Of each client whose vault needs somebody, once each fiscal day that it is so. `tend` says how they stand."""

    vault: Vault
    tend: Callable[[Callable[[Finding], None]], Mapping[str, int]]
    clock: Clock

    def __call__(self) -> dict[str, int]:
        told: list[bool] = []
        self.tend(lambda finding: told.append(self._told(finding)))
        return {"avisos": sum(told)}

    def _told(self, finding: Finding) -> bool:
        if finding.sound:
            return False
        now, health = self.clock(), finding.health.value
        with self.vault.transaction() as tx:
            new = tx.trouble_notes.add(finding.tenant, health, dia_fiscal(now))
            if new:
                tx.outbox.put(FielTrouble(finding.tenant, health, now.isoformat()))
        return new
