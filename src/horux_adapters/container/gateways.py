"""Which adapter stands behind each port: the only place where a setting chooses."""

from dependency_injector import containers, providers

from horux_adapters.container import connections
from horux_adapters.container.clock import system_clock
from horux_adapters.container.reactions import EVENTS
from horux_adapters.container.settings import Settings
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.filesystem.tenant_files import FilesystemTenantFiles
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.billing import MemoryPaymentLinks, MemorySubscriptions
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.bygones import MemoryBygones
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryCardIndex, MemoryDirectory, MemoryStandings, MemoryThrottle
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.notifications import MemoryMailer
from horux_adapters.memory.onboarding import MemoryRuns
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.tenancy import MemoryRegistry, MemoryTenantDatabases
from horux_adapters.postgres.addresses import COMMAND, Part
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.bygones import PostgresBygones
from horux_adapters.postgres.identity import PostgresCardIndex, PostgresDirectory, PostgresThrottle
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.plans import PostgresEntitlements
from horux_adapters.postgres.standings import PostgresStandings
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.room import SatReadingRoom
from horux_adapters.sat.uploads import SatUploads
from horux_adapters.telemetry.logging_ports import LoggingFielVault, LoggingMailer, LoggingPaymentLinks


class Gateways(containers.DeclarativeContainer):
    settings = providers.Dependency(instance_of=Settings)
    part = providers.Dependency(instance_of=Part, default=COMMAND)
    clock = providers.Object(system_clock)
    storage = settings.provided.storage

    dsns = providers.Singleton(connections.dsns, settings)
    control_database = providers.Resource(connections.control_database, dsns)
    listener = providers.Resource(connections.listener, dsns)
    tenants = providers.Resource(connections.tenant_connections, settings, dsns, control_database, listener, part)
    memory = providers.Singleton(MemoryDatabase)
    memory_outbox = providers.Factory(MemoryOutbox, clock=clock).provider
    postgres_outbox = providers.Object(PostgresOutbox)

    ready = providers.Selector(
        storage,
        postgres=providers.Singleton(connections.readiness, control_database),
        memory=providers.Object(connections.always_ready),
    )
    directory = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresDirectory, control_database),
        memory=providers.Singleton(MemoryDirectory, memory),
    )
    standings = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresStandings, control_database, listener),
        memory=providers.Singleton(MemoryStandings, memory),
    )
    cards = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresCardIndex, control_database),
        memory=providers.Singleton(MemoryCardIndex, memory),
    )
    throttle = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresThrottle, control_database),
        memory=providers.Singleton(MemoryThrottle, memory),
    )
    hasher = providers.Singleton(Argon2Passwords)
    tokens = providers.Singleton(SignedTokens, settings.provided.jwt_secret.reveal.call().encode.call())

    entitlements = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresEntitlements, control_database, listener),
        memory=providers.Singleton(MemoryEntitlements, memory),
    )
    audit = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresAuditTrail, control_database),
        memory=providers.Singleton(MemoryAuditTrail, memory),
    )
    jobs = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresJobs, control_database, providers.Singleton(direct, dsns.provided.direct)),
        memory=providers.Singleton(MemoryJobs, memory, clock),
    )
    deliveries = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresDeliveries, control_database, providers.Object(EVENTS)),
        memory=providers.Singleton(MemoryDeliveries, memory),
    )
    bygones = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresBygones, control_database),
        memory=providers.Singleton(MemoryBygones, memory),
    )
    registry = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresRegistry, control_database, postgres_outbox),
        memory=providers.Singleton(MemoryRegistry, memory, memory_outbox),
    )
    databases = providers.Selector(
        storage,
        postgres=providers.Singleton(connections.tenant_databases, settings, dsns, control_database),
        memory=providers.Singleton(MemoryTenantDatabases, memory),
    )
    runs = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresRuns, control_database, postgres_outbox, dsns.provided.direct),
        memory=providers.Singleton(MemoryRuns, memory, memory_outbox),
    )
    subscriptions = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresSubscriptions, control_database),
        memory=providers.Singleton(MemorySubscriptions, memory),
    )
    links = providers.Selector(
        settings.provided.payments,
        log=providers.Singleton(LoggingPaymentLinks),
        memory=providers.Singleton(MemoryPaymentLinks),
    )
    mailer = providers.Selector(
        settings.provided.mail,
        log=providers.Singleton(LoggingMailer),
        memory=providers.Singleton(MemoryMailer),
    )
    vault = providers.Singleton(LoggingFielVault)

    books = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresBooks, tenants.provided.connection),
        memory=providers.Singleton(MemoryBooks, memory),
    )
    reader = providers.Singleton(SatReader)
    spool = providers.Singleton(FilesystemSpool, settings.provided.spool)
    tenant_files = providers.Singleton(FilesystemTenantFiles, settings.provided.spool, settings.provided.inboxes)
    reading_pool = providers.Singleton(ReadingPool)
    reading_room = providers.Singleton(SatReadingRoom)
    uploads = providers.Singleton(SatUploads, spool, reading_pool, reading_room)
