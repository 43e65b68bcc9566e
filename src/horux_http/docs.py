"""The OpenAPI document, the same bytes each time, and its interactive page, served by ourselves without a network."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openapi_ui_bundles.swagger_ui
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.params import FromPath
from litestar.routes import HTTPRoute

from horux_http.headers import CONTENT_SECURITY_POLICY
from horux_http.problems import HTTP_KINDS, MEDIA_TYPE, STATUS
from horux_http.session import SCOPE

REFUSALS = "refusals"
"""Names what else a route refuses with, beside what follows from its method, its address and its body."""

_PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}
_DESCRIPTION = """API de Horux360: los CFDI de cada cliente en su propia base de datos, y sus impuestos.

Los importes son texto con decimales (`"1600.00"`), las fechas ISO 8601 y los UUID en minúsculas. Las listas llevan
`?cursor=&limit=` y responden `{items, nextCursor}`. Cada error es un documento `application/problem+json` (RFC 9457)
con un `code` estable, una frase en español en `detail` y el `requestId` que también va en el encabezado `X-Request-Id`.
"""
_VENDOR = Path(openapi_ui_bundles.swagger_ui.static_path)
_ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "index.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_PAGE = """<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API de Horux360</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="stylesheet" href="/api/docs/index.css">
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>Esta página necesita JavaScript. El documento es <a href="/api/openapi.json">openapi.json</a>.</noscript>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/inicio.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis]
});
"""
# The page draws its icons from data: addresses; scripts and styles are files of ours like everywhere else.
_POLICY = f"{CONTENT_SECURITY_POLICY}; img-src 'self' data:"
_DAY = {"Cache-Control": "public, max-age=86400"}


class _Unrouted(Router):
    """Takes the routes the framework makes for its own documentation pages, and has none of them."""

    def register(self, value: Any) -> list[Any]:  # noqa: ARG002
        return []


def openapi_config(version: str, tags: Sequence[Tag] = ()) -> OpenAPIConfig:
    """What the document says beside its routes."""
    bearer = SecurityScheme(
        type="http",
        scheme="bearer",
        description="El `accessToken` de POST /api/auth/login; o una llave de API `hxk_…`, solo donde `x-alcance` dice "
        "cuál de sus alcances la admite.",
    )
    return OpenAPIConfig(
        title="Horux360",
        version=version,
        description=_DESCRIPTION,
        components=Components(security_schemes={"bearer": bearer}),
        security=[{"bearer": []}],
        tags=list(tags) or None,
        use_handler_docstrings=True,
        openapi_router=_Unrouted("/", route_handlers=[]),
    )


def openapi_document(app: Litestar) -> bytes:
    """The whole document, sorted and indented: what contracts/openapi.json holds and /api/openapi.json answers."""
    document: dict[str, Any] = json.loads(json.dumps(app.openapi_schema.to_schema(), default=str))
    document.setdefault("components", {}).setdefault("schemas", {})["ProblemDocument"] = _problem_schema()
    for handler, operation in _operations(app, document):
        public = bool(handler.opt.get("public"))
        if public:
            operation["security"] = []
        if SCOPE in handler.opt:
            operation["x-alcance"] = str(handler.opt[SCOPE])
        _add_body(handler, operation)
        operation["responses"] = _responses(handler, operation, public=public)
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


@get("/api/openapi.json", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def document_route(request: Request[Any, Any, Any]) -> Response[bytes]:
    if "openapi" not in request.app.state:
        request.app.state["openapi"] = openapi_document(request.app)
    return Response(request.app.state["openapi"], media_type="application/json", headers={"Cache-Control": "no-cache"})


@get("/api/docs", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def page() -> Response[str]:
    return Response(_PAGE, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


@get("/api/docs/{name:str}", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def asset(name: FromPath[str]) -> Response[bytes]:
    if name == "inicio.js":
        return Response(_START.encode(), media_type="text/javascript; charset=utf-8", headers=_DAY)
    if name not in _ASSETS:
        raise NotFoundException
    return Response((_VENDOR / name).read_bytes(), media_type=_ASSETS[name], headers=_DAY)


ROUTES = (document_route, page, asset)


def _operations(app: Litestar, document: dict[str, Any]) -> Iterator[tuple[HTTPRouteHandler, dict[str, Any]]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            item = document["paths"].get(route.path_format or "/", {})
            for method, (handler, _) in route.route_handler_map.items():
                operation = item.get(method.lower())
                if operation is not None:
                    yield handler, operation


def _add_body(handler: HTTPRouteHandler, operation: dict[str, Any]) -> None:
    """What a handler that reads the body by itself takes, as its controller's `bodies` say."""
    taken: dict[str, dict[str, Any]] = handler.opt.get("bodies", {}).get(handler.handler_name, {})
    if taken:
        content = {kind: {"schema": schema} if schema else {} for kind, schema in taken.items()}
        operation["requestBody"] = {"required": True, "content": content}


def _responses(handler: HTTPRouteHandler, operation: dict[str, Any], *, public: bool) -> dict[str, Any]:
    """The answers the handler declares, every refusal in the one shape, and those any route may give."""
    declared = {code: answer for code, answer in operation["responses"].items() if int(code) < 400}
    statuses = {int(code) for code in operation["responses"] if int(code) >= 400} | {429, 500, 503}
    if operation.get("parameters") or operation.get("requestBody"):
        statuses |= {400, 422}
    if operation.get("requestBody"):
        statuses |= {408, 413, 415}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        statuses.add(404)
    if not public:
        statuses |= {401, 403} if "GET" in handler.http_methods else {401, 403, 409}
    statuses |= handler.opt.get(REFUSALS, frozenset())
    refusals = {str(status): _refusal(operation["responses"].get(str(status)), status) for status in sorted(statuses)}
    return {**declared, **refusals, "default": _refusal({"description": "Cualquier otro error"}, 0)}


def _refusal(said: dict[str, Any] | None, status: int) -> dict[str, Any]:
    kind = HTTP_KINDS.get(status)
    title = _TITLES.get(status) or (kind.title if kind else "")
    described = (said or {}).get("description", "") if status == 0 else title
    return {"description": described, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}


_TITLES = {409: "Choca con lo que ya existe", 422: "No se acepta como está", 404: "No existe", 503: "Intenta más tarde"}


def _problem_schema() -> dict[str, Any]:
    sentence = "Ya hay una empresa con ese RFC."
    texts = {
        "type": "/problems/rfc-taken",
        "title": "RFC ya registrado",
        "detail": sentence,
        "instance": "urn:uuid:5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01",
        "code": "rfc-taken",
        "message": sentence,
        "requestId": "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01",
    }
    fault = {
        "type": "object",
        "required": ["campo", "detalle"],
        "properties": {"campo": {"type": "string"}, "detalle": {"type": "string"}},
    }
    return {
        "type": "object",
        "title": "ProblemDocument",
        "description": "RFC 9457. Los datos propios de cada `code` van junto a estos miembros.",
        "required": sorted([*texts, "status"]),
        "properties": {
            **{name: {"type": "string", "examples": [example]} for name, example in texts.items()},
            "status": {"type": "integer", "enum": sorted({*HTTP_KINDS, *STATUS.values()})},
            "errors": {"type": "array", "items": fault},
        },
        "additionalProperties": True,
    }
