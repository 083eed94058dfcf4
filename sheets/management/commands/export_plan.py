"""`manage.py export_plan PLAN --output FILE`: a whole plan as a workbook that can be edited and imported again."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import Plan
from sheets.export import FORMATS, write_plan


class Command(BaseCommand):
    help = "Escribe el plan entero en una hoja de cálculo que se puede editar y volver a importar."

    def add_arguments(self, parser):
        parser.add_argument("plan", metavar="PLAN", help="su dirección: la última parte de su página")
        parser.add_argument("--output", required=True, type=Path, metavar="ARCHIVO", help=".xlsx, .ods o .zip (de CSV)")
        parser.add_argument("--template", action="store_true", help="las mismas hojas, sin filas")

    def handle(self, *args, plan, output, template, **options):
        format = output.suffix.lower().lstrip(".")
        if format not in FORMATS:
            raise CommandError(
                _("«%(name)s» no termina en .xlsx, .ods ni .zip: de eso depende el formato.") % {"name": output.name}
            )
        stored = Plan.objects.select_related("entity").filter(slug=plan).first()
        if stored is None:
            raise CommandError(_("No hay un plan con la dirección «%(slug)s».") % {"slug": plan})
        if not output.parent.is_dir():
            raise CommandError(_("No existe la carpeta %(folder)s. Créela antes.") % {"folder": output.parent})
        try:
            _write(stored, output, format, template)
        except OSError as error:
            raise CommandError(
                _("No se puede escribir %(path)s: %(error)s.") % {"path": output, "error": error.strerror}
            ) from error
        self.stdout.write(str(output))


def _write(plan: Plan, output: Path, format: str, template: bool) -> None:
    """Beside it first, so that a failure leaves the file that was there."""
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as file:
            write_plan(plan, file, format, at=timezone.now(), template=template)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
