"""Plain makers of rows for tests: what matters to a test is said in the test."""

from datetime import date
from io import BytesIO
from itertools import count

from django.utils import timezone
from PIL import Image

from accounts.models import Dependency, Entity, Membership, Role, User
from activities.models import Activity, Evidence, Session
from commitments.models import Commitment
from plans.models import Plan
from records import files

numbers = count(1)


def make_entity(slug: str = "san-jacinto", **fields) -> Entity:
    return Entity.objects.create(**{"slug": slug, "name": f"Alcaldía de {slug}", **fields})


def make_dependency(entity: Entity, name: str = "", **fields) -> Dependency:
    return Dependency.objects.create(entity=entity, name=name or f"Secretaría {next(numbers)}", **fields)


def make_user(entity: Entity | None = None, role: str = "", dependency: Dependency | None = None) -> User:
    """Somebody with `role` in `entity`; without one, with an account and nothing else."""
    name = f"{role or 'persona'}{next(numbers)}"
    user = User.objects.create_user(f"{name}@example.org", full_name=name.capitalize())
    if entity:
        if role == Role.HEAD and dependency is None:
            dependency = make_dependency(entity)
        Membership.objects.create(user=user, entity=entity, role=role, dependency=dependency)
    return user


def make_plan(entity: Entity, **fields) -> Plan:
    """A draft plan of 2026."""
    n = next(numbers)
    defaults = {
        "title": f"Plan de participación {n}",
        "slug": f"plan-{n}",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        # What an approval asks of every plan.
        "who_may_participate": "Cualquier persona",
        "participation_means": "En la plaza y por el sitio web",
        "responsible_units": "Planeación",
    }
    return Plan.objects.create(entity=entity, **{**defaults, **fields})


def make_activity(plan: Plan, lead: Dependency | None = None, **fields) -> Activity:
    n = next(numbers)
    activity = Activity.objects.create(plan=plan, **{"name": f"Mesa de trabajo {n}", "order": n, **fields})
    if lead:
        activity.responsibilities.create(dependency=lead)
    return activity


def make_photograph(session: Session, **fields) -> Evidence:
    """A private one of 4 × 3 pixels."""
    file = BytesIO()
    Image.new("RGB", (4, 3), "green").save(file, "JPEG")
    values = {"kind": "photograph", "media_type": "image/jpeg", "file_name": "foto.jpg", "width": 4, "height": 3}
    values |= {"file": files.keep(file.getvalue()), "sha256": f"{next(numbers):064d}", "added_at": timezone.now()}
    return Evidence.objects.create(plan=session.activity.plan, session=session, **{**values, **fields})


def make_minutes(plan: Plan, **fields) -> Evidence:
    """Of a meeting, private."""
    values = {"kind": "minutes", "media_type": "application/pdf", "file_name": "acta.pdf", "added_at": timezone.now()}
    values |= {"file": files.keep(b"%PDF-1.7"), "sha256": f"{next(numbers):064d}"}
    return Evidence.objects.create(plan=plan, **{**values, **fields})


def make_session(activity: Activity, planned_on: date = date(2026, 3, 16), **fields) -> Session:
    return Session.objects.create(activity=activity, planned_on=planned_on, **fields)


def make_commitment(plan: Plan, **fields) -> Commitment:
    defaults = {"text": f"Entregar el acta {next(numbers)}", "made_on": date(2026, 3, 16), "due_on": date(2026, 4, 30)}
    return Commitment.objects.create(plan=plan, **{**defaults, **fields})
