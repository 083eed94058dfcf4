"""`manage.py check_files [--repair]`: every stored file against its hash; lost reports composed again."""

import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from records import files
from records.models import StoredFile
from reports.files import restore
from reports.models import Report


class Command(BaseCommand):
    help = _("Compara cada archivo guardado con su huella; con --repair compone de nuevo los informes publicados.")

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help=_("compone de nuevo lo que falta o está dañado"))

    def handle(self, *args, repair: bool, **options):
        damaged = [file for file in StoredFile.objects.exclude(name="").iterator() if not files.is_intact(file)]
        total = StoredFile.objects.exclude(name="").count()
        self.stdout.write(
            _("Archivos: %(total)s. Dañados o perdidos: %(bad)s.") % {"total": total, "bad": len(damaged)}
        )
        left = 0
        for file in damaged:
            reports = Report.objects.public().filter(file=file).select_related("plan__entity")
            for report in reports:
                name = f"{report.plan.slug} · {report}"
                if not repair:
                    self.stdout.write(_("%(report)s: se puede componer de nuevo con --repair.") % {"report": name})
                elif restore(report):
                    self.stdout.write(_("%(report)s: compuesto de nuevo, byte por byte.") % {"report": name})
                else:
                    self.stdout.write(
                        _("%(report)s: compuesto de nuevo de los mismos datos; el archivo es otro.") % {"report": name}
                    )
            if not reports:
                self.stdout.write(_("%(file)s: no es de un informe publicado.") % {"file": file.name})
            left += not (reports and repair)
        if left:
            sys.exit(1)
