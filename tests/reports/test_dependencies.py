"""Reports of one dependency: what names it or one below it, or is of all; each figure counted again by hand."""

from datetime import date

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Activity, Attendance, Metric
from plans.models import StakeholderGroup
from reports import actions, documents, pages, snapshot
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_session
from tests.reports.reporting import approve, make_published
from tests.reports.taking import held, shown
from tests.reports.test_render_report import run

KIND = "dependency"
END = date(2026, 12, 31)


@pytest.fixture
def as_planner(client, planner):
    client.force_login(planner)
    return client


@pytest.fixture
def shared(entity, plan):
    """Three dependencies, one below the first, with activities alone, together and of all: (first, below, other)."""
    first = make_dependency(entity, "Secretaría de Salud")
    below = make_dependency(entity, "Oficina de Vacunas", parent=first)
    other = make_dependency(entity, "Secretaría de Obras")
    group = StakeholderGroup.objects.create(entity=entity, name="Juntas")
    rows = {
        "Sola": ((first,), False, (1, 1, 0)),
        "De abajo": ((below,), False, (2, 1, 1)),
        "Compartida": ((other, first), False, (1, 0, 1)),
        "De todas": ((), True, (3, 3, 1)),
        "Ajena": ((other,), False, (5, 4, 2)),
    }
    for name, (named, of_all, counts) in rows.items():
        activity = make_activity(plan, name=name, all_dependencies=of_all)
        for part, dependency in enumerate(named):
            activity.responsibilities.create(dependency=dependency, part=("lead", "support")[part])
        for month, executed in enumerate(counts, 1):
            day = date(2026, month * 2, 10)
            session = make_session(
                activity,
                day,
                planned_units=5,
                executed_units=executed,
                held_on=day if executed else None,
                attendance_total=10 * executed or None,
            )
            if executed:
                Attendance.objects.create(session=session, group=group, people=executed)
            make_commitment(plan, text=f"{name} {month}", session=session, made_on=day, due_on=day)
        metric = {"period_from": date(2026, 2, 1), "period_to": date(2026, 2, 28), "value": 7, "kind": "visitas"}
        Metric.objects.create(activity=activity, name=f"Visitas de {name}", **metric)
        make_session(activity, date(2026, 7, 15), planned_units=2)
    for name, dependency in (("Feria de salud", first), ("Feria de obras", other)):
        held(make_activity(plan, dependency, name=name, outside_plan=True), date(2026, 3, 1))
    for commitment in plan.commitments.all():
        name, month = commitment.text.rsplit(" ", 1)
        named, of_all, _counts = rows[name]
        commitment.all_dependencies = of_all
        commitment.save()
        commitment.responsible.set(named)
    return first, below, other


OURS = {"Sola", "De abajo", "Compartida", "De todas"}
CHILD = {"De abajo", "De todas"}


def of(plan, dependency, *only, days=None, cutoff=date(2026, 6, 30)):
    period = documents.known()[KIND].period(plan, days=days, dependency=dependency)
    report = Report(plan=plan, kind=KIND, period=period, cutoff=cutoff, dependency=dependency)
    return snapshot.take(report, only=only)


def recount(plan, names, first, last):
    """Programmed and executed units from one day to another, session by session."""
    rows = [
        (session.planned_units, min(session.executed_units or 0, session.planned_units))
        for activity in Activity.objects.filter(plan=plan)
        if activity.name in names
        for session in activity.sessions.all()
        if first <= session.planned_on <= last
    ]
    return sum(planned for planned, _done in rows), sum(done for _planned, done in rows)


@pytest.mark.parametrize(("which", "names"), [(0, OURS), (1, CHILD)])
def test_execution_counts_only_what_is_of_the_dependency(plan, shared, which, names):
    cut, start = date(2026, 6, 30), date(2026, 3, 1)
    facts = of(plan, shared[which], days=(start, cut)).facts("ejecucion")
    assert (facts.total.planned, facts.total.executed) == recount(plan, names, plan.starts_on, cut)
    assert (facts.period.planned, facts.period.executed) == recount(plan, names, start, cut)
    assert sum(block.figure.planned for block in facts.blocks) == facts.total.planned
    assert sum(block.period.executed for block in facts.blocks) == facts.period.executed
    assert {miss.activity for miss in facts.misses} == names
    assert facts.baseline == recount(plan, names, plan.starts_on, END)[0]
    assert facts.scheduled_after == recount(plan, names, date(2026, 7, 1), END)[0]


def test_every_section_tells_only_of_the_dependency(plan, shared):
    first, below, other = shared
    taken = of(plan, first, days=(date(2026, 1, 1), date(2026, 6, 30)))
    assert {row.name for row in taken.facts("anexo").rows} == OURS
    assert {space.activity for space in taken.facts("realizados").spaces} == OURS
    assert {promise.text.rsplit(" ", 1)[0] for s in taken.facts("realizados").spaces for promise in s.promises} == OURS
    assert {entry.activity for entry in taken.facts("participantes").entries} == OURS
    assert [(group.name, group.sessions, group.people) for group in taken.facts("participantes").groups] == [
        ("Juntas", 2 + 3 + 2 + 3, 1 + 1 + 2 + 1 + 1 + 1 + 1 + 3 + 3 + 1)
    ]
    assert {entry.activity for entry in taken.facts("metricas").entries} == OURS
    assert {item.activity for item in taken.facts("viene").items} == OURS
    assert [space.activity for space in taken.facts("espacios").spaces] == ["Feria de salud"]
    commitments = taken.facts("compromisos")
    assert {item.text.rsplit(" ", 1)[0] for item in commitments.items} == OURS
    assert (commitments.made, commitments.overdue, len(commitments.items)) == (12, 12, 12)
    assert "Ajena" not in pages.paper(taken, "0" * 64)


def test_views_of_dependencies_do_not_add_up_to_the_plan_and_the_method_says_so(plan, shared):
    first, below, other = shared
    of_each = [of(plan, dependency, "ejecucion").facts("ejecucion").total.planned for dependency in (first, other)]
    assert of_each == [60, 45]  # of 75: what is shared and what is of all counts in both
    rules = {rule.name: rule.text for rule in of(plan, first, "metodo").facts("metodo").rules}
    assert "«Secretaría de Salud» y a las que dependen de ella" in rules["La dependencia"]
    assert "esos informes no suman el del plan" in rules["La dependencia"]
    assert "que la nombran y las que son de todas" in next(
        rule.text for rule in of(plan, other, "metodo").facts("metodo").rules if rule.name == "La dependencia"
    )


def test_whole_plan_without_days_and_its_own_days_are_the_same_report(plan, shared):
    kind = documents.known()[KIND]
    assert kind.period(plan, dependency=shared[0]) == "2026"
    assert kind.period(plan, days=(plan.starts_on, plan.ends_on), dependency=shared[0]) == "2026"
    assert of(plan, shared[0], "ejecucion").edition.period == "enero a diciembre de 2026"


def test_snapshot_says_the_dependency_only_when_it_has_one(plan, shared):
    taken = of(plan, shared[0])
    assert taken.edition.dependency == "Secretaría de Salud"
    assert '<p class="cover-part">' in pages.paper(taken, "0" * 64)
    assert ("Dependencia", "Secretaría de Salud") in shown(taken, "plan")["table"].rows
    final = snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=END), only=("plan",))
    assert b'"dependency"' not in snapshot.canonical(final)


def test_dependency_with_nothing_in_the_days_says_so(plan, shared):
    taken = of(plan, shared[1], days=(date(2026, 9, 1), date(2026, 9, 1)), cutoff=date(2026, 9, 1))
    assert taken.facts("ejecucion").period.planned == 0
    assert shown(taken, "ejecucion")["lead"].startswith("En el día 1 de septiembre de 2026 no había espacios por hacer")
    assert pages.paper(taken, "0" * 64)


def test_dependency_of_the_longest_name_is_printed_whole(plan):
    name = "Dirección " + "de Participación Ciudadana " * 7
    dependency = make_dependency(plan.entity, name.strip()[:200])
    held(make_activity(plan, dependency), date(2026, 2, 10))
    assert dependency.name in pages.paper(of(plan, dependency), "0" * 64)


def test_queries_do_not_grow_with_the_plan(plan, shared):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            of(plan, shared[0])
        return len(found)

    few = queries()
    for number in range(30):
        activity = make_activity(plan, shared[number % 2])
        held(activity, date(2026, 2, 1 + number % 28))
        make_commitment(plan).responsible.add(shared[0])
    assert queries() == few


# --- Bad combinations -------------------------------------------------------------------------------------------------


def test_command_explains_what_makes_no_report(plan, shared, entity, tmp_path):
    make_dependency(entity, "Sin nada")
    plan.activities.update(all_dependencies=False)
    refused = {
        (): "necesita la dependencia",
        ("--dependency", "Sin nada"): "«Sin nada» no tiene actividades en este plan",
        ("--dependency", "Secretaría de nadie"): "no tiene una dependencia «Secretaría de nadie»",
        ("--dependency", "x" * 300): "no tiene una dependencia «x",
        ("--dependency", ""): "no tiene una dependencia «»",
        ("--dependency", "Secretaría de Salud", "--month", "2026-02"): "no lleva mes",
        ("--dependency", "Secretaría de Salud", "--to", "2026-02-01"): "--from y --to van juntos",
    }
    for options, message in refused.items():
        with pytest.raises(CommandError, match=message):
            run(plan, tmp_path, "--kind", KIND, *options)
    with pytest.raises(CommandError, match="«Informe final» no lleva dependencia"):
        run(plan, tmp_path, "--kind", "final", "--dependency", "secretaria de salud")
    assert list(tmp_path.iterdir()) == []


# --- Reports, addresses and pages -------------------------------------------------------------------------------------


def test_each_dependency_has_its_own_drafts_versions_and_address(as_planner, plan, shared):
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    first, _below, other = shared
    for dependency in (first, other, first):
        as_planner.post(address, {"kind": KIND, "dependency": dependency.pk})
    reports = list(Report.objects.order_by("pk"))
    assert [(report.dependency, report.version) for report in reports] == [(first, 1), (other, 1)]
    assert reports[0].name == "Informe de una dependencia · Secretaría de Salud · 2026"
    assert reports[0].public_url.endswith(f"/informes/dependencia/{first.pk}/2026/v1/")
    said = as_planner.post(address, {"kind": KIND}).content.decode()
    assert "Elija la dependencia del informe." in said


def test_published_report_of_a_dependency_is_public_at_its_address_alone(client, plan, shared):
    first, _below, other = shared
    report = make_published(approve(plan), kind=KIND, dependency=first)
    assert client.get(report.public_url).status_code == 200
    assert client.get(report.public_pdf_url).status_code == 200
    assert client.get(report.public_url.replace(f"/{first.pk}/", f"/{other.pk}/")).status_code == 404
    assert client.get(report.public_url.replace(f"/{first.pk}/", "/")).status_code == 404
    page = client.get(reverse("portal:plan", args=[plan.entity.slug, plan.slug])).content.decode()
    assert "Informe de una dependencia · Secretaría de Salud · 2026" in page
    assert "Cómo va</h2>" not in page  # its figures are not the plan's


def test_report_has_a_dependency_of_its_entity_only_when_its_kind_is_of_one(plan, planner, shared):
    stranger = make_dependency(make_entity("otra"))
    for kind, dependency in (("final", shared[0]), (KIND, None), (KIND, stranger)):
        with pytest.raises(ValueError, match="Not the dependency"):
            actions.start_report(plan=plan, kind=kind, period="2026", dependency=dependency, by=planner)
    assert not Report.objects.exists()
