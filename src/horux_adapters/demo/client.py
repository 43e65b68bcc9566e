"""The sample client, taken in and filled through the API as its operator and its owner would do it. Runs apart."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from horux_adapters.container.clock import system_clock
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.demo.apart import StepFailed
from horux_adapters.demo.year import CLIENT, year
from horux_core.kernel.clock import dia_fiscal

OWNER = "duena@horux360.example"
_LOAD_SECONDS = 300.0
_RECOVERY_SECONDS = 60.0
_TRIES = 5


def sample_client(
    env: Mapping[str, str], url: str, admin_email: str, admin_password: str, owner_password: str
) -> dict[str, str]:
    """Provision it if it is not there, have its owner choose that password, and upload its year."""
    admin = _Api(url).signed_in(admin_email, admin_password)
    wanted = {
        "rfc": CLIENT.rfc,
        "nombre": CLIENT.nombre,
        "plan": "enterprise",
        "regimenes": ["601"],
        "adminEmail": OWNER,
        "adminNombre": "Dueña de muestra",
    }
    _provisioned(admin, wanted)
    _upload(_chosen(env, url, owner_password))
    return {"rfc": CLIENT.rfc, "ownerEmail": OWNER, "ownerPassword": owner_password}


def _provisioned(admin: "_Api", wanted: Mapping[str, object]) -> None:
    """Also when an earlier start was cut off in the middle: then the RFC is taken until recovery has undone it."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while "id" not in admin.call("POST", "/api/tenants/", wanted, accept=(201, 409)):
        if "id" in admin.call("GET", f"/api/tenants/{CLIENT.rfc}", accept=(200, 404)):
            return
        if time.monotonic() > deadline:
            raise StepFailed("El cliente de muestra quedó a medias y no se pudo deshacer: borra la carpeta de datos.")
        time.sleep(0.5)


def _chosen(env: Mapping[str, str], url: str, password: str) -> "_Api":
    """The owner, signed in with a password of its own: chosen now with a temporary one, or at an earlier start.

    The worker makes a temporary password of its own for the welcome mail: whoever comes second asks again.
    """
    with opened(load(env)) as horux:
        for _ in range(_TRIES):
            with horux.gateways.directory().transaction() as tx:
                owner = tx.users.by_email(OWNER)
                (membership,) = tx.memberships.of_user(owner.id)
            temporary = horux.use_cases.issue_temporary_password()(owner.id, membership.tenant)
            if temporary is None:
                break
            try:
                api = _Api(url).signed_in(OWNER, temporary)
                wanted = {"currentPassword": temporary, "newPassword": password}
                api.call("POST", "/api/auth/password", wanted, accept=(204,))
            except StepFailed:
                continue
            break
    return _Api(url).signed_in(OWNER, password)


def _upload(owner: "_Api") -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in year(dia_fiscal(system_clock())):
            archive.writestr(name, content)
    job = owner.call("POST", "/api/cfdi/bulk", packed.getvalue(), kind="application/zip", accept=(200, 202))
    deadline = time.monotonic() + _LOAD_SECONDS
    while "jobId" in job and job.get("estado") not in ("terminado", "fallido") and time.monotonic() < deadline:
        time.sleep(0.1)
        job = owner.call("GET", f"/api/cfdi/bulk/{job['jobId']}")
    if "jobId" in job and job.get("estado") != "terminado":
        raise StepFailed("El año de muestra no se cargó: vuelve a empezar la demostración.")


class _Api:
    """The product's API, over HTTP like anybody else."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._headers: dict[str, str] = {}

    def signed_in(self, email: str, password: str) -> "_Api":
        tokens = self.call("POST", "/api/auth/login", {"email": email, "password": password})
        self._headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        return self

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | bytes | None = None,
        *,
        kind: str = "application/json",
        accept: tuple[int, ...] = (200,),
    ) -> dict[str, Any]:
        """Raises StepFailed for an answer of another status."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {**self._headers, **({"Content-Type": kind} if data is not None else {})}
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        if status not in accept:
            raise StepFailed(f"La demostración esperaba {accept} de {method} {path} y recibió {status}: {text[:300]!r}")
        found: dict[str, Any] = json.loads(text) if text else {}
        return found
