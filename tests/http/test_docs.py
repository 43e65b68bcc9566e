import json
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from horux_http.docs import openapi_document
from tests.http.small import client, small_app


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(openapi_document(small_app()))
    return read


def test_the_document_is_the_same_each_time_and_sorted() -> None:
    once, again = openapi_document(small_app()), openapi_document(small_app())
    assert once == again
    assert once.endswith(b"}\n")
    assert list(json.loads(once)["paths"]) == sorted(json.loads(once)["paths"])


def test_the_document_is_openapi_3_1_in_spanish() -> None:
    read = document()
    assert read["openapi"].startswith("3.1")
    assert "Horux360" in read["info"]["title"]
    assert "CFDI" in read["info"]["description"]


def test_every_route_asks_for_a_bearer_but_the_public_ones() -> None:
    read = document()
    assert read["security"] == [{"bearer": []}]
    assert read["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert read["paths"]["/health"]["get"]["security"] == []
    assert "security" not in read["paths"]["/api/cosas"]["post"]


def test_every_refusal_is_a_problem_document() -> None:
    read = document()
    for path in read["paths"].values():
        for operation in path.values():
            refusals = {code: answer for code, answer in operation["responses"].items() if not code.startswith("2")}
            assert {"429", "500", "503", "default"} <= refusals.keys()
            for answer in refusals.values():
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
                }
    assert {"400", "401", "403", "413", "415", "422"} <= read["paths"]["/api/cosas"]["post"]["responses"].keys()
    assert "status_code" not in json.dumps(read)


def test_documents_only_the_api() -> None:
    assert not [path for path in document()["paths"] if "docs" in path or "openapi" in path or "schema" in path]


def test_serves_the_document() -> None:
    app = small_app()
    with TestClient(app) as http:
        answer = http.get("/api/openapi.json")
    assert answer.content == openapi_document(app)
    assert answer.headers["content-type"].startswith("application/json")


def test_the_page_takes_everything_from_here_and_runs_nothing_inline() -> None:
    with client() as http:
        page = http.get("/api/docs")
        policy = page.headers["content-security-policy"]
        assert page.headers["content-type"].startswith("text/html")
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "http:" not in page.text
        assert "https:" not in page.text
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page.text)
        linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert "/api/docs/swagger-ui-bundle.js" in linked
        for address in linked:
            assert http.get(address).status_code == 200, address
        assert "/api/openapi.json" in http.get("/api/docs/inicio.js").text


@pytest.mark.parametrize("name", ["index.html", "..%2F__init__.py", "__init__.py", "swagger-ui-standalone-preset.js"])
def test_serves_no_other_file(name: str) -> None:
    with client() as http:
        assert http.get(f"/api/docs/{name}").status_code == 404


def test_can_be_left_out() -> None:
    with client(docs=False) as http:
        assert http.get("/api/docs").status_code == 404
        assert http.get("/api/openapi.json").status_code == 404
    assert openapi_document(small_app(docs=False)) == openapi_document(small_app())


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json", "/openapi.json", "/"])
def test_the_framework_s_own_pages_are_not_there(path: str) -> None:
    with client() as http:
        assert http.get(path).status_code == 404
