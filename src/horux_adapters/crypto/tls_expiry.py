"""Until when the certificate a proxy serves with is good."""

from datetime import datetime
from pathlib import Path

from cryptography import x509

from horux_core.kernel.errors import Unavailable


def good_until(file: Path) -> datetime:
    """Of the first one in the file, which is the site's own. Raises Unavailable."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())[0].not_valid_after_utc
    except OSError as error:
        raise Unavailable(f"No se puede leer {file} ({error.strerror}); comprueba TLS_CERTIFICATE.") from error
    except (ValueError, IndexError) as error:
        raise Unavailable(f"En {file} no hay un certificado en PEM; comprueba TLS_CERTIFICATE.") from error
