"""Which adapter stands behind each port: the only place where a setting chooses."""

from dependency_injector import containers, providers

from horux_adapters.container import connections, inspecting, mailing, paying, vaulting
from horux_adapters.container.clock import system_clock
from horux_adapters.container.en_paralelo import hilos
from horux_adapters.container.filing import Files
from horux_adapters.container.reactions import EVENTS
from horux_adapters.container.settings import Settings
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.sealing import AesGcmSealer, Ed25519ReceiptSigner, HmacEntryMacs
from horux_adapters.crypto.seeds import AesGcmSeeds
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.filesystem.buzon import FilesystemBuzon
from horux_adapters.filesystem.plain_folders import FilesystemPlainFolders
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_adapters.memory.alertas import MemoryListas
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.bygones import MemoryBygones
from horux_adapters.memory.calendario import MemoryFeeds
from horux_adapters.memory.clients import MemoryClients
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.database_servers import MemoryDatabaseServers
from horux_adapters.memory.duties import MemoryDutyLog
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_adapters.memory.identity import MemoryCardIndex, MemoryDirectory, MemoryStandings, MemoryThrottle
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.keys import MemoryKeyRing
from horux_adapters.memory.ledger import MemoryLedger, MemoryPrices
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.moving import MemoryTenantMoves
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.notifications import MemoryMailer
from horux_adapters.memory.onboarding import MemoryRuns
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.memory.plain_folders import MemoryPlainFolders
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.pulse import MemoryPulse
from horux_adapters.memory.tenancy import MemoryRegistry, MemoryTenantDatabases
from horux_adapters.postgres.addresses import COMMAND, Part
from horux_adapters.postgres.alertas import PostgresListas
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.bygones import PostgresBygones
from horux_adapters.postgres.calendario import PostgresFeeds
from horux_adapters.postgres.clients import PostgresClients
from horux_adapters.postgres.database_servers import PostgresDatabaseServers
from horux_adapters.postgres.duties import PostgresDutyLog
from horux_adapters.postgres.fiel import PostgresVault
from horux_adapters.postgres.identity import PostgresCardIndex, PostgresDirectory
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.keys import PostgresKeyRing
from horux_adapters.postgres.ledger import PostgresLedger, PostgresPrices
from horux_adapters.postgres.mails import PostgresMails
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.plans import PostgresEntitlements
from horux_adapters.postgres.pulse import PostgresPulse, briefly
from horux_adapters.postgres.standings import PostgresStandings
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.postgres.throttling import PostgresThrottle
from horux_adapters.sat.lista_69b import SatLectorLista
from horux_adapters.sat.paquetes import SatPaquetes
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.room import SatReadingRoom
from horux_adapters.sat.uploads import SatUploads
from horux_adapters.transferencia.gateway import TransferenciaPaymentGateway
from horux_core.fiel.keeping import Safe
from horux_core.fiscal.alertas.revisando import QueueReview


class Gateways(containers.DeclarativeContainer):
    settings = providers.Dependency(instance_of=Settings)
    part = providers.Dependency(instance_of=Part, default=COMMAND)
    clock = providers.Object(system_clock)
    storage = settings.provided.storage

    dsns = providers.Singleton(connections.dsns, settings)
    control_database = providers.Resource(connections.control_database, dsns)
    listener = providers.Resource(connections.listener, dsns)
    tenants = providers.Resource(connections.tenant_connections, settings, dsns, control_database, listener, part)
    en_paralelo = providers.Resource(hilos)
    memory = providers.Singleton(MemoryDatabase)
    memory_outbox = providers.Factory(MemoryOutbox, clock=clock).provider
    postgres_outbox = providers.Object(PostgresOutbox)

    ready = providers.Selector(
        storage,
        postgres=providers.Singleton(connections.readiness, control_database),
        memory=providers.Object(connections.always_ready),
    )
    pulse = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresPulse, providers.Singleton(briefly, dsns.provided.direct)),
        memory=providers.Singleton(MemoryPulse, memory, clock),
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
    key_ring = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresKeyRing, control_database),
        memory=providers.Singleton(MemoryKeyRing, memory),
    )
    throttle = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresThrottle, control_database),
        memory=providers.Singleton(MemoryThrottle, memory),
    )
    hasher = providers.Singleton(Argon2Passwords)
    tokens = providers.Singleton(SignedTokens, settings.provided.jwt_secret.reveal.call().encode.call())

    policy = providers.Singleton(paying.billing_policy, settings)
    entitlements = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresEntitlements, control_database, listener, clock, policy),
        memory=providers.Singleton(MemoryEntitlements, memory, policy),
    )
    cards = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresCardIndex, control_database, entitlements),
        memory=providers.Singleton(MemoryCardIndex, memory, entitlements),
    )
    audit = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresAuditTrail, control_database),
        memory=providers.Singleton(MemoryAuditTrail, memory),
    )
    sessions = providers.Singleton(direct, dsns.provided.direct)
    jobs = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresJobs, control_database, sessions),
        memory=providers.Singleton(MemoryJobs, memory, clock),
    )
    deliveries = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresDeliveries, control_database, providers.Object(EVENTS)),
        memory=providers.Singleton(MemoryDeliveries, memory),
    )
    duty_log = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresDutyLog, control_database, sessions),
        memory=providers.Singleton(MemoryDutyLog, memory),
    )
    clients = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresClients, control_database),
        memory=providers.Singleton(MemoryClients, memory),
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
    database_servers = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresDatabaseServers, control_database, dsns.provided.admin),
        memory=providers.Singleton(MemoryDatabaseServers, memory),
    )
    moves = providers.Selector(
        storage,
        postgres=providers.Singleton(connections.tenant_moves, settings, dsns, control_database),
        memory=providers.Singleton(MemoryTenantMoves),
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
    ledger = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresLedger, control_database, postgres_outbox, sessions),
        memory=providers.Singleton(MemoryLedger, memory, memory_outbox),
    )
    prices = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresPrices, control_database),
        memory=providers.Singleton(MemoryPrices, memory),
    )
    links = providers.Selector(
        settings.provided.payments,
        mercadopago=providers.Singleton(paying.mercadopago_gateway, settings),
        transferencia=providers.Singleton(TransferenciaPaymentGateway),
        memory=providers.Singleton(MemoryPaymentGateway, clock),
    )
    notice_judge = providers.Singleton(paying.mercadopago_judge, settings, clock)
    notices = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresNotices, control_database, postgres_outbox),
        memory=providers.Singleton(MemoryNotices, memory, memory_outbox),
    )
    mailer = providers.Selector(
        settings.provided.mail,
        smtp=providers.Singleton(mailing.smtp_mailer, settings, clock),
        folder=providers.Singleton(mailing.folder_mailer, settings, clock),
        memory=providers.Singleton(MemoryMailer),
    )
    mailbox = providers.Singleton(mailing.mailbox, settings)
    mails = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresMails, control_database),
        memory=providers.Singleton(MemoryMails, memory),
    )
    bank_account = providers.Singleton(paying.bank_account, settings)
    vault_keys = providers.Singleton(vaulting.keys, settings)
    vault = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresVault, control_database, postgres_outbox, sessions),
        memory=providers.Singleton(MemoryVault, memory, memory_outbox),
    )
    files = providers.Container(Files, settings=settings, clock=clock, keys=vault_keys)
    sealed_folders, anchors, receipts = files.sealed_folders, files.anchors, files.receipts
    seeds = providers.Singleton(AesGcmSeeds, vault_keys)
    sealer = providers.Singleton(AesGcmSealer, vault_keys)
    receipt_signer = providers.Singleton(Ed25519ReceiptSigner, vault_keys)
    entry_macs = providers.Singleton(HmacEntryMacs, vault_keys)
    plain_folders = providers.Selector(
        storage,
        postgres=providers.Singleton(FilesystemPlainFolders),
        memory=providers.Singleton(MemoryPlainFolders),
    )
    safe = providers.Singleton(
        Safe, vault, sealed_folders, anchors, receipts, plain_folders, sealer, receipt_signer, entry_macs, clock
    )
    inspector = providers.Singleton(inspecting.inspector, settings)

    feeds = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresFeeds, control_database),
        memory=providers.Singleton(MemoryFeeds, memory),
    )
    listas = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresListas, control_database),
        memory=providers.Singleton(MemoryListas, memory),
    )
    lector_lista = providers.Singleton(SatLectorLista)
    books_changed = providers.Singleton(QueueReview, jobs, entitlements, clock)
    books = providers.Selector(
        storage,
        postgres=providers.Singleton(
            PostgresBooks, tenants.provided.connection, tenants.provided.contribuyente, books_changed
        ),
        memory=providers.Singleton(MemoryBooks, memory, changed=books_changed),
    )
    reader = providers.Singleton(SatReader)
    spool, tenant_files = files.spool, files.tenant_files
    reading_pool = providers.Singleton(ReadingPool)
    reading_room = providers.Singleton(SatReadingRoom)
    uploads = providers.Singleton(SatUploads, spool, reading_pool, reading_room)
    paquetes = providers.Singleton(SatPaquetes, spool)
    hojas = providers.Singleton(XlsxHojas)
    statement_reader = providers.Singleton(AnyStatementReader)
    buzon = providers.Singleton(FilesystemBuzon, settings.provided.inboxes)
