from dataclasses import dataclass, field

from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class MemoryFielVault:
    """Whose e.firma is kept."""

    kept: set[TenantId] = field(default_factory=set)

    def destroy(self, tenant: TenantId) -> bool:
        if tenant not in self.kept:
            return False
        self.kept.discard(tenant)
        return True
