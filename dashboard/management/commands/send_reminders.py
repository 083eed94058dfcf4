"""`manage.py send_reminders [--on DATE] [--dry-run]`: the day's reminders, and to whom and why each goes."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.owed import shown
from dashboard.reminders import digests
from display.dates import is_working_day


class Command(BaseCommand):
    help = "Envía los recordatorios de un día, una sola vez, y dice a quién y por qué."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="AAAA-MM-DD", help="como si fuera ese día; si falta, hoy")
        parser.add_argument("--dry-run", action="store_true", help="dice qué saldría; no envía ni guarda nada")

    def handle(self, *args, on: str | None = None, dry_run: bool = False, **options):
        try:
            day = date.fromisoformat(on) if on else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"«{on}» no es una fecha: escríbala como 2026-12-01.") from error
        if not is_working_day(day):
            self.stdout.write(f"{day}: no es día hábil y no sale ningún recordatorio; salen el siguiente.")
        found = digests.digests(day) if dry_run else digests.send(day)
        for digest in found:
            self._tell(digest, day)
        going = sum(not digest.held for digest in found)
        self.stdout.write(f"{day}: {'saldrían' if dry_run else 'salieron'} {going} correos.")

    def _tell(self, digest: digests.Digest, day: date) -> None:
        held = f" · no sale: {digest.held}" if digest.held else ""
        self.stdout.write(f"{digest.person.full_name} <{digest.person.email}>{held}")
        names = {row.owed: row for row in shown([line.owed for line in digest.lines], day)}
        for line in digest.lines:
            if row := names.get(line.owed):
                self.stdout.write(f"  {line.step.label} · {row.name} · {row.when} · {line.why} · {line.entity.slug}")
