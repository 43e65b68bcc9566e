"""Which documents tie together: by payments and relations, however far, in either direction."""

from collections.abc import Iterable, Mapping

from horux_core.fiscal.iva.model import Documento


def alcanzados(documentos: Mapping[str, Documento], desde: Iterable[str]) -> dict[str, Documento]:
    """Those of `documentos` that `desde` names and all that they tie to. One that is not kept ties nothing."""
    desde = set(desde)
    if documentos.keys() <= desde:
        return dict(documentos)
    vecinos = _vecinos(documentos)
    hallados: dict[str, Documento] = {}
    por_ver = [uuid for uuid in desde if uuid in documentos]
    while por_ver:
        uuid = por_ver.pop()
        if uuid not in hallados:
            hallados[uuid] = documentos[uuid]
            por_ver.extend(vecinos.get(uuid, ()))
    return hallados


def _vecinos(documentos: Mapping[str, Documento]) -> dict[str, list[str]]:
    vecinos: dict[str, list[str]] = {}
    for uuid, documento in documentos.items():
        if not (documento.relaciones or documento.pagos):
            continue
        nombrados = {relacion.uuid for relacion in documento.relaciones}
        nombrados.update(docto.id_documento for pago in documento.pagos for docto in pago.doctos)
        for otro in nombrados:
            if otro in documentos:
                vecinos.setdefault(uuid, []).append(otro)
                vecinos.setdefault(otro, []).append(uuid)
    return vecinos
