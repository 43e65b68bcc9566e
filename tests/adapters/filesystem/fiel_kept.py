"""Two clients' e.firmas on disk, for tests that touch what is kept."""

from pathlib import Path

import pytest

from horux_adapters.filesystem.fiel_folders import FILES
from horux_core.fiel.errors import FielUnreadable
from horux_core.fiel.events import FielHealed
from horux_core.fiel.findings import Health
from horux_core.fiel.model import Component, Sealed
from horux_core.kernel.errors import HoruxError
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Strongroom


class Kept:
    """Two clients' e.firmas, each in a folder and a row that somebody may touch."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700)
        self.root = root
        self.room = Strongroom(root)
        self.tenant, self.other = self.room.client(), self.room.client("URE180429TM6")
        self.room.store(self.tenant, "mía")
        self.room.store(self.other, "suya")
        self.room.events()

    def file(self, component: Component, tenant: Tenant | None = None) -> Path:
        return self.folder(tenant) / FILES[component]

    def folder(self, tenant: Tenant | None = None) -> Path:
        tenant = tenant or self.tenant
        return self.root / f"{tenant.rfc}_{tenant.id}"

    def row(self, tenant: Tenant | None = None) -> Sealed:
        row = self.room.vault.stored((tenant or self.tenant).id)
        assert row is not None
        return row

    def put(self, row: Sealed | None) -> None:
        rows = self.room.control.tables["fiel_credentials"]
        if row is None:
            rows.pop(self.tenant.id, None)
        else:
            rows[self.tenant.id] = row

    def healed(self, *copies: str) -> None:
        """It opens as it was kept, the copy is whole again, and the operator is told once."""
        assert self.room.open(self.tenant) == "mía"
        told = [event.copy for event in self.room.events() if isinstance(event, FielHealed)]
        assert told == list(copies)
        assert self.whole()

    def whole(self) -> bool:
        return {finding.health for finding in self.room.verify()} == {Health.SANA}

    def unreadable(self) -> tuple[object, ...]:
        with pytest.raises(HoruxError) as refused:
            self.room.open(self.tenant)
        error = refused.value
        assert isinstance(error, FielUnreadable)
        assert self.room.events() == [], "nobody is told that it was healed"
        return (error.code, error.title, str(error), dict(error.facts))
