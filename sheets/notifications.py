"""What people are told about sheets."""

from django.utils.translation import gettext_noop

from accounts.models import User
from records import notices
from sheets.loading.result import Result
from sheets.models import Upload

notices.register(
    "sheet.imported",
    notices.Kind(
        gettext_noop("Terminó la importación de «%(file)s»"),
        gettext_noop("Filas nuevas: %(created)s. Cambiadas: %(changed)s. Advertencias: %(warnings)s."),
    ),
)
notices.register(
    "sheet.refused",
    notices.Kind(
        gettext_noop("No se importó «%(file)s»: tiene errores"),
        gettext_noop("Errores: %(errors)s. Nada cambió en el plan. Corríjalos en la hoja y súbala de nuevo."),
    ),
)


def tell_import(upload: Upload, result: Result, *, by: User | None) -> None:
    """Tells who asked for an import how it ended. Call it in the transaction that ends it."""
    if by is None:
        return
    if result.errors:
        kind, page, figures = "sheet.refused", upload, {"errors": len(result.errors)}
    else:
        kind, page = "sheet.imported", upload.plan
        figures = {state: sum(result.counts(state).values()) for state in ("created", "changed")}
        figures["warnings"] = len(result.warnings)
    url = page.get_absolute_url()
    notices.tell([by], kind, entity=upload.entity, url=url, file=upload.file_name, **figures)
