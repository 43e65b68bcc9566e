"""Errors whose message is meant for the person who gave the command."""

from horux_adapters.container.settings import SettingsInvalid
from horux_adapters.postgres.connecting import DatabaseUrlMalformed
from horux_adapters.postgres.migrating import MigrationError
from horux_adapters.postgres.programs import EmbeddedError
from horux_core.kernel.errors import HoruxError

TOLD = (HoruxError, SettingsInvalid, EmbeddedError, MigrationError, DatabaseUrlMalformed)
