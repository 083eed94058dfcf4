"""What `manage.py check --deploy` looks at besides Django's own checks."""

import stat

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def mail_leaves_the_machine(app_configs, **kwargs):
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".filebased.EmailBackend")):
        return [
            Warning(
                "Sin EMAIL_URL los correos van al registro, y con ellos los enlaces para poner la contraseña.",
                hint="Ponga EMAIL_URL, por ejemplo smtp+tls://usuario:clave@correo.example.org:587",
                id="convite.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def nobody_else_reads_what_is_written(app_configs, **kwargs):
    mode = settings.VAR_DIR.stat().st_mode
    if mode & stat.S_IRWXO:
        return [
            Warning(
                f"Cualquier cuenta de este equipo puede leer {settings.VAR_DIR}: la base de datos y los archivos.",
                hint=f"chmod o-rwx {settings.VAR_DIR}",
                id="convite.W002",
            )
        ]
    return []
