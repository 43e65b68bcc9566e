"""The routes on Django as its guide writes them: views, a form for what comes in, JsonResponse. No use of its ORM."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from horux_core.fiscal.calendario.generando import EstadoObligacion
from horux_core.fiscal.calendario.marcando import Marca
from horux_core.identity.model import Actor
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.periodo import Periodo
from horux_http.problems import Problem
from tests.benchmarks.rivales import formas, negocio

settings.configure(
    DEBUG=False,
    SECRET_KEY="solo para comparar" * 3,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    USE_I18N=False,
    APPEND_SLASH=False,
    DATABASES={},
)
django.setup()

View = Callable[..., HttpResponse]


class Asked(forms.Form):
    desde = forms.DateField(required=False)
    hasta = forms.DateField(required=False)
    tipo = forms.ChoiceField(required=False, choices=[(one, one) for one in "IETNPR"])
    q = forms.CharField(required=False, max_length=200)
    cursor = forms.CharField(required=False, max_length=100)
    limit = forms.IntegerField(required=False, min_value=1, max_value=500)


class Marked(forms.Form):
    estado = forms.ChoiceField(choices=[(one, one) for one in ("pendiente", "presentada", "no_aplica")])
    presentadaEn = forms.DateField(required=False)
    nota = forms.CharField(required=False, max_length=500)


def authenticated(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            return view(request, negocio.who(request.headers.get("Authorization", "")), **given)
        except HoruxError as error:
            problem = Problem.of(error)
            status = problem.status if problem else 500
            return JsonResponse({"status": status, "code": error.code, "detail": str(error)}, status=status)

    return asked


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok", "timestamp": datetime.now(UTC)})


@require_GET
@authenticated
def cfdis(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = Asked(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    asked = form.cleaned_data
    tipo, q, cursor = (asked[name] or None for name in ("tipo", "q", "cursor"))
    return JsonResponse(negocio.listed(actor, asked["desde"], asked["hasta"], tipo, q, cursor, asked["limit"] or 50))


@require_GET
@authenticated
def cfdi(_request: HttpRequest, actor: Actor, uuid: str) -> HttpResponse:
    return JsonResponse(formas.detalle(negocio.show_cfdi(actor, uuid)))


@require_GET
@authenticated
def iva(request: HttpRequest, actor: Actor) -> HttpResponse:
    anio = int(request.GET["anio"])
    return JsonResponse(formas.anio(anio, negocio.show_iva_year(actor, anio)))


@require_GET
@authenticated
def iva_detalle(_request: HttpRequest, actor: Actor, anio: int, mes: int) -> HttpResponse:
    shown = negocio.show_iva_detail(actor, Periodo(anio, mes))
    return JsonResponse(formas.figuras(shown), safe=False)


@csrf_exempt
@require_http_methods(["PATCH"])
@authenticated
def marcar(request: HttpRequest, actor: Actor, ident: str) -> HttpResponse:
    form = Marked(json.loads(request.body))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    sent = form.cleaned_data
    marca = Marca(EstadoObligacion(sent["estado"]), sent["presentadaEn"], sent["nota"])
    return JsonResponse(formas.obligacion(negocio.mark_obligacion(actor, ident, marca)))


urlpatterns = [
    path("health", health),
    path("api/cfdi", cfdis),
    path("api/cfdi/<str:uuid>", cfdi),
    path("api/iva", iva),
    path("api/iva/<int:anio>/<int:mes>/detalle", iva_detalle),
    path("api/calendario/<str:ident>", marcar),
]
app = get_wsgi_application()
