"""Prints the OpenAPI document: `python -m horux_http`."""

import sys

from horux_adapters.container.settings import load
from horux_http.asgi import application
from horux_http.docs import openapi_document


def document() -> bytes:
    settings = load({"STORAGE": "memory", "JWT_SECRET": "0" * 64, "MAIL": "memory", "PAYMENTS": "memory"})
    return openapi_document(application(settings))


if __name__ == "__main__":
    sys.stdout.buffer.write(document())
