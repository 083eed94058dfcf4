"""Mi mes: what each role sees first."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.permissions import memberships
from activities.models import ChangeRequest, MonthlyReturn, Session
from activities.returns import actions as returns
from dashboard.mine import board_of
from dashboard.models import Look, looked
from plans import signing
from plans.models import Plan
from records import audit, files
from reports import signing as signing_of_reports
from tests.activities.executions import held
from tests.activities.returning import accepted, return_of
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_plan,
    make_session,
    make_user,
)
from tests.reports.reporting import make_published_facts, make_report

TODAY = date(2026, 6, 1)


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


def board(user, entity):
    return board_of(entity, memberships(user, entity.pk), on=TODAY)


def url(entity):
    return reverse("dashboard:board", args=[entity.slug])


def owed_in(seen) -> list[tuple[str, int]]:
    return [(row.owed.kind, row.owed.pk) for row in seen.owed]


def test_planner_sees_plans_sessions_commitments_and_drafts(entity, plan, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    make_session(activity, date(2026, 3, 1), executed_units=1, held_on=date(2026, 3, 1))
    silent = make_session(activity, date(2026, 4, 1))
    make_session(activity, date(2026, 7, 1))
    make_session(make_activity(plan), date(2026, 4, 1))  # a draft promises nothing yet
    late = make_commitment(approved, due_on=date(2026, 5, 31))
    soon = make_commitment(approved, due_on=date(2026, 7, 1))
    make_commitment(approved, due_on=date(2026, 7, 2))
    make_commitment(approved, due_on=date(2026, 5, 1), state="reported_done", closed_on=date(2026, 5, 1))
    seen = board(planner, entity)
    (matrix,) = seen.plans
    figure = matrix.total.figure
    assert (matrix.plan, figure.planned, figure.executed, figure.unexplained) == (approved, 2, 1, 1)
    assert owed_in(seen) == [("report", silent.pk)]
    assert (seen.overdue.rows, seen.due_soon.rows) == ([late], [soon])
    assert seen.drafts.rows == [plan]
    assert (seen.of_dependencies, seen.trail, seen.checks) == (None, None, None)


def test_head_sees_what_their_dependencies_answer_for(entity, approved, dependency, head):
    below = make_dependency(entity, "Oficina de Paz", parent=dependency)
    other = make_dependency(entity, "Secretaría de Hacienda")
    day, next_week = date(2026, 4, 1), TODAY + timedelta(days=7)
    mine = [
        make_session(make_activity(approved, dependency), day),
        make_session(make_activity(approved, below), day),
        make_session(make_activity(approved, all_dependencies=True), day),
    ]
    make_session(make_activity(approved, other), day)
    coming = make_session(mine[1].activity, next_week)
    make_session(mine[1].activity, TODAY + timedelta(days=8), carried_to_year=2027, reason="No hubo sede.")
    make_session(mine[1].activity, TODAY + timedelta(days=17))  # in 11 working days
    make_session(make_activity(approved, other), next_week)
    owed, foreign = (make_commitment(approved, due_on=date(2026, 4, 30)) for _number in range(2))
    owed.responsible.add(below)
    foreign.responsible.add(other)
    seen = board(head, entity)
    assert owed_in(seen) == [
        *(("report", session.pk) for session in mine),
        ("promise", owed.pk),
        ("coming", coming.pk),
    ]
    assert [(urgency.value, total) for urgency, total, _rows in seen.groups] == [("late", 4), ("coming", 1)]
    assert seen.of_dependencies == ["Secretaría de Gobierno"]
    assert (seen.plans, seen.drafts, seen.trail, seen.checks) == (None, None, None, None)


def test_head_owes_the_oldest_first_but_what_is_of_a_year_that_is_over_last(entity, approved, dependency, head):
    over = make_plan(
        entity, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), state="approved", approved_on=date(2025, 1, 2)
    )
    old = make_session(make_activity(over, dependency), date(2025, 8, 1))
    activity = make_activity(approved, dependency)
    later, sooner = make_session(activity, date(2026, 5, 1)), make_session(activity, date(2026, 2, 1))
    short = make_session(activity, date(2026, 3, 1), planned_units=2, executed_units=1, held_on=date(2026, 3, 2))
    seen = board(head, entity)
    assert owed_in(seen) == [
        ("report", sooner.pk),
        ("explain", short.pk),
        ("report", later.pk),
        ("report", old.pk),
    ]
    assert [(urgency.value, total) for urgency, total, _rows in seen.groups] == [("late", 3), ("over", 1)]


def test_head_owes_nothing_of_a_month_that_was_accepted(client, entity, approved, dependency, head, planner):
    """Nobody can say it until planning reopens the month: it is in planning's figures, and asked of no head."""
    activity = make_activity(approved, dependency)
    held(activity, date(2026, 3, 2), executed=1, planned_units=2)  # no reason
    late = make_session(activity, date(2026, 4, 1), planned_units=2, executed_units=1, held_on=date(2026, 3, 30))
    free = make_session(activity, date(2026, 4, 2), planned_units=2, executed_units=1, held_on=date(2026, 4, 2))

    def asked(user):
        return [pk for kind, pk in owed_in(board(user, entity)) if kind == "explain"]

    assert len(asked(head)) == 3
    monthly = accepted(approved, dependency, head=head, planner=planner)
    assert asked(head) == [free.pk]
    assert len(asked(planner)) == 3
    client.force_login(head)
    url = f"{reverse('dashboard:figure', args=[entity.slug, approved.slug])}?que=pendiente"
    html = client.get(url).content.decode()
    assert html.count("Su mes ya se aceptó") == 2 and html.count('name="reason"') == 1
    returns.send_back(monthly=monthly, by=planner, note="Falta la causa.")
    assert late.pk in asked(head)


def test_year_that_is_over_is_one_line_while_something_is_to_be_said_of_it(entity, approved, dependency, planner):
    ended = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "state": "approved"}
    with_gap = make_plan(entity, approved_on=date(2025, 1, 2), **ended)
    make_session(make_activity(with_gap, dependency), date(2025, 8, 1))
    told = make_plan(entity, approved_on=date(2025, 1, 2), **ended)
    make_session(make_activity(told, dependency), date(2025, 8, 1), executed_units=0, reason="Llovió.")
    seen = board(planner, entity)
    assert [matrix.plan for matrix in seen.plans] == [approved]
    assert [matrix.plan for matrix in seen.closed] == [with_gap]
    assert seen.n_owed == 0


def test_control_sees_gaps_overdue_commitments_and_the_trail(entity, plan, approved, control):
    make_session(make_activity(approved), date(2026, 4, 1))
    late = make_commitment(approved, due_on=date(2026, 5, 31))
    make_commitment(approved, due_on=date(2026, 6, 15))
    audit.record(by=control, verb="plan.approve", target=approved)
    seen = board(control, entity)
    assert [matrix.total.figure.unexplained for matrix in seen.plans] == [1]
    assert (seen.overdue.rows, seen.due_soon.total) == ([late], 1)
    assert seen.trail[0][1:] == ("Aprobó", "plan")
    assert (seen.owed, seen.drafts, seen.checks, seen.drifts) == (None, None, None, [])


def test_control_sees_what_changed_since_the_visit_before(client, entity, approved, control):
    before = timezone.now()
    audit.record(by=control, verb="plan.approve", target=approved)
    seen = board_of(entity, memberships(control, entity.pk), on=TODAY, since=before)
    assert (seen.n_since, [action for _entry, action, _kind in seen.trail]) == (1, ["Aprobó"])
    client.force_login(control)
    assert "Lo último que se hizo" in client.get(url(entity)).content.decode()
    Look.objects.update(at=before - timedelta(hours=2))
    for _time in range(2):  # who comes back at once still sees what was new
        assert "Desde su última visita" in client.get(url(entity)).content.decode()


def test_visit_begins_after_an_hour_away(entity, control, administrator):
    first = timezone.now()
    hour = timedelta(hours=1)
    assert looked(control, entity, first) is None
    assert looked(control, entity, first + hour / 2) is None
    assert looked(control, entity, first + 2 * hour) == first
    assert looked(control, entity, first + 2.5 * hour) == first
    assert looked(control, entity, first + 4 * hour) == first + 2 * hour
    assert looked(administrator, entity, first) is None
    assert Look.objects.count() == 2


def test_control_sees_what_changed_under_a_published_report(client, entity, approved, dependency, control, planner):
    session = make_session(
        make_activity(approved, dependency), date(2026, 3, 1), executed_units=1, held_on=date(2026, 3, 1)
    )
    report = make_published_facts(approved, period="2026", number="2026-001", content=b"%PDF-1.7")
    assert board(control, entity).drifts == []
    session.executed_units, session.planned_units = 2, 3
    session.save()
    (drifted,) = board(control, entity).drifts
    assert (drifted.report, drifted.changes) == (report, 2)
    client.force_login(control)
    assert f'href="{report.get_absolute_url()}#cambios"' in client.get(url(entity)).content.decode()


def test_administrator_sees_what_the_entity_lacks(entity, dependency, administrator):
    def checks() -> dict[str, bool]:
        return {check.text: check.done for check in board(administrator, entity).checks}

    assert checks() == {
        "Escudo": False,
        "Colores propios": False,
        "NIT": False,
        "Municipio y su código": False,
        "Correo de contacto": False,
        "Administración: 1 persona": True,
        "Planeación: 0 personas": False,
        "Jefatura de dependencia: 0 personas": False,
        "Control interno: 0 personas": False,
        "1 dependencia sin jefatura": False,
    }
    entity.nit, entity.primary, entity.shield = "899999061-9", "#000000", files.keep(b"png")
    Membership.objects.create(
        user=make_user(entity, Role.PLANNER), entity=entity, role=Role.HEAD, dependency=dependency
    )
    make_dependency(entity, valid_to=date(2025, 12, 31))
    after = checks()
    assert [text for text, done in after.items() if not done] == [
        "Municipio y su código",
        "Correo de contacto",
        "Control interno: 0 personas",
    ]
    assert after["Todas las dependencias tienen jefatura"]


def test_entity_without_dependencies_is_not_ready(entity, administrator):
    last = board(administrator, entity).checks[-1]
    assert (last.text, last.done) == ("Dependencias: todavía no hay ninguna", False)


def test_what_is_done_is_folded(client, entity, dependency, administrator):
    client.force_login(administrator)
    html = client.get(url(entity)).content.decode()
    assert "La entidad, por completar: 9" in html
    assert html.index("Lo que ya está: 1") > html.index("Correo de contacto")


def test_planner_who_is_also_head_sees_the_whole_entity(entity, approved, planner, dependency):
    Membership.objects.create(user=planner, entity=entity, role=Role.HEAD, dependency=dependency)
    foreign = make_session(make_activity(approved, make_dependency(entity)), date(2026, 4, 1))
    assert owed_in(board(planner, entity)) == [("report", foreign.pk)]


def test_head_owes_each_thing_with_its_day_its_words_and_the_way_to_it(entity, plan, approved, dependency, head):
    activity = make_activity(approved, dependency, name="Mesa de agua")
    late = make_session(activity, date(2026, 5, 20), place="Vivero")  # Wednesday; the 18th was a holiday
    today, soon = make_session(activity, TODAY), make_session(activity, date(2026, 6, 9))
    promise = make_commitment(approved, text="Entregar el acta", due_on=date(2026, 6, 22))
    promise.responsible.add(dependency)
    make_commitment(approved, due_on=date(2026, 7, 1)).responsible.add(dependency)  # in 18 working days
    returned = ChangeRequest.objects.create(
        plan=approved,
        kind="withdraw",
        activity=activity,
        dependency=dependency,
        reason="agenda",
        requested_by=head,
        state="returned",
        decision_note="Diga cuándo sería.",
    )
    plan.proposals_until = date(2026, 6, 5)
    plan.save()
    seen = board(head, entity)
    base, draft = (f"/panel/{entity.slug}/planes/{one.slug}" for one in (approved, plan))
    spaces = f"{base}/actividades/espacios"
    assert [(row.name, row.away, row.label, str(row.urgency), row.url) for row in seen.owed] == [
        (
            "Mesa de agua",
            "hace 8 días hábiles",
            "Falta reportar",
            "late",
            f"{spaces}/{late.pk}/reporte/",
        ),
        ("Mesa de agua", "hoy", "Falta reportar", "today", f"{spaces}/{today.pk}/reporte/"),
        ("«Mesa de agua»", "hoy", "Devuelta: por mejorar", "today", f"{base}/cambios/{returned.pk}/corregir/"),
        (
            plan.title,
            "en 4 días hábiles",
            "Se esperan propuestas",
            "coming",
            f"{draft}/propuestas/",
        ),
        ("Mesa de agua", "en 5 días hábiles", "Programado", "coming", f"{spaces}/{soon.pk}/"),
        (
            "Entregar el acta",
            "en 13 días hábiles",
            "Compromiso por cumplir",
            "coming",
            f"{base}/compromisos/{promise.pk}/seguimiento/",
        ),
    ]
    assert (seen.owed[0].place, seen.owed[2].note) == ("Vivero", "Diga cuándo sería.")


def test_a_thousand_things_owed_come_a_page_at_a_time_with_their_true_total(
    client, entity, approved, dependency, head, django_assert_max_num_queries
):
    activity = make_activity(approved, dependency)
    yesterday = timezone.localdate() - timedelta(days=1)
    Session.objects.bulk_create(
        Session(activity=activity, planned_on=yesterday - timedelta(days=number)) for number in range(1000)
    )
    client.force_login(head)
    with django_assert_max_num_queries(30):
        html = client.get(url(entity) + "?page=2").content.decode()
    total = int(re.search(r"Ya pasó su día: ([\d.]+)", html)[1].replace(".", ""))
    assert (total, html.count("/reporte/")) == (1000, 50)
    assert re.search(r"51 a 100 de 1\D?000", html)


def test_a_signature_that_waits_for_somebody_is_on_their_board_alone(entity, plan, planner, control, administrator):
    plan.signatories.create(stage="reviewed", person=control)
    plan.signatories.create(stage="approved", person=administrator)
    Plan.objects.filter(pk=plan.pk).update(state="in_review")

    def asks(person):
        return [(ask.name, ask.label, ask.url) for ask in board(person, entity).asks]

    waits = (plan.title, "Por firmar", reverse("plans:plan_sign", args=[entity.slug, plan.slug]))
    assert (asks(control), asks(administrator), asks(planner)) == ([waits], [], [])
    signing.put(plan, "reviewed", by=control, on=TODAY, position="Jefe de control")
    assert (asks(control), asks(administrator)) == ([], [waits])


def test_a_report_that_somebody_began_to_sign_waits_for_another(entity, approved, planner, administrator, head):
    report = make_report(approved, kind="final", period="2026")
    silent = make_report(approved, kind="monthly", period="2026-03")
    signing_of_reports.sign(report=report, position="Profesional", seen=report.revision, on=TODAY, by=planner)
    assert [ask.name for ask in board(administrator, entity).asks] == [report.name]
    assert (board(planner, entity).asks, board(head, entity).asks) == ([], [])
    assert silent.name != report.name


def test_requests_to_decide_are_on_the_planners_board_by_plan(entity, approved, dependency, planner, head):
    for state in ("requested", "requested", "returned"):
        ChangeRequest.objects.create(
            plan=approved,
            kind="withdraw",
            activity=make_activity(approved, dependency),
            dependency=dependency,
            reason="agenda",
            requested_by=head,
            state=state,
            decision_note="Diga cuándo sería.",
        )
    ChangeRequest.objects.update(requested_at=datetime(2026, 5, 26, 12, tzinfo=UTC))
    (ask,) = board(planner, entity).asks
    assert (ask.name, ask.label) == (approved.title, "2 solicitudes por decidir")
    assert ask.since == "la más antigua, hace 4 días hábiles"
    assert ask.url == reverse("activities:change_list", args=[entity.slug, approved.slug])


def test_monthly_return_waits_for_its_head_and_then_for_planning(entity, approved, dependency, head, planner):
    held(make_activity(approved, dependency), date(2026, 5, 12))
    monthly = return_of(approved, dependency, month=date(2026, 5, 31), on=TODAY)
    MonthlyReturn.objects.exclude(pk=monthly.pk).delete()
    (row,) = board(head, entity).owed
    assert (row.name, row.label) == ("Formato de mayo de 2026 de Secretaría de Gobierno", "Formato por enviar")
    assert (row.url, row.when, row.away) == (monthly.get_absolute_url(), "5 de junio de 2026", "en 4 días hábiles")
    assert board(planner, entity).asks == []
    Plan.objects.filter(pk=approved.pk).update(ends_on=date(2026, 5, 31))
    assert [str(row.urgency) for row in board(head, entity).owed] == ["coming"]  # of a year that ended, yet on time
    later = board_of(entity, memberships(head, entity.pk), on=date(2026, 6, 9))
    assert [(str(row.urgency), row.away) for row in later.owed] == [("over", "hace 1 día hábil")]
    returns.submit(monthly=monthly, by=head, on=TODAY)
    assert len(board(head, entity).owed) == 0
    (ask,) = board(planner, entity).asks
    assert (ask.name, ask.label, ask.since) == (approved.title, "1 formato por aceptar", "el más antiguo, hoy")


def test_board_is_of_one_entity(entity, planner):
    other = make_plan(make_entity("otra"), state="approved", approved_on=date(2026, 1, 2))
    make_session(make_activity(other), date(2026, 4, 1))
    make_commitment(other)
    seen = board(planner, entity)
    assert (seen.plans, seen.n_owed, seen.overdue.total, seen.drafts.total) == ([], 0, 0, 0)


def test_long_lists_say_how_many_more(client, entity, approved, planner):
    for _number in range(12):
        make_commitment(approved, due_on=timezone.localdate() - timedelta(days=1), made_on=date(2020, 1, 1))
    client.force_login(planner)
    answer = client.get(url(entity))
    assert (len(answer.context["board"].overdue.rows), answer.context["board"].overdue.hidden) == (10, 2)
    assert "Y 2 más." in answer.content.decode()


@pytest.mark.parametrize(("who", "queries"), [("planner", 28), ("head", 23), ("control", 23), ("administrator", 9)])
@pytest.mark.parametrize("size", [2, 60])
def test_board_asks_the_same_number_of_queries(
    request, client, entity, dependency, django_assert_num_queries, who, queries, size
):
    user = request.getfixturevalue(who)
    past = timezone.localdate() - timedelta(days=10)
    for number in range(size):
        make_plan(entity)
        plan = make_plan(entity, starts_on=date(2020, 1, 1), state="approved", approved_on=date(2026, 1, 2))
        day = past - timedelta(days=number)
        make_session(make_activity(plan, dependency), day)
        make_commitment(plan, due_on=day, made_on=date(2020, 1, 1)).responsible.add(dependency)
        make_dependency(entity)
    client.force_login(user)
    client.get(url(entity))
    with django_assert_num_queries(queries):
        html = client.get(url(entity)).content.decode()
    assert "<h1>Mi mes</h1>" in html


def test_outsider_has_no_board_here(client, entity, outsider):
    client.force_login(outsider)
    assert client.get(url(entity)).status_code == 404


def test_board_leads_to_report_a_session(client, entity, approved, dependency, head):
    session = make_session(make_activity(approved, dependency), timezone.localdate() - timedelta(days=1))
    client.force_login(head)
    address = reverse("activities:session_update", args=[entity.slug, approved.slug, session.pk])
    assert f'href="{address}"' in client.get(url(entity)).content.decode()


def test_plan_of_percentage_targets_alone_says_so_instead_of_a_bar(client, entity, approved, dependency, planner):
    past = timezone.localdate() - timedelta(days=9)
    target = {"target_kind": "percentage", "target_value": 100}
    for attended in (4, 3):
        activity = make_activity(approved, dependency, **target)
        make_session(activity, past, held_on=past, numerator=attended, denominator=4)
    client.force_login(planner)
    assert "hay metas sin explicar" not in client.get(url(entity)).content.decode()
    page = client.get(reverse("dashboard:plan_detail", args=[entity.slug, approved.slug]))
    html = page.content.decode()
    assert "El plan solo tiene metas en porcentaje, que no se cuentan como espacios." in html
    assert "3 de 4: 75,0\xa0% de una meta de 100\xa0%" in html
    assert "1 meta sin cumplir y sin causa registrada" in html
    assert "Metas en porcentaje: 1 de 2 metas cumplidas" in html
