"""Every use case, built once from the gateways; handlers receive it by its name here."""

from dependency_injector import containers, providers

from horux_adapters.container.settings import Settings
from horux_adapters.mercadopago.notices import TOPICS
from horux_core.billing.issuing import IssuePaymentLink
from horux_core.billing.noticing import ListNotices, ProcessNotice, RetryNotice, TakeNotice
from horux_core.billing.paying import PayByHand
from horux_core.billing.pricing import SetPrices, ShowPrices
from horux_core.billing.renewing import ExpirePeriods, ReconcilePayments, RemindExpiring
from horux_core.billing.replanning import FollowPlan
from horux_core.billing.settling import Settle
from horux_core.billing.showing import ListPayments, ListUnmatched, ShowSubscription
from horux_core.fiel.accepting import AcceptBook
from horux_core.fiel.admitting import Admission
from horux_core.fiel.decrypting import DecryptToFolder, SweepPlain
from horux_core.fiel.destroying import DestroyFiel, DestroyOnDeparture
from horux_core.fiel.showing import ListReceipts, ListUses, ShowFiel
from horux_core.fiel.storing import StoreFiel
from horux_core.fiel.tending import RotateVault, TendVault, VerifyVault
from horux_core.fiel.unsealing import UnsealFiel
from horux_core.fiel.warning import WarnExpiring, WarnTrouble
from horux_core.fiscal.alertas.cargando import LoadLista69B
from horux_core.fiscal.alertas.consultando import ListAlertas, MarkAlerta
from horux_core.fiscal.alertas.reuniendo import GatherFacts
from horux_core.fiscal.alertas.revisando import FollowFiel, ReviewAlertas, ReviewEverybody
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.marcando import MarkObligacion
from horux_core.fiscal.calendario.publicando import IssueFeed, ReadFeed, RevokeFeed
from horux_core.fiscal.calendario.recordando import RemindObligaciones
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi, EnterFiles
from horux_core.fiscal.cfdi.listing import DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.cfdi.loading import EnterBatches, LoadCfdis, ShowLoad, TakeUpload
from horux_core.fiscal.conciliacion.cargando import AdmitStatement, LoadStatement
from horux_core.fiscal.conciliacion.consultando import ListConciliacion
from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.fiscal.conciliacion.eligiendo import DecideMatch
from horux_core.fiscal.conciliacion.revisando import ReviewBooks
from horux_core.fiscal.configuracion.adjusting import AdjustSettings, RecomputeBooks, ShowSettings
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.fiscal.paquetes.consultando import CompareWithSat
from horux_core.fiscal.paquetes.importando import AdmitPackage, ImportPackage, LoadPackage, ShowPackage, TakePackage
from horux_core.fiscal.paquetes.metadatos import EnterMetadata
from horux_core.fiscal.paquetes.recogiendo import ImportInbox
from horux_core.fiscal.pronostico.consultando import ShowForecast, ShowForecastDetail
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.retomando import TakeUpPending
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.authenticating_keys import AuthenticateKey, TraceKey
from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.introducing import Introduce
from horux_core.identity.inviting import InviteAgain, InvitePerson
from horux_core.identity.issuing_keys import IssueKey, ListKeys, RevokeKey
from horux_core.identity.operators import CreateOperator
from horux_core.identity.people import ListPeople, RemovePerson
from horux_core.identity.refreshing import Refresh
from horux_core.identity.resetting import AskReset, IssueReset, ResetPassword
from horux_core.identity.sessions import EndOtherSessions, ListSessions
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_out import SignOut
from horux_core.identity.switching import SwitchTenant
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.notifications.collecting import TellPackagesRefused
from horux_core.notifications.paying import TellPaused, TellPaymentFailed, TellPaymentReceived
from horux_core.notifications.posting import PostMail
from horux_core.notifications.readers import Readers
from horux_core.notifications.reminding import TellObligationsDue
from horux_core.notifications.resetting import SendReset
from horux_core.notifications.signing import TellFielExpiring, TellFielHealed, TellFielStored, TellFielTrouble
from horux_core.notifications.subscribing import SendPaymentLink, TellCancelled, TellExpiring
from horux_core.notifications.watching import ListMails, RetryMail
from horux_core.notifications.welcoming import TellInvited, WelcomeClient
from horux_core.onboarding.deprovisioning import CompleteDeparture, DeprovisionTenant
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.inboxes import OpenInbox
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.onboarding.undoing import UndoRun
from horux_core.operations.cleaning import CleanSpool
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
    topics = providers.Object(TOPICS)
    access_ttl = settings.provided.jwt_expires_in
    refresh_ttl = settings.provided.jwt_refresh_expires_in
    login_url, pay_url = settings.provided.login_url, settings.provided.payer_url

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
    authenticate_key = providers.Singleton(AuthenticateKey, g.key_ring, g.entitlements, g.tokens, g.throttle, g.clock)
    authenticate = providers.Singleton(Authenticate, g.tokens, g.standings, g.clock, authenticate_key)
    trace_key = providers.Singleton(TraceKey, g.audit)
    issue_key = providers.Singleton(IssueKey, g.directory, g.entitlements, g.tokens, g.clock)
    list_keys = providers.Singleton(ListKeys, g.directory, g.entitlements)
    revoke_key = providers.Singleton(RevokeKey, g.directory)
    create_operator = providers.Singleton(CreateOperator, g.directory, g.hasher, g.clock)
    issue_temporary_password = providers.Singleton(IssueTemporaryPassword, g.directory, g.hasher, g.tokens, g.clock)

    ask_reset = providers.Singleton(AskReset, g.directory, g.tokens, g.throttle, g.clock)
    issue_reset = providers.Singleton(IssueReset, g.directory, g.tokens, g.clock)
    reset_password = providers.Singleton(ResetPassword, g.directory, g.cards, g.hasher, g.tokens, g.throttle, g.clock)
    list_people = providers.Singleton(ListPeople, g.directory)
    invite_person = providers.Singleton(InvitePerson, g.directory, g.entitlements, g.throttle, g.clock)
    invite_again = providers.Singleton(InviteAgain, g.directory, g.entitlements, g.throttle, g.clock)
    remove_person = providers.Singleton(RemovePerson, g.directory, g.entitlements)

    enter_view = providers.Singleton(EnterView, g.registry, g.audit)
    list_tenants = providers.Singleton(ListTenants, g.registry)
    show_tenant = providers.Singleton(ShowTenant, g.registry)
    change_tenant = providers.Singleton(ChangeTenant, g.registry)
    show_subscription = providers.Singleton(ShowSubscription, g.registry, g.subscriptions)
    list_payments = providers.Singleton(ListPayments, g.registry, g.ledger)
    list_unmatched = providers.Singleton(ListUnmatched, g.ledger)
    show_prices = providers.Singleton(ShowPrices, g.prices)
    set_prices = providers.Singleton(SetPrices, g.prices)
    issue_payment_link = providers.Singleton(
        IssuePaymentLink, g.ledger, g.registry, g.prices, g.links, g.clock, g.policy
    )
    pay_by_hand = providers.Singleton(PayByHand, g.ledger, g.registry, g.clock, g.policy)
    follow_plan = providers.Singleton(FollowPlan, g.ledger, g.prices, g.clock)
    settle = providers.Singleton(Settle, g.ledger, g.links, g.clock, g.policy)
    take_notice = providers.Singleton(TakeNotice, g.notice_judge, g.notices, topics, g.clock)
    process_notice = providers.Singleton(ProcessNotice, g.notices, settle, topics, g.clock)
    list_notices = providers.Singleton(ListNotices, g.notices)
    retry_notice = providers.Singleton(RetryNotice, g.notices)
    reconcile_payments = providers.Singleton(ReconcilePayments, g.ledger, g.links, settle)
    expire_periods = providers.Singleton(ExpirePeriods, g.ledger, g.links, reconcile_payments, g.clock, g.policy)
    remind_expiring = providers.Singleton(RemindExpiring, g.ledger, g.clock)
    read_own_audit = providers.Singleton(ReadOwnAudit, g.audit)
    read_whole_audit = providers.Singleton(ReadWholeAudit, g.audit)
    watch_jobs = providers.Singleton(WatchJobs, g.jobs)

    holdings = providers.Singleton(Holdings, g.databases, g.directory, g.subscriptions, g.links)
    undo_run = providers.Singleton(UndoRun, g.runs, holdings)
    admission = providers.Singleton(Admission, g.throttle)
    store_fiel = providers.Singleton(StoreFiel, g.safe, g.registry, g.entitlements, g.inspector, admission)
    show_fiel = providers.Singleton(ShowFiel, g.safe, g.registry, g.clock)
    list_uses = providers.Singleton(ListUses, g.vault)
    list_receipts = providers.Singleton(ListReceipts, g.vault, g.receipt_signer)
    unseal_fiel = providers.Singleton(UnsealFiel, g.safe, g.registry)
    destroy_fiel = providers.Singleton(DestroyFiel, g.safe, g.registry)
    tend_vault = providers.Singleton(TendVault, g.safe, g.registry)
    verify_vault = providers.Singleton(VerifyVault, g.safe, g.registry)
    rotate_vault = providers.Singleton(RotateVault, g.safe, g.registry)
    decrypt_fiel = providers.Singleton(DecryptToFolder, unseal_fiel, g.registry, g.plain_folders, g.clock)
    sweep_plain = providers.Singleton(SweepPlain, g.plain_folders, g.clock)
    accept_book = providers.Singleton(AcceptBook, g.safe, g.registry, destroy_fiel)
    warn_fiels = providers.Singleton(WarnExpiring, g.vault, g.clock)
    warn_trouble = providers.Singleton(WarnTrouble, g.vault, tend_vault, g.clock)
    departing_fiel = providers.Singleton(DestroyOnDeparture, destroy_fiel)
    complete_departure = providers.Singleton(CompleteDeparture, g.runs, holdings, departing_fiel, g.tenant_files)
    provision_tenant = providers.Singleton(ProvisionTenant, g.runs, holdings, undo_run, g.clock, g.prices)
    deprovision_tenant = providers.Singleton(DeprovisionTenant, g.runs, g.registry, complete_departure, g.clock)
    recover_runs = providers.Singleton(RecoverRuns, g.runs, undo_run, complete_departure)
    clean_spool = providers.Singleton(CleanSpool, g.jobs, g.spool, g.clock)
    purge_bygones = providers.Singleton(PurgeBygones, g.bygones, g.clock)
    readers = providers.Singleton(Readers, g.registry, g.directory, settings.provided.admin_email)
    post_mail = providers.Singleton(PostMail, g.mails, g.mailer, g.clock)
    welcome_client = providers.Singleton(WelcomeClient, readers, issue_temporary_password, post_mail, login_url)
    tell_invited = providers.Singleton(TellInvited, readers, issue_temporary_password, post_mail, login_url)
    tell_payment_received = providers.Singleton(TellPaymentReceived, readers, g.ledger, post_mail)
    tell_payment_failed = providers.Singleton(TellPaymentFailed, readers, g.ledger, post_mail, pay_url)
    tell_paused = providers.Singleton(TellPaused, readers, g.ledger, post_mail, pay_url)
    tell_cancelled = providers.Singleton(TellCancelled, readers, g.ledger, post_mail, g.policy, g.clock, login_url)
    tell_expiring = providers.Singleton(TellExpiring, readers, g.ledger, post_mail, g.policy, pay_url)
    send_payment_link = providers.Singleton(SendPaymentLink, readers, g.ledger, post_mail, g.bank_account)
    tell_fiel_stored = providers.Singleton(TellFielStored, readers, post_mail)
    tell_fiel_expiring = providers.Singleton(TellFielExpiring, readers, g.vault, post_mail, g.clock, login_url)
    tell_fiel_healed = providers.Singleton(TellFielHealed, readers, post_mail)
    tell_fiel_trouble = providers.Singleton(TellFielTrouble, readers, post_mail)
    tell_packages_refused = providers.Singleton(TellPackagesRefused, readers, post_mail)
    send_reset = providers.Singleton(SendReset, g.directory, issue_reset, post_mail, settings.provided.reset_url)
    list_mails = providers.Singleton(ListMails, g.mails)
    retry_mail = providers.Singleton(RetryMail, g.mails)

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
    show_isr_year = providers.Singleton(ShowIsrYear, g.books, g.entitlements)
    show_isr_detail = providers.Singleton(ShowIsrDetail, g.books, g.entitlements)
    show_settings = providers.Singleton(ShowSettings, g.books, g.registry)
    adjust_settings = providers.Singleton(AdjustSettings, g.books, g.registry, g.entitlements, g.audit, g.jobs, g.clock)
    recompute_books = providers.Singleton(RecomputeBooks, g.jobs, g.books)
    take_up_pending = providers.Singleton(TakeUpPending, g.books, g.registry, g.jobs, g.clock)
    note_return = providers.Singleton(NoteReturn, g.books, g.entitlements, g.audit, g.clock)

    show_consolidado = providers.Singleton(
        ShowConsolidado, g.directory, g.cards, g.entitlements, g.books, g.clock, g.en_paralelo
    )
    admit_package = providers.Singleton(AdmitPackage, g.entitlements)
    enter_metadata = providers.Singleton(EnterMetadata, g.paquetes, g.books, g.audit)
    enter_batches = providers.Singleton(EnterBatches, g.uploads, g.books, g.registry, g.entitlements, noted=False)
    import_package = providers.Singleton(ImportPackage, enter_metadata, enter_files, enter_batches)
    take_package = providers.Singleton(TakePackage, import_package, g.jobs, g.clock)
    load_package = providers.Singleton(LoadPackage, enter_metadata, load_cfdis)
    show_package = providers.Singleton(ShowPackage, g.jobs, g.entitlements)
    compare_with_sat = providers.Singleton(CompareWithSat, g.books, g.entitlements)
    show_report = providers.Singleton(ShowReport, g.books, g.entitlements, g.clock)
    show_report_detail = providers.Singleton(ShowReportDetail, show_report)
    show_forecast = providers.Singleton(ShowForecast, g.books, g.entitlements, g.clock)
    show_forecast_detail = providers.Singleton(ShowForecastDetail, show_forecast)
    show_dashboard = providers.Singleton(ShowDashboard, g.books, g.entitlements, g.clock)
    show_dashboard_detail = providers.Singleton(ShowDashboardDetail, g.books, g.entitlements, g.clock)
    export_report = providers.Singleton(ExportReport, g.books, g.entitlements, g.hojas, g.clock)
    open_inbox = providers.Singleton(OpenInbox, g.buzon, g.registry)
    import_inbox = providers.Singleton(ImportInbox, g.buzon, g.spool, g.registry, import_package, g.clock)

    show_calendario = providers.Singleton(ShowCalendario, g.books, g.entitlements, g.clock)
    mark_obligacion = providers.Singleton(MarkObligacion, g.books, g.entitlements, g.audit, g.clock)
    issue_feed = providers.Singleton(
        IssueFeed, g.feeds, g.tokens, g.entitlements, g.audit, g.clock, settings.provided.feed_url
    )
    revoke_feed = providers.Singleton(RevokeFeed, g.feeds, g.audit)
    read_feed = providers.Singleton(ReadFeed, g.feeds, g.tokens, g.throttle, g.directory, g.registry, show_calendario)
    remind_obligaciones = providers.Singleton(RemindObligaciones, g.books, g.registry, g.entitlements, g.clock)
    tell_obligations_due = providers.Singleton(
        TellObligationsDue, readers, g.books, post_mail, g.clock, settings.provided.calendar_url
    )
    gather_facts = providers.Singleton(GatherFacts, g.entitlements, g.listas, g.vault, g.directory)
    review_alertas = providers.Singleton(ReviewAlertas, g.jobs, g.books, g.registry, gather_facts, g.clock)
    follow_fiel = providers.Singleton(FollowFiel, g.books_changed)
    review_everybody = providers.Singleton(ReviewEverybody, g.registry, g.jobs, g.clock)
    match_again = providers.Singleton(MatchAgain, g.books, g.entitlements)
    review_books = providers.Singleton(ReviewBooks, match_again, review_alertas)
    admit_statement = providers.Singleton(AdmitStatement, g.entitlements)
    load_statement = providers.Singleton(LoadStatement, g.books, g.statement_reader, g.entitlements, g.audit, g.clock)
    list_conciliacion = providers.Singleton(ListConciliacion, g.books, g.entitlements)
    decide_match = providers.Singleton(DecideMatch, g.books, g.entitlements, g.audit, g.clock)
    list_alertas = providers.Singleton(ListAlertas, g.books, g.entitlements)
    mark_alerta = providers.Singleton(MarkAlerta, g.books, g.entitlements, g.audit, g.clock)
    load_lista_69b = providers.Singleton(LoadLista69B, g.lector_lista, g.listas, review_everybody, g.audit, g.clock)
