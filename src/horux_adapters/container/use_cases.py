"""Every use case, built once from the gateways; handlers receive it by its name here."""

from dependency_injector import providers

from horux_adapters.container.fiscal_cases import FiscalCases
from horux_adapters.mercadopago.notices import TOPICS
from horux_core.billing.account import ShowAccount
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
from horux_core.fiscal.heading import ShowHeading
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.authenticating_keys import AuthenticateKey, TraceKey
from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.checking_codes import CodeCheck
from horux_core.identity.continuing import Continue
from horux_core.identity.introducing import Introduce
from horux_core.identity.inviting import InviteAgain, InvitePerson
from horux_core.identity.issuing_keys import IssueKey, ListKeys, RevokeKey
from horux_core.identity.operators import CreateOperator
from horux_core.identity.people import ListPeople, RemovePerson, SeePeople
from horux_core.identity.reauthenticating import Reauthenticate
from horux_core.identity.refreshing import Refresh
from horux_core.identity.resetting import AskReset, IssueReset, ResetPassword
from horux_core.identity.second_factor import (
    EnrollFactor,
    GiveSecondFactor,
    Opener,
    ProposeFactor,
    RenewCodes,
    ShowFactor,
)
from horux_core.identity.sessions import EndOtherSessions, EndSession, ListSessions
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_in_at_once import SignInAtOnce
from horux_core.identity.signing_out import SignOut
from horux_core.identity.staff import (
    AdmitOperator,
    EndOperatorSessions,
    InviteOperator,
    ListStaff,
    RemoveFactor,
    SendOperatorLink,
)
from horux_core.identity.switching import SwitchTenant
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.notifications.backing_up import TellBackupTrouble
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
from horux_core.onboarding.moving import MoveTenant, SettleMove
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.onboarding.undoing import UndoRun
from horux_core.onboarding.watching import WatchRun
from horux_core.operations.cleaning import CleanSpool
from horux_core.operations.measuring import MeasureClients
from horux_core.operations.overseeing import ListClients, NameClients, ShowClient
from horux_core.operations.purging import PurgeBygones
from horux_core.operations.sealed import ShowClientFiel
from horux_core.operations.working import BrowseJobs, RetryJob
from horux_core.tenancy.auditing import ReadOwnAudit, ReadWholeAudit, SearchOwnAudit
from horux_core.tenancy.changing import ChangeTenant
from horux_core.tenancy.impersonating import EnterView
from horux_core.tenancy.listing import ListTenants, ShowTenant
from horux_core.tenancy.servers import AddServer, ListServers, OpenServer, RemoveServer
from horux_core.tenancy.watching import WatchJobs


class UseCases(FiscalCases):
    gateways, settings = FiscalCases.gateways, FiscalCases.settings
    g = gateways
    topics = providers.Object(TOPICS)
    access_ttl = settings.provided.jwt_expires_in
    refresh_ttl = settings.provided.jwt_refresh_expires_in
    mfa = settings.provided.second_factor
    login_url, pay_url = settings.provided.login_url, settings.provided.payer_url

    sign_in = providers.Singleton(
        SignIn, g.directory, g.cards, g.hasher, g.tokens, g.throttle, g.clock, access_ttl, refresh_ttl, mfa
    )
    check_codes = providers.Singleton(CodeCheck, g.tokens, g.seeds, g.throttle)
    opener = providers.Singleton(Opener, g.tokens, g.clock, access_ttl, refresh_ttl)
    give_second_factor = providers.Singleton(GiveSecondFactor, g.directory, check_codes, opener)
    show_factor = providers.Singleton(ShowFactor, g.directory, mfa)
    propose_factor = providers.Singleton(ProposeFactor, g.directory, check_codes, mfa)
    enroll_factor = providers.Singleton(EnrollFactor, g.directory, check_codes, opener, mfa)
    renew_codes = providers.Singleton(RenewCodes, g.directory, check_codes, mfa)
    reauthenticate = providers.Singleton(
        Reauthenticate, g.directory, g.cards, g.hasher, check_codes, g.clock, access_ttl, mfa
    )
    list_staff = providers.Singleton(ListStaff, g.directory)
    invite_operator = providers.Singleton(InviteOperator, g.directory, g.clock)
    send_operator_link = providers.Singleton(SendOperatorLink, g.directory)
    admit_operator = providers.Singleton(AdmitOperator, g.directory, g.clock)
    end_operator_sessions = providers.Singleton(EndOperatorSessions, g.directory, g.clock)
    remove_factor = providers.Singleton(RemoveFactor, g.directory, g.clock)
    refresh = providers.Singleton(Refresh, g.directory, g.cards, g.tokens, g.clock, access_ttl, refresh_ttl)
    go_on = providers.Singleton(Continue, g.directory, g.cards, g.tokens, g.clock, access_ttl, refresh_ttl)
    sign_out = providers.Singleton(SignOut, g.directory, g.clock)
    change_password = providers.Singleton(ChangePassword, g.directory, g.cards, g.hasher, g.tokens, g.throttle, g.clock)
    list_sessions = providers.Singleton(ListSessions, g.directory, g.clock)
    end_session = providers.Singleton(EndSession, g.directory, g.clock)
    end_other_sessions = providers.Singleton(EndOtherSessions, g.directory, g.clock)
    switch_tenant = providers.Singleton(
        SwitchTenant, g.directory, g.cards, g.entitlements, g.tokens, g.clock, access_ttl
    )
    introduce = providers.Singleton(Introduce, g.directory, g.cards)
    show_heading = providers.Singleton(
        ShowHeading, introduce, g.registry, g.entitlements, g.subscriptions, g.books, g.policy, g.clock
    )
    authenticate_key = providers.Singleton(AuthenticateKey, g.key_ring, g.entitlements, g.tokens, g.throttle, g.clock)
    authenticate = providers.Singleton(
        Authenticate, g.tokens, g.standings, g.clock, authenticate_key, mfa, settings.provided.fresh_for
    )
    sign_in_at_once = providers.Singleton(SignInAtOnce, sign_in, authenticate, give_second_factor)
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
    see_people = providers.Singleton(SeePeople, g.directory, g.clock, refresh_ttl)
    invite_person = providers.Singleton(InvitePerson, g.directory, g.entitlements, g.throttle, g.clock)
    invite_again = providers.Singleton(InviteAgain, g.directory, g.entitlements, g.throttle, g.clock)
    remove_person = providers.Singleton(RemovePerson, g.directory, g.entitlements)

    enter_view = providers.Singleton(EnterView, g.registry, g.audit)
    list_tenants = providers.Singleton(ListTenants, g.registry)
    show_tenant = providers.Singleton(ShowTenant, g.registry)
    change_tenant = providers.Singleton(ChangeTenant, g.registry)
    show_subscription = providers.Singleton(ShowSubscription, g.registry, g.subscriptions)
    show_account = providers.Singleton(ShowAccount, g.subscriptions, g.directory, g.bank_account, g.policy, g.clock)
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
    search_own_audit = providers.Singleton(SearchOwnAudit, g.audit, g.directory)
    read_whole_audit = providers.Singleton(ReadWholeAudit, g.audit, g.registry)
    watch_jobs = providers.Singleton(WatchJobs, g.jobs)
    browse_jobs = providers.Singleton(BrowseJobs, g.jobs)
    retry_job = providers.Singleton(RetryJob, g.jobs, g.registry, g.audit, g.clock)
    list_clients = providers.Singleton(ListClients, g.clients, g.clock, refresh_ttl)
    show_client = providers.Singleton(ShowClient, g.clients, g.registry, g.directory, g.books, g.clock, refresh_ttl)
    name_clients = providers.Singleton(NameClients, g.clients)
    measure_clients = providers.Singleton(MeasureClients, g.registry, g.books, g.clients, g.clock)
    show_client_fiel = providers.Singleton(ShowClientFiel, g.registry, g.vault, g.clock)
    watch_run = providers.Singleton(WatchRun, g.runs, g.vault)

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
    move_tenant = providers.Singleton(MoveTenant, g.runs, g.registry, g.database_servers, g.moves, g.clock)
    settle_move = providers.Singleton(SettleMove, g.runs, g.moves)
    list_servers = providers.Singleton(ListServers, g.database_servers)
    add_server = providers.Singleton(AddServer, g.database_servers)
    open_server = providers.Singleton(OpenServer, g.database_servers)
    remove_server = providers.Singleton(RemoveServer, g.database_servers)
    recover_runs = providers.Singleton(RecoverRuns, g.runs, undo_run, complete_departure, settle_move)
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
    tell_obligations_due = providers.Singleton(
        TellObligationsDue, readers, g.books, post_mail, g.clock, settings.provided.calendar_url
    )
    tell_packages_refused = providers.Singleton(TellPackagesRefused, readers, post_mail)
    tell_backup_trouble = providers.Singleton(TellBackupTrouble, readers, post_mail)
    send_reset = providers.Singleton(SendReset, g.directory, issue_reset, post_mail, settings.provided.reset_url)
    list_mails = providers.Singleton(ListMails, g.mails)
    retry_mail = providers.Singleton(RetryMail, g.mails)
