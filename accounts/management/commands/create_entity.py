"""`manage.py create_entity SLUG --name TEXT`: a new public body in this installation."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Entity


class Command(BaseCommand):
    help = "Crea una entidad."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)

    def handle(self, *args, slug: str, name: str, **options):
        entity = Entity(slug=slug, name=name)
        try:
            entity.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        entity.save()
        self.stdout.write(f"Entidad creada: {entity.name} ({entity.slug})")
