from dataclasses import dataclass

from horux_adapters.memory.database import Tables
from horux_core.identity.factors import Factor
from horux_core.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class MemoryFactors:
    tables: Tables

    def of(self, user: UserId) -> Factor | None:
        found: Factor | None = self.tables["second_factors"].get(user)
        return found

    def put(self, factor: Factor) -> None:
        self.tables["second_factors"][factor.user] = factor

    def drop(self, user: UserId) -> bool:
        return self.tables["second_factors"].pop(user, None) is not None

    def holders(self) -> frozenset[UserId]:
        return frozenset(self.tables["second_factors"])
