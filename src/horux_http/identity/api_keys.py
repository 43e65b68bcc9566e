"""The API keys of a taxpayer, as its owner manages them."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from horux_core.identity.issuing_keys import IssueKey, ListKeys, RevokeKey
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.ids import KeyId
from horux_http.identity.wire_keys import KeyOut, KeysOut, NewKey, NewKeyOut
from horux_http.session import NEEDS


class KeyController(Controller):
    path = "/api/api-keys"
    tags = ("Empresa",)

    @get(sync_to_thread=True, summary="Llaves de API de la empresa, la más nueva primero")
    def list(
        self, actor: NamedDependency[SkipValidation[Actor]], list_keys: NamedDependency[SkipValidation[ListKeys]]
    ) -> KeysOut:
        return KeysOut([KeyOut.of(listed.key, listed.maker_belongs) for listed in list_keys(actor)])

    @post(
        sync_to_thread=True,
        opt={NEEDS: Permission.OWN},
        summary="Crea una llave de API; su secreto se muestra solo aquí",
        description="Va en `Authorization: Bearer hxk_…`, y en ningún otro lugar. Solo abre lo que dicen sus `scopes`: "
        "`cfdi:read`, consultar CFDI y bajar su XML; `cfdi:write`, subirlos, seguir las cargas que hizo y corregirlos "
        "(la respuesta muestra el CFDI corregido); `reportes:read`, consultar IVA, ISR, reportes y su detalle.",
    )
    def create(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        data: JSONBody[NewKey],
        issue_key: NamedDependency[SkipValidation[IssueKey]],
    ) -> NewKeyOut:
        return NewKeyOut.of(issue_key(actor, data.as_wanted()))

    @delete("/{key:uuid}", sync_to_thread=True, summary="Revoca una llave de API; deja de servir al instante")
    def revoke(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        key: FromPath[UUID],
        revoke_key: NamedDependency[SkipValidation[RevokeKey]],
    ) -> None:
        revoke_key(actor, KeyId(key))
