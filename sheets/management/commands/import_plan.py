"""`manage.py import_plan FILE --entity SLUG --title TEXT --start DATE --end DATE`: a spreadsheet into a plan."""

import json
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from accounts.models import Entity
from display.message import Message, message
from matrices.reading.rows import Remark
from matrices.workbook.grid import MAX_BYTES, Unreadable
from records import files
from records.models import Origin
from sheets.loading.load import FILE, load, plan_for
from sheets.loading.result import Result
from sheets.reader import read

STATES = {"created": gettext_lazy("nuevas"), "changed": gettext_lazy("cambiadas"), "unchanged": gettext_lazy("iguales")}


class Command(BaseCommand):
    help = "Carga una hoja de cálculo en un plan: lo crea si la entidad no tiene uno con ese título."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--entity", required=True, metavar="SLUG")
        parser.add_argument("--title", required=True)
        parser.add_argument("--start", required=True, type=date.fromisoformat, metavar="AAAA-MM-DD")
        parser.add_argument("--end", required=True, type=date.fromisoformat, metavar="AAAA-MM-DD")
        parser.add_argument("--create-missing", action="store_true", help="crea las dependencias y grupos que falten")
        parser.add_argument("--repair", action="store_true", help="lee en su orden las filas corridas, y dice cuáles")
        parser.add_argument(
            "--cutoff",
            type=date.fromisoformat,
            metavar="AAAA-MM-DD",
            help="a más tardar cuándo se cerraron los compromisos que no dicen el día; si falta, el fin del plan",
        )
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no guarda nada")
        parser.add_argument("--json", action="store_true", help="un solo objeto JSON")

    def handle(self, *args, file, entity, title, start, end, repair, **options):
        ways = {name: options[name] for name in ("create_missing", "dry_run", "cutoff")}
        result = _load(file, entity, title, start, end, repair, **ways)
        if options["json"]:
            self.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.write(result)
        if result.errors:
            sys.exit(1)

    def write(self, result: Result) -> None:
        """The result for a person at a terminal."""
        data = result.as_dict()
        for kind in result.kinds:
            counts = ", ".join(f"{data[state][kind]} {word}" for state, word in STATES.items())
            self.stdout.write(f"{kind}: {counts}")
        for name in ("errors", "warnings", "not_understood"):
            for remark in data[name]:
                where = f"{remark['sheet'] or ''} {remark['column'] or ''}{remark['row'] or ''}".strip()
                self.stdout.write(f"{name} · {where} · {remark['message']}")


def _load(path: Path, slug: str, title: str, start: date, end: date, repair: bool, **ways) -> Result:
    """The load's own result, or one error about the whole file."""
    entity = Entity.objects.filter(slug=slug).first()
    if entity is None:
        return _refused(message(_("No hay una entidad «%(slug)s». Créela con create_entity."), slug=slug))
    try:
        plan = plan_for(entity, title, start, end)
    except ValidationError as error:
        return _refused(Message(" ".join(error.messages)))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)  # one more than may be: the reader says so
        matrix = read(BytesIO(content), path.name, starts_on=start, ends_on=end, repair=repair)
    except Unreadable as error:
        return _refused(error.message, plan.slug if plan.pk else "")
    except OSError as error:
        told = message(_("No se puede abrir %(path)s: %(error)s."), path=str(path), error=error.strerror)
        return _refused(told)
    origin = None
    if not ways["dry_run"]:
        origin = Origin(entity=entity, file=files.keep(content), file_name=path.name[:200], brought_at=timezone.now())
    return load(matrix, plan=plan, by=None, origin=origin, **ways)


def _refused(told: Message, plan: str = "") -> Result:
    return Result(plan, errors=[Remark(FILE, told)])
