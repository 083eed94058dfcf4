"""`manage.py create_entity SLUG --name TEXT [--admin EMAIL]`: a new public body in this installation."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions import invite
from accounts.models import Entity, Role
from accounts.notifications import password_link


class Command(BaseCommand):
    help = "Crea una entidad y, con --admin, a la primera persona que la administra."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--admin", metavar="CORREO", help="imprime el enlace con el que pone su contraseña")
        parser.add_argument("--admin-name", default="", help="nombre completo; si falta, su correo")

    @transaction.atomic
    def handle(self, *args, slug: str, name: str, admin: str | None = None, admin_name: str = "", **options):
        entity = Entity(slug=slug, name=name)
        try:
            entity.full_clean()
            if admin:
                validate_email(admin)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        entity.save()
        self.stdout.write(f"Entidad creada: {entity.name} ({entity.slug})")
        if not admin:
            return
        user = invite(
            entity=entity,
            email=admin,
            full_name=admin_name or admin,
            position="",
            role=Role.ADMINISTRATOR,
            dependency=None,
            by=None,
        ).user
        if user.has_usable_password():
            self.stdout.write(f"Administra: {user.email}, con la contraseña que ya tiene")
        else:
            self.stdout.write(f"Administra: {user.email}. Su contraseña la pone, en tres días, en este enlace:")
            self.stdout.write(f"  {password_link(user)}")
