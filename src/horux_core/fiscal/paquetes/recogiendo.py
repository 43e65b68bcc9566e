"""What the night does with the packages left in each taxpayer's inbox."""

from dataclasses import dataclass
from uuid import uuid4

from horux_core.fiscal.cfdi.limites import MAX_BODY, MIB
from horux_core.fiscal.cfdi.outcome import Rejected
from horux_core.fiscal.cfdi.ports import Spool, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import UploadMissing, UploadTooLarge
from horux_core.fiscal.contribuyentes import todos
from horux_core.fiscal.paquetes.events import PackagesRefused
from horux_core.fiscal.paquetes.importando import AdmitPackage, ImportPackage, ResultadoPaquete
from horux_core.fiscal.paquetes.ports import Buzon, EnBuzon
from horux_core.identity.model import Actor
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, NotFound, Throttled, Unavailable
from horux_core.kernel.ids import JobId
from horux_core.plans.errors import FeatureNotInPlan, SubscriptionInactive
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

_NAMED = 20
_PASSED, _REFUSED = "paquetes", "rechazados"


@dataclass(frozen=True, slots=True)
class ImportInbox:
    """Import every package left in an inbox and put its file aside; one that is cut off is imported again, to no harm.

    A taxpayer who may not import now keeps its files waiting, and one without an inbox gets one. What was refused is
    told once (PackagesRefused).
    """

    buzon: Buzon
    spool: Spool
    registry: Registry
    import_package: ImportPackage
    clock: Clock

    def __call__(self) -> dict[str, int]:
        """How many were taken in, and refused. Raises Unavailable at the end when some have to be tried again."""
        told = {_PASSED: 0, _REFUSED: 0}
        later: HoruxError | None = None
        for tenant in todos(self.registry):
            rechazados: list[str] = []
            try:
                self.buzon.preparar(tenant)
                for archivo in self._admitidos(tenant):
                    later = self._counted(archivo, told, rechazados) or later
            except Unavailable as error:
                # One inbox that cannot be reached keeps nobody else waiting.
                later = error
            self._tell(tenant, rechazados)
        if later is not None:
            raise later
        return told

    def _tell(self, tenant: Tenant, rechazados: list[str]) -> None:
        if rechazados:
            archivos = "\n".join(rechazados[:_NAMED])
            with self.registry.transaction() as tx:
                tx.outbox.put(PackagesRefused(tenant.id, len(rechazados), archivos, self.clock().isoformat()))

    def _counted(self, archivo: EnBuzon, told: dict[str, int], rechazados: list[str]) -> HoruxError | None:
        """What has the file wait for another night, if anything."""
        try:
            outcome = self._one(archivo)
            told[outcome] += 1
            if outcome == _REFUSED:
                rechazados.append(archivo.nombre.encode("utf-8", "replace").decode().replace("\n", " "))
        except (Unavailable, Throttled) as error:
            return error
        except NotFound:
            # Its client, or somebody with access to the folder, took it away or wrote to it meanwhile.
            pass
        return None

    def _admitidos(self, tenant: Tenant) -> tuple[EnBuzon, ...]:
        esperando = self.buzon.esperando(tenant)
        try:
            if esperando:
                AdmitPackage(self.import_package.enter_batches.entitlements)(Actor.system(tenant.id))
        except (FeatureNotInPlan, SubscriptionInactive, NotFound):
            return ()
        return esperando

    def _one(self, archivo: EnBuzon) -> str:
        """What it counts as. Raises Unavailable, Throttled, NotFound."""
        try:
            resultado = self._imported(archivo)
        except (Unavailable, Throttled, UploadMissing, TenantMissing):
            raise
        except HoruxError as error:
            self.buzon.rechazado(archivo, f"{error} ({error.code})\n")
            return _REFUSED
        if resultado.vacio:
            motivo = informe(resultado) or "No trae ningún CFDI ni metadata del SAT.\n"
            self.buzon.rechazado(archivo, motivo)
            return _REFUSED
        self.buzon.procesado(archivo, informe(resultado))
        return _PASSED

    def _imported(self, archivo: EnBuzon) -> ResultadoPaquete:
        tenant = archivo.tenant.id
        upload = self._spooled(archivo)
        try:
            return self.import_package(Actor.system(tenant), upload)
        finally:
            self.spool.remove(upload)

    def _spooled(self, archivo: EnBuzon) -> SpoolRef:
        """A copy that nobody else writes to."""
        writer = self.spool.create(archivo.tenant.id, JobId(uuid4()))
        try:
            with self.buzon.abrir(archivo) as file:
                writer.begin(archivo.nombre)
                size = 0
                while chunk := file.read(MIB):
                    size += len(chunk)
                    if size > MAX_BODY:
                        raise UploadTooLarge(MAX_BODY)
                    writer.write(chunk)
            if not self.buzon.igual(archivo):
                raise UploadMissing
            return writer.commit()
        except BaseException:
            writer.discard()
            raise


def informe(resultado: ResultadoPaquete) -> str:
    """What there is to say of a package's files, a line each; nothing when all of it was taken."""
    metadata, cfdi = resultado.metadata, resultado.cfdi
    lineas = [*map(_renglon, metadata.rechazados), *map(_renglon, cfdi.rejected)]
    lineas += [f"{a.archivo}, línea {a.linea}: {a.detalle}" for a in metadata.avisos]
    mas = metadata.rechazados_total + cfdi.rejected_total + metadata.avisos_total - len(lineas)
    if mas:
        lineas.append(f"Y {mas} más.")
    return "".join(f"{linea}\n" for linea in lineas)


def _renglon(rechazo: Rejected) -> str:
    return f"{rechazo.file}: {rechazo.detail} ({rechazo.code})"
