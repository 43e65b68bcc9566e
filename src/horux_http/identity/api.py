"""Logging in and out. Routes that check a password run in the lane `acceso`: hashing must not starve the others."""

from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.introducing import Introduce
from horux_core.identity.model import Actor
from horux_core.identity.reauthenticating import Reauthenticate
from horux_core.identity.refreshing import Refresh
from horux_core.identity.resetting import AskReset, ResetPassword
from horux_core.identity.second_factor import GiveSecondFactor
from horux_core.identity.sessions import EndOtherSessions, ListSessions
from horux_core.identity.signing_in_at_once import SignInAtOnce
from horux_core.identity.signing_out import SignOut
from horux_core.identity.switching import SwitchTenant
from horux_core.kernel.rfc import Rfc
from horux_http.docs import REFUSALS
from horux_http.identity.wire import (
    CodeBody,
    Credentials,
    ForgottenPassword,
    NewPassword,
    PasswordChange,
    ProofBody,
    RefreshBody,
    SessionOut,
    SessionsOut,
    SignedInOut,
    SwitchBody,
    SwitchedOut,
    UserOut,
)
from horux_http.session import FOR_HALF, FOR_NEWCOMERS

Asking = NamedDependency[SkipValidation[Actor]]


class AuthController(Controller):
    path = "/api/auth"
    tags = ("Acceso",)
    # Who sends them need not be known.
    request_max_body_size = 16 * 1024

    @post(
        "/login",
        sync_to_thread=True,
        status_code=HTTP_200_OK,
        opt={"lane": "acceso", "public": True, REFUSALS: {401}},
        summary="Iniciar sesión",
    )
    def login(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[Credentials],
        sign_in_at_once: NamedDependency[SkipValidation[SignInAtOnce]],
    ) -> SignedInOut:
        address = request.client.host if request.client else ""
        agent = request.headers.get("user-agent", "")
        return SignedInOut.of(sign_in_at_once(data.email, data.password, data.otp or "", agent, address))

    @post(
        "/second-factor",
        sync_to_thread=True,
        status_code=HTTP_200_OK,
        opt={"lane": "acceso", FOR_NEWCOMERS: True, FOR_HALF: True},
        summary="Dar el segundo factor; con el `ticket` de `second-factor-required` como credencial",
    )
    def second_factor(
        self,
        actor: Asking,
        data: JSONBody[CodeBody],
        give_second_factor: NamedDependency[SkipValidation[GiveSecondFactor]],
    ) -> SignedInOut:
        return SignedInOut.of(give_second_factor(actor, data.code))

    @post(
        "/reauthenticate",
        sync_to_thread=True,
        status_code=HTTP_200_OK,
        opt={"lane": "acceso"},
        summary="Decir otra vez quién soy, para lo que pide `reauthentication-required`",
    )
    def reauthenticate(
        self,
        actor: Asking,
        data: JSONBody[ProofBody],
        reauthenticate: NamedDependency[SkipValidation[Reauthenticate]],
    ) -> SwitchedOut:
        return SwitchedOut.of(reauthenticate(actor, data.password, data.code or ""))

    @post(
        "/refresh",
        sync_to_thread=True,
        status_code=HTTP_200_OK,
        opt={"public": True, REFUSALS: {401}},
        summary="Renovar la credencial; la de renovación sirve una vez",
    )
    def refresh(self, data: JSONBody[RefreshBody], refresh: NamedDependency[SkipValidation[Refresh]]) -> SignedInOut:
        return SignedInOut.of(refresh(data.refresh_token))

    @post(
        "/logout",
        sync_to_thread=True,
        status_code=HTTP_204_NO_CONTENT,
        opt={FOR_NEWCOMERS: True, FOR_HALF: True},
        summary="Cerrar la sesión",
    )
    def logout(self, actor: Asking, sign_out: NamedDependency[SkipValidation[SignOut]]) -> None:
        sign_out(actor)

    @post(
        "/password",
        sync_to_thread=True,
        status_code=HTTP_204_NO_CONTENT,
        opt={"lane": "acceso", FOR_NEWCOMERS: True},
        summary="Cambiar la contraseña; cierra las demás sesiones",
    )
    def password(
        self,
        actor: Asking,
        data: JSONBody[PasswordChange],
        change_password: NamedDependency[SkipValidation[ChangePassword]],
    ) -> None:
        change_password(actor, data.current_password, data.new_password)

    @post(
        "/forgot",
        sync_to_thread=True,
        status_code=HTTP_202_ACCEPTED,
        opt={"lane": "acceso", "public": True},
        summary="Pedir por correo una liga para elegir otra contraseña; responde igual exista o no la cuenta",
    )
    def forgot(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ForgottenPassword],
        ask_reset: NamedDependency[SkipValidation[AskReset]],
    ) -> None:
        ask_reset(data.email, request.client.host if request.client else "")

    @post(
        "/reset",
        sync_to_thread=True,
        status_code=HTTP_204_NO_CONTENT,
        opt={"lane": "acceso", "public": True},
        summary="Elegir otra contraseña con la liga del correo; cierra todas las sesiones",
    )
    def reset(
        self, data: JSONBody[NewPassword], reset_password: NamedDependency[SkipValidation[ResetPassword]]
    ) -> None:
        reset_password(data.token, data.password)

    @post("/switch", sync_to_thread=True, status_code=HTTP_200_OK, summary="Pasar a otra de mis empresas")
    def switch(
        self,
        actor: Asking,
        data: JSONBody[SwitchBody],
        switch_tenant: NamedDependency[SkipValidation[SwitchTenant]],
    ) -> SwitchedOut:
        return SwitchedOut.of(switch_tenant(actor, Rfc(data.rfc)))

    @get(
        "/me",
        sync_to_thread=True,
        opt={FOR_NEWCOMERS: True},
        summary="Quién soy y en qué empresa trabajo",
    )
    def me(self, actor: Asking, introduce: NamedDependency[SkipValidation[Introduce]]) -> UserOut:
        return UserOut.of(*introduce(actor))

    @get("/sesiones", sync_to_thread=True, summary="Mis sesiones abiertas")
    def sessions(self, actor: Asking, list_sessions: NamedDependency[SkipValidation[ListSessions]]) -> SessionsOut:
        return SessionsOut([SessionOut.of(session, actor.session) for session in list_sessions(actor)])

    @delete("/sesiones", sync_to_thread=True, summary="Cerrar mis demás sesiones")
    def end_sessions(
        self, actor: Asking, end_other_sessions: NamedDependency[SkipValidation[EndOtherSessions]]
    ) -> None:
        end_other_sessions(actor)
