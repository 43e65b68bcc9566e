from dependency_injector import containers, providers

from horux_adapters.container.settings import Settings
from horux_core.fiscal.alertas.cargando import LoadLista69B, ShowLista69B
from horux_core.fiscal.alertas.consultando import CountAlertas, ListAlertas, MarkAlerta, ShowAlerta
from horux_core.fiscal.alertas.reuniendo import GatherFacts
from horux_core.fiscal.alertas.revisando import FollowFiel, ReviewAlertas, ReviewEverybody
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.marcando import MarkObligacion
from horux_core.fiscal.calendario.publicando import IssueFeed, ReadFeed, RevokeFeed, ShowFeed
from horux_core.fiscal.calendario.recordando import RemindObligaciones
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi, EnterFiles
from horux_core.fiscal.cfdi.exportando import ExportCfdis
from horux_core.fiscal.cfdi.ficha import LookAtCfdi
from horux_core.fiscal.cfdi.hojeando import BrowseCfdis
from horux_core.fiscal.cfdi.listing import DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.cfdi.loading import EnterBatches, KeepUpload, ListLoads, LoadCfdis, ShowLoad, TakeUpload
from horux_core.fiscal.conciliacion.cargando import AdmitStatement, LoadStatement
from horux_core.fiscal.conciliacion.consultando import ListConciliacion
from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.fiscal.conciliacion.eligiendo import DecideMatch
from horux_core.fiscal.conciliacion.revisando import ReviewBooks
from horux_core.fiscal.conciliacion.sin_banco import ListSinBanco
from horux_core.fiscal.configuracion.adjusting import AdjustSettings, PreviewSettings, RecomputeBooks, ShowSettings
from horux_core.fiscal.configuracion.alcance import ShowReach
from horux_core.fiscal.configuracion.contrasting import ContrastReturn
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.fiscal.paquetes.consultando import CompareWithSat, ShowCoverage
from horux_core.fiscal.paquetes.importando import AdmitPackage, ImportPackage, LoadPackage, ShowPackage, TakePackage
from horux_core.fiscal.paquetes.metadatos import EnterMetadata
from horux_core.fiscal.paquetes.recogiendo import ImportInbox
from horux_core.fiscal.pronostico.consultando import ShowForecast, ShowForecastDetail
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.fiscal.retomando import TakeUpPending
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.onboarding.inboxes import OpenInbox


class FiscalCases(containers.DeclarativeContainer):
    """Those that work on a taxpayer's books."""

    gateways = providers.DependenciesContainer()
    settings = providers.Dependency(instance_of=Settings)
    g = gateways

    admit_upload = providers.Singleton(AdmitUpload, g.entitlements)
    enter_cfdi = providers.Singleton(EnterCfdi, g.reader, g.books, g.registry, g.entitlements)
    enter_files = providers.Singleton(EnterFiles, g.uploads, g.books, g.registry, g.entitlements)
    take_upload = providers.Singleton(TakeUpload, g.uploads, g.jobs, enter_files, g.clock)
    keep_upload = providers.Singleton(KeepUpload, take_upload)
    list_loads = providers.Singleton(ListLoads, g.jobs)
    show_load = providers.Singleton(ShowLoad, g.jobs)
    load_cfdis = providers.Singleton(LoadCfdis, g.jobs, g.uploads, g.books, g.registry, g.entitlements)
    list_cfdis = providers.Singleton(ListCfdis, g.books)
    show_cfdi = providers.Singleton(ShowCfdi, g.books)
    browse_cfdis = providers.Singleton(BrowseCfdis, g.books)
    look_at_cfdi = providers.Singleton(LookAtCfdi, g.books, g.reader)
    export_cfdis = providers.Singleton(ExportCfdis, g.books, g.hojas, g.clock)
    download_xml = providers.Singleton(DownloadXml, g.books, g.reader)
    correct_cfdi = providers.Singleton(CorrectCfdi, g.books, g.entitlements, g.audit, g.clock)
    show_iva_year = providers.Singleton(ShowIvaYear, g.books, g.entitlements)
    show_iva_detail = providers.Singleton(ShowIvaDetail, g.books, g.entitlements)
    show_isr_year = providers.Singleton(ShowIsrYear, g.books, g.entitlements)
    show_isr_detail = providers.Singleton(ShowIsrDetail, g.books, g.entitlements)
    show_settings = providers.Singleton(ShowSettings, g.books, g.registry)
    adjust_settings = providers.Singleton(AdjustSettings, g.books, g.registry, g.entitlements, g.audit, g.jobs, g.clock)
    preview_settings = providers.Singleton(PreviewSettings, g.books, g.registry)
    show_reach = providers.Singleton(ShowReach, g.books)
    recompute_books = providers.Singleton(RecomputeBooks, g.jobs, g.books)
    take_up_pending = providers.Singleton(TakeUpPending, g.books, g.registry, g.jobs, g.clock)
    note_return = providers.Singleton(NoteReturn, g.books, g.entitlements, g.audit, g.clock)

    contrast_return = providers.Singleton(ContrastReturn, g.books, g.entitlements)
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
    show_coverage = providers.Singleton(ShowCoverage, g.books, g.entitlements)
    name_documents = providers.Singleton(NameDocuments, g.books)
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
    show_feed = providers.Singleton(ShowFeed, g.feeds)
    revoke_feed = providers.Singleton(RevokeFeed, g.feeds, g.audit)
    read_feed = providers.Singleton(ReadFeed, g.feeds, g.tokens, g.throttle, g.directory, g.registry, show_calendario)
    remind_obligaciones = providers.Singleton(RemindObligaciones, g.books, g.registry, g.entitlements, g.clock)
    gather_facts = providers.Singleton(GatherFacts, g.entitlements, g.listas, g.vault, g.directory)
    review_alertas = providers.Singleton(ReviewAlertas, g.jobs, g.books, g.registry, gather_facts, g.clock)
    follow_fiel = providers.Singleton(FollowFiel, g.books_changed)
    review_everybody = providers.Singleton(ReviewEverybody, g.registry, g.jobs, g.clock)
    match_again = providers.Singleton(MatchAgain, g.books, g.entitlements)
    review_books = providers.Singleton(ReviewBooks, match_again, review_alertas)
    admit_statement = providers.Singleton(AdmitStatement, g.entitlements)
    load_statement = providers.Singleton(LoadStatement, g.books, g.statement_reader, g.entitlements, g.audit, g.clock)
    list_conciliacion = providers.Singleton(ListConciliacion, g.books, g.entitlements)
    list_sin_banco = providers.Singleton(ListSinBanco, g.books, g.entitlements)
    decide_match = providers.Singleton(DecideMatch, g.books, g.entitlements, g.audit, g.clock)
    count_alertas = providers.Singleton(CountAlertas, g.books, g.entitlements)
    show_alerta = providers.Singleton(ShowAlerta, g.books, g.entitlements)
    list_alertas = providers.Singleton(ListAlertas, g.books, g.entitlements)
    mark_alerta = providers.Singleton(MarkAlerta, g.books, g.entitlements, g.audit, g.clock)
    show_lista_69b = providers.Singleton(ShowLista69B, g.listas, g.clock)
    load_lista_69b = providers.Singleton(LoadLista69B, g.lector_lista, g.listas, review_everybody, g.audit, g.clock)
