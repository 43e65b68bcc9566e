"""Whether the mails' server lets us in, without sending anything."""

import smtplib

from horux_adapters.smtp.sending import SmtpServer


def trouble(server: SmtpServer) -> str | None:
    """In a sentence what keeps it from taking our mails; None when it would. What it says itself is not repeated."""
    try:
        server.open("horux360").close()
    except smtplib.SMTPAuthenticationError:
        return f"El servidor de correo {server.host} no acepta SMTP_USER o SMTP_PASS."
    except smtplib.SMTPNotSupportedError:
        return f"El servidor de correo {server.host} no ofrece TLS o no acepta contraseñas."
    except smtplib.SMTPException:
        return f"El servidor de correo {server.host} contesta otra cosa que lo esperado."
    except OSError:
        return f"El servidor de correo {server.host}:{server.port} no responde o su certificado no es válido."
    return None
