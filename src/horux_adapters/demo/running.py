"""The demonstration: our own database, an operator, and a client provisioned and filled through the real routes."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from horux_adapters.container.clock import system_clock
from horux_adapters.container.horux import opened
from horux_adapters.container.local import own_server, with_secrets
from horux_adapters.container.settings import Settings, load
from horux_adapters.demo.preparing import bring_up_to_date
from horux_adapters.demo.supervising import Household
from horux_adapters.demo.year import CLIENT, year
from horux_core.identity.errors import EmailTaken
from horux_core.kernel.clock import dia_fiscal

_ADMIN = "operador@horux360.example"
_OWNER = "duena@horux360.example"
_READY_SECONDS = 60.0
_LOAD_SECONDS = 300.0


class Demo:
    """One data folder, one port. What it made the first time it finds again the next."""

    def __init__(self, env: Mapping[str, str], data_dir: Path, port: int, *, empty: bool) -> None:
        self._data_dir = data_dir
        self._empty = empty
        self.url = f"http://127.0.0.1:{port}"
        own = {"DATA_DIR": str(data_dir), "PORT": str(port), "HOST": "127.0.0.1"}
        self._env = {**env, **own, "HORUX_ENV": "development", "STORAGE": "postgres", "LOG_LEVEL": "warning"}

    @contextmanager
    def started(self) -> Iterator[Household]:
        """With the database, the server and the worker running; all end with the context."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        env = with_secrets(self._env, self._data_dir)
        with _database(env, self._data_dir) as complete, Household(complete) as household:
            bring_up_to_date(complete)
            self._settings = load(complete)
            self._register_operator(self._settings)
            household.start("serve")
            household.start("worker")
            yield household

    def ready(self, household: Household) -> dict[str, Any] | None:
        """What somebody needs to come in, once all is there; None when a process ended before that."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if not household.whole or time.monotonic() > deadline:
                return None
            time.sleep(0.05)
        if not self._empty and "tenant" not in self._kept:
            self._keep(tenant=self._client())
        kept = self._kept
        return {"url": self.url, "adminEmail": _ADMIN, "adminPassword": kept["admin"], "tenant": kept.get("tenant")}

    def _register_operator(self, settings: Settings) -> None:
        if "admin" not in self._kept:
            self._keep(admin=secrets.token_urlsafe(12))
        with opened(settings) as horux:
            try:
                horux.use_cases.create_operator()(_ADMIN, "Operadora de muestra", self._kept["admin"])
            except EmailTaken:
                return

    def _client(self) -> dict[str, str]:
        """Through the API, as the operator and then as the owner would do it."""
        admin = _Api(self.url).signed_in(_ADMIN, self._kept["admin"])
        admin.call(
            "POST",
            "/api/tenants/",
            {
                "rfc": CLIENT.rfc,
                "nombre": CLIENT.nombre,
                "plan": "enterprise",
                "regimenes": ["601"],
                "adminEmail": _OWNER,
                "adminNombre": "Dueña de muestra",
            },
            accept=(201, 409),
        )
        password = self._chosen_password()
        owner = _Api(self.url).signed_in(_OWNER, password)
        self._upload(owner)
        return {"rfc": CLIENT.rfc, "ownerEmail": _OWNER, "ownerPassword": password}

    def _chosen_password(self) -> str:
        """The owner's own, chosen with a temporary one as after the welcome mail."""
        chosen = secrets.token_urlsafe(12)
        with opened(self._settings) as horux:
            with horux.gateways.directory().transaction() as tx:
                owner = tx.users.by_email(_OWNER)
            assert owner is not None
            temporary = horux.use_cases.issue_temporary_password()(owner.id)
        api = _Api(self.url).signed_in(_OWNER, temporary)
        api.call("POST", "/api/auth/password", {"currentPassword": temporary, "newPassword": chosen}, accept=(204,))
        return chosen

    def _upload(self, owner: "_Api") -> None:
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, content in year(dia_fiscal(system_clock())):
                archive.writestr(name, content)
        job = owner.call("POST", "/api/cfdi/bulk", packed.getvalue(), kind="application/zip", accept=(200, 202))
        deadline = time.monotonic() + _LOAD_SECONDS
        while "jobId" in job and job.get("estado") not in ("terminado", "fallido") and time.monotonic() < deadline:
            time.sleep(0.1)
            job = owner.call("GET", f"/api/cfdi/bulk/{job['jobId']}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as answer:  # noqa: S310
                return int(answer.status) == 200
        except OSError:
            return False

    @property
    def _kept(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self._data_dir / "demo.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def _keep(self, **more: object) -> None:
        complete = {**self._kept, **more}
        draft = self._data_dir / "demo.nuevo"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump(complete, out)
        draft.rename(self._data_dir / "demo.json")


@contextmanager
def _database(env: dict[str, str], data_dir: Path) -> Iterator[dict[str, str]]:
    """The server of DATABASE_URL, or our own."""
    if env.get("DATABASE_URL"):
        yield {**env, "DATABASE_ADMIN_URL": env.get("DATABASE_ADMIN_URL") or env["DATABASE_URL"]}
        return
    with own_server(env, data_dir) as complete:
        yield complete


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
        """Raises RuntimeError for an answer of another status."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {**self._headers, **({"Content-Type": kind} if data is not None else {})}
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        if status not in accept:
            raise RuntimeError(
                f"La demostración esperaba {accept} de {method} {path} y recibió {status}: {text[:300]!r}"
            )
        found: dict[str, Any] = json.loads(text) if text else {}
        return found
