"""Whose signature makes an e.firma, as the settings say."""

from horux_adapters.container.settings import Settings, SettingsInvalid
from horux_adapters.crypto.authorities import AuthorityMalformed, authorities
from horux_adapters.crypto.fiel import X509Inspector


def inspector(settings: Settings) -> X509Inspector:
    """Raises SettingsInvalid where SAT_CA_DIR is no folder of authorities' certificates, or holds none."""
    if settings.sat_ca_dir is None:
        return X509Inspector()
    try:
        found = authorities(settings.sat_ca_dir)
    except OSError:
        raise SettingsInvalid({"SAT_CA_DIR": "no es una carpeta que se pueda leer"}) from None
    except AuthorityMalformed as error:
        raise SettingsInvalid({"SAT_CA_DIR": str(error)}) from error
    if not found:
        raise SettingsInvalid({"SAT_CA_DIR": "no tiene ningún .cer, .crt o .pem"})
    return X509Inspector(found)
