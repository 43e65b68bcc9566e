"""Every use case, built once from the gateways; handlers receive it by its name here."""

from dependency_injector import containers, providers

from horux_adapters.container.settings import Settings
from horux_core.billing.showing import ShowSubscription
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi, EnterFiles
from horux_core.fiscal.cfdi.listing import DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.cfdi.loading import LoadCfdis, ShowLoad, TakeUpload
from horux_core.fiscal.configuracion.adjusting import AdjustSettings, RecomputeBooks, ShowSettings
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.introducing import Introduce
from horux_core.identity.operators import CreateOperator
from horux_core.identity.refreshing import Refresh
from horux_core.identity.sessions import EndOtherSessions, ListSessions
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_out import SignOut
from horux_core.identity.switching import SwitchTenant
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.notifications.welcoming import WelcomeClient
from horux_core.onboarding.deprovisioning import CompleteDeparture, DeprovisionTenant
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.onboarding.undoing import UndoRun
from horux_core.operations.purging import PurgeBygones
from horux_core.tenancy.auditing import ReadOwnAudit, ReadWholeAudit
from horux_core.tenancy.changing import ChangeTenant
from horux_core.tenancy.impersonating import EnterView
from horux_core.tenancy.listing import ListTenants, ShowTenant
from horux_core.tenancy.watching import WatchJobs


class UseCases(containers.DeclarativeContainer):
    gateways = providers.DependenciesContainer()
    settings = providers.Dependency(instance_of=Settings)
    g = gateways
    access_ttl = settings.provided.jwt_expires_in
    refresh_ttl = settings.provided.jwt_refresh_expires_in

    sign_in = providers.Singleton(
        SignIn, g.directory, g.cards, g.hasher, g.tokens, g.throttle, g.clock, access_ttl, refresh_ttl
    )
    refresh = providers.Singleton(Refresh, g.directory, g.cards, g.tokens, g.clock, access_ttl, refresh_ttl)
    sign_out = providers.Singleton(SignOut, g.directory, g.clock)
    change_password = providers.Singleton(ChangePassword, g.directory, g.cards, g.hasher, g.tokens, g.throttle, g.clock)
    list_sessions = providers.Singleton(ListSessions, g.directory, g.clock)
    end_other_sessions = providers.Singleton(EndOtherSessions, g.directory, g.clock)
    switch_tenant = providers.Singleton(
        SwitchTenant, g.directory, g.cards, g.entitlements, g.tokens, g.clock, access_ttl
    )
    introduce = providers.Singleton(Introduce, g.directory, g.cards)
    authenticate = providers.Singleton(Authenticate, g.tokens, g.standings, g.clock)
    create_operator = providers.Singleton(CreateOperator, g.directory, g.hasher, g.clock)
    issue_temporary_password = providers.Singleton(IssueTemporaryPassword, g.directory, g.hasher, g.tokens, g.clock)

    enter_view = providers.Singleton(EnterView, g.registry, g.audit)
    list_tenants = providers.Singleton(ListTenants, g.registry)
    show_tenant = providers.Singleton(ShowTenant, g.registry)
    change_tenant = providers.Singleton(ChangeTenant, g.registry)
    show_subscription = providers.Singleton(ShowSubscription, g.registry, g.subscriptions)
    read_own_audit = providers.Singleton(ReadOwnAudit, g.audit)
    read_whole_audit = providers.Singleton(ReadWholeAudit, g.audit)
    watch_jobs = providers.Singleton(WatchJobs, g.jobs)

    holdings = providers.Singleton(Holdings, g.databases, g.directory, g.subscriptions, g.links)
    undo_run = providers.Singleton(UndoRun, g.runs, holdings)
    complete_departure = providers.Singleton(CompleteDeparture, g.runs, holdings, g.vault, g.tenant_files)
    provision_tenant = providers.Singleton(ProvisionTenant, g.runs, holdings, undo_run, g.clock)
    deprovision_tenant = providers.Singleton(DeprovisionTenant, g.runs, g.registry, complete_departure, g.clock)
    recover_runs = providers.Singleton(RecoverRuns, g.runs, undo_run, complete_departure)
    purge_bygones = providers.Singleton(PurgeBygones, g.bygones, g.clock)
    welcome_client = providers.Singleton(
        WelcomeClient, g.registry, g.directory, issue_temporary_password, g.mailer, settings.provided.login_url
    )

    admit_upload = providers.Singleton(AdmitUpload, g.entitlements)
    enter_cfdi = providers.Singleton(EnterCfdi, g.reader, g.books, g.registry, g.entitlements)
    enter_files = providers.Singleton(EnterFiles, g.uploads, g.books, g.registry, g.entitlements)
    take_upload = providers.Singleton(TakeUpload, g.uploads, g.jobs, enter_files, g.clock)
    show_load = providers.Singleton(ShowLoad, g.jobs)
    load_cfdis = providers.Singleton(LoadCfdis, g.jobs, g.uploads, g.books, g.registry, g.entitlements)
    list_cfdis = providers.Singleton(ListCfdis, g.books)
    show_cfdi = providers.Singleton(ShowCfdi, g.books)
    download_xml = providers.Singleton(DownloadXml, g.books, g.reader)
    correct_cfdi = providers.Singleton(CorrectCfdi, g.books, g.entitlements, g.audit, g.clock)
    show_iva_year = providers.Singleton(ShowIvaYear, g.books, g.entitlements)
    show_iva_detail = providers.Singleton(ShowIvaDetail, g.books, g.entitlements)
    show_settings = providers.Singleton(ShowSettings, g.books, g.registry)
    adjust_settings = providers.Singleton(AdjustSettings, g.books, g.registry, g.entitlements, g.audit, g.jobs, g.clock)
    recompute_books = providers.Singleton(RecomputeBooks, g.jobs, g.books)
    note_return = providers.Singleton(NoteReturn, g.books, g.entitlements, g.audit, g.clock)
