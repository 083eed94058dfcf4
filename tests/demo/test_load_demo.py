"""The demonstration: valid on any day, nothing in it from the future, everything in it that a screen can show."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.models import F, Q, Sum

from accounts.models import AuditEntry, Entity, Membership, Role, User
from activities import progress
from activities.figures import Targets
from activities.models import Activity, Metric, Session
from commitments.models import Commitment, FollowUp
from demo.load import PEOPLE, load
from plans.models import Plan
from records.models import Job
from reports.models import Report

AUTUMN, SPRING, NEW_YEAR, LEAP_DAY = date(2026, 11, 21), date(2026, 3, 5), date(2026, 1, 2), date(2028, 2, 29)
OURS = [
    model
    for name in ("accounts", "plans", "activities", "commitments", "reports")
    for model in apps.get_app_config(name).get_models()
    if model is not AuditEntry
]


@pytest.mark.parametrize(
    "today", [AUTUMN, *(pytest.param(day, marks=pytest.mark.once) for day in (SPRING, NEW_YEAR, LEAP_DAY))]
)
def test_load_demo_on_any_day_is_valid_and_knows_nothing_of_the_future(db, today):
    load(today)
    for model in OURS:
        keys = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]  # the database's
        for row in model.objects.all():
            row.clean_fields(exclude=keys)
    known = (
        Session.objects.filter(Q(held_on__gt=today) | Q(planned_on__gt=today, executed_units__isnull=False)),
        Metric.objects.filter(Q(period_to__gt=today) | Q(captured_on__gt=today)),
        Commitment.objects.filter(Q(made_on__gt=today) | Q(closed_on__gt=today) | Q(verified_on__gt=today)),
        FollowUp.objects.filter(on__gt=today),
        Plan.objects.filter(approved_on__gt=today),
    )
    assert [list(rows) for rows in known] == [[]] * len(known)
    outside = Q(planned_on__lt=F("activity__plan__starts_on")) | Q(planned_on__gt=F("activity__plan__ends_on"))
    assert not Session.objects.filter(outside).exists()
    counted = Session.objects.exclude(attendance_total=None).annotate(people=Sum("attendances__people"))
    assert counted.exists() and not counted.exclude(people=F("attendance_total")).exists()


@pytest.mark.once
@pytest.mark.parametrize("today", [AUTUMN, NEW_YEAR])
def test_load_demo_last_years_plans_closed_well_but_not_perfectly(db, today):
    load(today)
    for plan in Plan.objects.filter(ends_on__lt=today):
        found = progress.of_plan(plan, plan.ends_on)
        assert 0.92 < found.total.ratio < 0.98
        assert 0 < found.total.unexplained < found.total.shortfall
        assert found.total.excess or plan.entity.slug != "san-jacinto-del-valle"
        assert len({block.figure.ratio for block in found.blocks}) > 3
        assert not Session.objects.unreported(today).filter(activity__plan=plan).exists()


@pytest.mark.once
def test_load_demo_has_what_every_screen_shows(db):
    load(AUTUMN)
    assert Entity.objects.count() == 2 and not Entity.objects.filter(shield=None).exists()
    town = Entity.objects.get(slug="san-jacinto-del-valle")
    assert list(town.plans.values_list("state", "starts_on__year")) == [("approved", 2026), ("approved", 2025)]
    agency = Entity.objects.get(slug="agencia-de-rios")
    assert list(agency.plans.values_list("state", "starts_on__year")) == [
        ("draft", 2027),
        ("approved", 2026),
        ("approved", 2025),
    ]
    assert not Session.objects.reported().filter(activity__plan__state="draft").exists()
    assert set(Commitment.objects.values_list("state", flat=True)) == set(Commitment.State.values)
    last_year = progress.of_plan(town.plans.get(starts_on__year=2025), date(2025, 12, 31))
    assert last_year.targets == Targets(met=1, counted=2, unexplained=0, total=3)
    assert (last_year.carried_over, last_year.carried_to_year) == (1, 2026)
    for plan in Plan.objects.filter(starts_on__year=2026):
        sessions = Session.objects.filter(activity__plan=plan)
        assert sessions.unreported(AUTUMN).count() >= 4
        assert sessions.filter(executed_units=0, reason="").exists()
        assert sessions.filter(executed_units=0).exclude(reason="").exists()
        assert sessions.filter(executed_units__gt=0, executed_units__lt=F("planned_units")).exists()
        assert sessions.filter(planned_on__gt=AUTUMN).exists()
        assert plan.activities.filter(target_kind=Activity.TargetKind.PERCENTAGE).exists()
        assert plan.activities.filter(all_dependencies=True).exists()
        assert plan.activities.filter(outside_plan=True).count() >= 2
        assert plan.commitments.filter(due_on__lt=AUTUMN, closed_on=None).exists()
        assert plan.versions.count() == 1 and plan.notes


@pytest.mark.once
def test_load_demo_gives_the_head_something_to_do(db):
    load(AUTUMN)
    for membership in Membership.objects.filter(role=Role.HEAD):
        units = membership.dependency.subtree()
        plan = membership.entity.plans.get(starts_on__year=2026)
        theirs = Session.objects.filter(activity__in=plan.activities.of_dependencies(units))
        assert theirs.unreported(AUTUMN).count() >= 2
        assert plan.commitments.of_dependencies(units).filter(closed_on=None).count() >= 2


@pytest.mark.once
@pytest.mark.parametrize(("today", "asked", "drafts"), [(AUTUMN, 6, 2), (NEW_YEAR, 4, 2)])
def test_load_demo_leaves_the_reports_to_the_worker(db, today, asked, drafts):
    load(today)
    jobs = Job.objects.filter(kind="report.publish", state=Job.State.QUEUED)
    assert jobs.count() == asked
    assert Report.objects.count() == asked + drafts
    assert not Report.objects.exclude(state=Report.State.DRAFT).exists()
    assert all(report.narrative["objective"] for report in Report.objects.all())


@pytest.mark.once
def test_load_demo_twice_changes_nothing(db, capsys):
    call_command("load_demo")
    before = [model.objects.count() for model in OURS] + [AuditEntry.objects.count()]
    call_command("load_demo")
    assert [model.objects.count() for model in OURS] + [AuditEntry.objects.count()] == before
    assert capsys.readouterr().out.count("planeacion@demo.convite.example") == 2
    assert User.objects.count() == len(PEOPLE) == 4
    assert all(user.check_password("convite-demo-2026") for user in User.objects.all())
