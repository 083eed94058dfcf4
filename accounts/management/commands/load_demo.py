"""`manage.py load_demo`: two invented entities and an account per role, on an installation that has none."""

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Dependency, Entity, Membership, Role, User

PASSWORD = "convite-demo-2026"
PEOPLE = [
    ("administracion", "Administración de la demostración", Role.ADMINISTRATOR),
    ("planeacion", "Planeación de la demostración", Role.PLANNER),
    ("jefatura", "Jefatura de la demostración", Role.HEAD),
    ("control", "Control interno de la demostración", Role.CONTROL),
]
ENTITIES = {
    "san-jacinto-del-valle": (
        "Alcaldía de San Jacinto del Valle",
        ["Secretaría de Planeación", "Secretaría de Gobierno", "Oficina de Control Interno"],
    ),
    "agencia-de-rios": (
        "Agencia Nacional de Ríos y Cuencas",
        ["Oficina Asesora de Planeación", "Subdirección de Participación", "Subdirección Técnica"],
    ),
}
DOMAIN = "demo.convite.example"


class Command(BaseCommand):
    help = "Carga las entidades de demostración si la instalación no tiene ninguna."

    @transaction.atomic
    def load(self):
        entities = [Entity.objects.create(slug=slug, name=name) for slug, (name, _units) in ENTITIES.items()]
        units = {
            entity: [
                Dependency.objects.create(entity=entity, name=unit, order=order)
                for order, unit in enumerate(ENTITIES[entity.slug][1])
            ]
            for entity in entities
        }
        for login, name, role in PEOPLE:
            user = User.objects.create_user(f"{login}@{DOMAIN}", PASSWORD, full_name=name)
            for entity in entities:
                unit = units[entity][1] if role == Role.HEAD else None
                Membership.objects.create(user=user, entity=entity, role=role, dependency=unit)

    def handle(self, *args, **options):
        if not Entity.objects.exists():
            self.load()
        for login, _name, role in PEOPLE:
            if User.objects.filter(email=f"{login}@{DOMAIN}").exists():
                self.stdout.write(f"  {role.label:<24} {login}@{DOMAIN}  {PASSWORD}")
