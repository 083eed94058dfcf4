"""`manage.py render_report PLAN --kind KIND [--month YYYY-MM] [--from D --to D] --output FILE`: the PDF, now."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from time import monotonic

import pikepdf
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Dependency
from display import figures
from display.text import normalise
from plans.models import Plan
from reports import documents, pdf, snapshot
from reports.documents import Kind
from reports.models import Report


class Command(BaseCommand):
    help = "Compone el informe de un plan con los datos de hoy, en primer plano. El PDF queda marcado «Borrador»."

    def add_arguments(self, parser):
        parser.add_argument("plan", metavar="PLAN", help="la dirección del plan: plan-participacion-2026")
        parser.add_argument("--kind", required=True, choices=list(documents.known()))
        parser.add_argument(
            "--month",
            "--period",
            metavar="AAAA-MM",
            help="del informe mensual, o del formato interno de una dependencia",
        )
        parser.add_argument("--dependency", metavar="NOMBRE", help="de la que es el informe o el formato interno")
        parser.add_argument("--from", metavar="AAAA-MM-DD", help="el primer día del periodo")
        parser.add_argument("--to", metavar="AAAA-MM-DD", help="el último día del periodo")
        parser.add_argument("--cutoff", metavar="AAAA-MM-DD", help="si no es el último día del periodo o del plan")
        parser.add_argument("--output", required=True, metavar="ARCHIVO", type=Path)

    def handle(self, *args, plan: str, kind: str, output: Path, **options):
        began = monotonic()
        report = _report(plan, documents.known()[kind], options)
        if output.is_dir() or not output.parent.is_dir():
            raise CommandError(
                _("No se puede escribir en «%(path)s»: dé el nombre de un archivo en una carpeta que exista.")
                % {"path": output}
            )
        facts = snapshot.take(report)
        try:
            content = pdf.render(
                facts, fingerprint=snapshot.sha256(facts), on_progress=self._tell(options["verbosity"])
            )
            output.write_bytes(content)
        except (pdf.RendererMissing, pdf.ForbiddenResource, pdf.IncompleteReport, OSError) as error:
            raise CommandError(str(error)) from error
        with pikepdf.open(BytesIO(content)) as document:
            pages = len(document.pages)
        self.stdout.write(
            _("%(path)s: %(pages)s páginas, %(size)s kB, %(seconds)s s")
            % {
                "path": output,
                "pages": figures.whole(pages),
                "size": figures.whole(-(-len(content) // 1000)),
                "seconds": f"{monotonic() - began:.1f}".replace(".", ","),
            }
        )

    def _tell(self, verbosity: int):
        return (lambda percent, step: self.stdout.write(f"{percent:3d} %  {step}")) if verbosity > 1 else None


def _report(slug: str, kind: Kind, options: dict) -> Report:
    """The last version of the plan's report of that kind, or a new one; changed in memory, never saved."""
    plan = Plan.objects.select_related("entity").filter(slug=slug).first()
    if plan is None:
        raise CommandError(_("No hay un plan con la dirección «%(slug)s».") % {"slug": slug})
    month = _parsed(options["month"], "%Y-%m", "--month", "2020-09")
    first, last = (_day(options[name], f"--{name}") for name in ("from", "to"))
    if bool(first) != bool(last):
        raise CommandError(_("--from y --to van juntos: diga el primer día y el último."))
    name = options["dependency"]
    dependency = _dependency(plan, name) if name is not None else None
    try:
        period = kind.period(plan, month, (first, last) if first else None, dependency)
    except ValueError as error:
        raise CommandError(str(error)) from error
    asked = Report(plan=plan, kind=kind.slug, period=period, dependency=dependency)
    report = asked.same().order_by("-version").first()
    if report is None:
        report, report.cutoff = asked, kind.cutoff_of(plan, period)
    elif report.state != Report.State.DRAFT:
        report.version += 1  # what is published does not change: this would be its correction
    report.plan = plan
    report.cutoff = _day(options["cutoff"], "--cutoff") or report.cutoff
    return report


def _dependency(plan: Plan, typed: str) -> Dependency:
    wanted = normalise(typed)
    for dependency in plan.entity.dependencies.all():
        if wanted in map(normalise, (dependency.name, *dependency.aliases.splitlines())):
            return dependency
    raise CommandError(_("La entidad no tiene una dependencia «%(name)s».") % {"name": Truncator(typed).chars(120)})


def _day(text: str | None, option: str) -> date | None:
    return _parsed(text, "%Y-%m-%d", option, "2020-09-30")


def _parsed(text: str | None, pattern: str, option: str, example: str) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, pattern).date()
    except ValueError as error:
        raise CommandError(
            _("%(option)s: «%(text)s» no es una fecha válida. Escríbala como %(example)s.")
            % {"option": option, "text": text, "example": example}
        ) from error
