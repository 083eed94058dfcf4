"""Loads the two entities of the demonstration, their people, plans and reports, as of a given day."""

from datetime import date, timedelta

from django.core.files import File
from django.db import transaction

from accounts.models import Dependency, Entity, Membership, Role, User
from accounts.shield import reencode
from demo import story
from demo.answers import add_answers
from demo.promises import add_commitments
from demo.returns import add_returns
from demo.rows import Setting, create, make_plan
from plans.models import Plan, StakeholderGroup
from records import audit, files
from reports import actions
from reports.models import Outcome, Point

PASSWORD = "convite-demo-2026"
PEOPLE = {
    "administracion@demo.convite.example": ("Administración de la demostración", Role.ADMINISTRATOR),
    "planeacion@demo.convite.example": ("Planeación de la demostración", Role.PLANNER),
    "jefatura@demo.convite.example": ("Jefatura de la demostración", Role.HEAD),
    "control@demo.convite.example": ("Control interno de la demostración", Role.CONTROL),
}


@transaction.atomic
def load(today: date) -> None:
    """Everything but the PDFs: reports are queued, and the worker publishes them."""
    people = {role: User.objects.create_user(email, PASSWORD, full_name=name) for email, (name, role) in PEOPLE.items()}
    for name in story.NAMES:
        load_entity(story.read(name), people, today)


def load_entity(data: dict, people: dict[str, User], today: date) -> None:
    """One entity with the plans of last year (all done), this year (until today) and, if given, next year (a draft)."""
    with audit.acting_as(people[Role.ADMINISTRATOR]):
        entity = make_entity(data["entity"])
        units = make_dependencies(entity, data["dependencies"])
        for role, person in people.items():
            head_of = units[data["head_of"]] if role == Role.HEAD else None
            Membership.objects.create(user=person, entity=entity, role=role, dependency=head_of)
    by = User.objects.get(pk=people[Role.PLANNER].pk)  # read again: it has one more role
    groups = make_groups(entity, data, today.year, by)
    plans = {}
    for part, year in (("past", today.year - 1), ("present", today.year), ("draft", today.year + 1)):
        if part in data:
            at = Setting(
                entity, units, groups, year, by, today if part == "present" else None, planned_only=part == "draft"
            )
            content = story.of_year(data[part], year)
            before = list(plans.values())[-1] if plans else None
            plans[part] = make_plan(at, content, data["plan"], story.activities(data, part, year), before)
            # Commitments go on after their plan's year.
            at.today = today
            add_commitments(at, plans[part], content.get("commitments", []))
    for plan in (plans["past"], plans["present"]):
        add_returns(plan, today, by)
    add_reports(plans, data, units, today, by)
    with audit.acting_as(by):
        add_answers(plans["present"], today)


def make_entity(data: dict) -> Entity:
    with (story.FOLDER / f"{data['slug']}.png").open("rb") as image:
        return Entity.objects.create(**data, shield=files.keep(reencode(File(image))))


def make_dependencies(entity: Entity, data: dict) -> dict[str, Dependency]:
    units = {}
    for order, (key, unit) in enumerate(data.items()):  # parents come first in the file
        units[key] = Dependency.objects.create(
            entity=entity,
            name=unit["name"],
            code=unit["code"],
            parent=units.get(unit.get("parent")),
            aliases="\n".join(unit["aliases"]),
            order=order,
        )
    return units


def make_groups(entity: Entity, data: dict, year: int, by: User) -> dict[str, StakeholderGroup]:
    rows = [
        StakeholderGroup(
            entity=entity,
            characterization_source=data["groups_from"],
            **{**group, "characterized_on": story.day(group["characterized_on"], year)},
        )
        for group in data["groups"].values()
    ]
    return dict(zip(data["groups"], create(rows, by), strict=True))


def add_reports(plans: dict[str, Plan], data: dict, units: dict[str, Dependency], today: date, by: User) -> None:
    past, present = plans["past"], plans["present"]
    texts = data["reports"]
    for month in data["months_published"]:
        add_report(past, "monthly", f"{today.year - 1}-{month}", texts["monthly"], units, by)
    add_report(past, "final", f"{today.year - 1}", texts["final"], units, by)
    last = today.replace(day=1) - timedelta(days=1)
    if last.year == today.year:
        add_report(present, "monthly", f"{last:%Y-%m}", texts["monthly"], units, by)
    add_report(present, "final", f"{today.year}", texts["progress"], units, by, publish=False)


def add_report(
    plan: Plan, kind: str, period: str, texts: dict, units: dict[str, Dependency], by: User, publish: bool = True
) -> None:
    before = plan.reports.order_by("cutoff").last()
    report = actions.start_report(plan=plan, kind=kind, period=period, by=by)
    narrative = {name: text.strip() for name, text in texts.items() if isinstance(text, str)}
    actions.save_narrative(report=report, narrative=narrative, by=by)
    for kind in Point.Kind:
        for row in texts[f"{kind}s"]:
            row = {"text": row} if isinstance(row, str) else row
            point = Point(report=report, kind=kind, text=row["text"], owner=units.get(row.get("owner")))
            point.due_on = report.cutoff + timedelta(days=row["days"]) if "days" in row else None
            actions.save_point(point=point, by=by)
    for row in texts.get("outcomes", []) if before else []:  # of the recommendations of the report before it
        point = before.points.get(kind=Point.Kind.RECOMMENDATION, number=row["number"])
        outcome = Outcome(report=report, point=point, state=row["state"], text=row["text"])
        actions.save_outcome(outcome=outcome, by=by)
    if publish:
        actions.request_render(report=report, kind=actions.PUBLISH, by=by)
