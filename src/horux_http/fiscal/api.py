"""All that is done with CFDIs over HTTP, on one path."""

from horux_http.fiscal.cfdis import CfdiController
from horux_http.fiscal.uploading import UploadController


class CfdisController(CfdiController, UploadController):
    path = "/api/cfdi"
