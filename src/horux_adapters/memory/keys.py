from dataclasses import dataclass, replace
from datetime import datetime

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.identity.keys import ApiKey
from horux_core.kernel.ids import KeyId, TenantId

_USES = "api_key_uses"


@dataclass(frozen=True, slots=True)
class MemoryKeys:
    tables: Tables

    def add(self, key: ApiKey) -> None:
        self.tables["api_keys"][key.id] = key

    def of_tenant(self, tenant: TenantId) -> tuple[ApiKey, ...]:
        own = [_with_use(self.tables, key) for key in self.tables["api_keys"].values() if key.tenant == tenant]
        return tuple(sorted(own, key=lambda key: (key.created_at, key.id), reverse=True))

    def remove(self, tenant: TenantId, key: KeyId) -> ApiKey | None:
        found: ApiKey | None = self.tables["api_keys"].get(key)
        if found is None or found.tenant != tenant:
            return None
        del self.tables["api_keys"][key]
        self.tables[_USES].pop(key, None)
        return found

    def remove_all(self, tenant: TenantId) -> None:
        for key in self.of_tenant(tenant):
            self.remove(tenant, key.id)


@dataclass(frozen=True, slots=True)
class MemoryKeyRing:
    control: MemoryDatabase

    def of(self, token_hash: str) -> ApiKey | None:
        with self.control.transaction() as tables:
            kept: list[ApiKey] = list(tables["api_keys"].values())
            found = next((key for key in kept if key.token_hash == token_hash), None)
            return None if found is None else _with_use(tables, found)

    def used(self, key: KeyId, at: datetime) -> None:
        with self.control.transaction() as tables:
            found: ApiKey | None = tables["api_keys"].get(key)
            if found is not None and _with_use(tables, found).use_unnoted(at):
                tables[_USES][key] = at


def _with_use(tables: Tables, key: ApiKey) -> ApiKey:
    return replace(key, last_used_at=tables[_USES].get(key.id))
