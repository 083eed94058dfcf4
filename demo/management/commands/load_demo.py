"""`manage.py load_demo`: two invented entities and an account per role, on an installation that has none."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Entity, User
from demo.load import PASSWORD, PEOPLE, load


class Command(BaseCommand):
    help = "Carga las entidades de demostración si la instalación no tiene ninguna."

    def handle(self, *args, **options):
        if not Entity.objects.exists():
            load(timezone.localdate())
        for email, (_name, role) in PEOPLE.items():
            if User.objects.filter(email=email).exists():
                self.stdout.write(f"  {role.label:<24} {email}  {PASSWORD}")
