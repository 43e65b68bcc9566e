"""All that is done with CFDIs over HTTP, on one path."""

from horux_http.fiscal.cfdis import CfdiController
from horux_http.fiscal.uploading import UploadController

_ONE = {"type": "object", "required": ["xml"], "properties": {"xml": {"type": "string"}}}
_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


class CfdisController(CfdiController, UploadController):
    path = "/api/cfdi"
    # Bodies that their handlers read as they arrive, by handler: the document learns of them here.
    opt = {  # noqa: RUF012
        "bodies": {
            "one": {
                "application/xml": {},
                "application/json": _ONE,
                "multipart/form-data": {"type": "object", "required": ["file"], "properties": {"file": _FILE}},
            },
            "many": {
                "application/zip": {},
                "application/json": {"type": "array", "items": _ONE},
                "multipart/form-data": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": _FILE}},
                },
            },
        }
    }
