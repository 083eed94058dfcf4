"""Every live figure leads to the rows that make it, and they add up to it."""

from copy import copy
from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from activities import progress, reporting
from activities.models import Activity, Session
from activities.pending import Need, pending
from dashboard import retrace
from dashboard.models import Reminded
from dashboard.retrace import What
from records.models import Notice
from tests.activities.executions import END, FEB, JAN, MAR, answered, filled, held, percentage
from tests.factories import make_activity, make_dependency, make_entity, make_plan, make_session, make_user
from tests.reports.reporting import make_published_facts


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


def traced(plan, on, code="total", month=None, what=""):
    places = progress.places_of(Activity.objects.filter(plan=plan).in_plan())
    groups = {group.code: group for group in retrace.groups_of(plan, places, code)}
    return retrace.trace(plan, on, groups[code], month, what)


def address(plan, **asked):
    url = reverse("dashboard:figure", args=[plan.entity.slug, plan.slug])
    return f"{url}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.once) for seed in range(2, 6))])
def test_every_part_of_a_plan_is_the_sum_of_the_rows_behind_it(approved, seed):
    filled(approved, seed)
    for on in (JAN, date(2026, 5, 17), date(2026, 9, 30), END):
        whole = progress.of_plan(approved, on=on)
        sets = [("total", None, whole.total)]
        sets += [(retrace.code_of(part.key), None, part.figure) for part in (*whole.blocks, *whole.phases)]
        sets += [("total", month.last_day.replace(day=1), month.figure) for month in whole.months]
        sets += [(f"actividad-{pk}", None, own.figure) for pk, own in whole.activities.items()]
        for code, month, figure in sets:
            found = traced(approved, on, code, month)
            assert found.figure == figure, (on, code, month)
            if found.targets and code.startswith("actividad"):
                continue  # the rows of a percentage target are in no sum of units
            sums = found.rows.order_by().aggregate(n=Sum("planned_units", default=0), e=Sum("counted", default=0))
            assert (sums["n"], sums["e"]) == (figure.planned, figure.executed), (on, code, month)
        short = traced(approved, on, what=What.MISSING)
        assert short.figure.shortfall == whole.total.shortfall
        assert set(short.rows.values_list("pk", flat=True)) == {miss.session for miss in whole.misses}
        silent = traced(approved, on, what=What.UNEXPLAINED)
        assert silent.figure.unexplained == silent.figure.shortfall == whole.total.unexplained
        assert set(silent.rows.values_list("pk", flat=True)) == {
            miss.session for miss in whole.misses if not miss.reason
        }
        to_come = traced(approved, on, what=What.TO_COME)
        assert to_come.scheduled == whole.scheduled_after


@pytest.mark.parametrize("seed", range(4))
def test_what_is_pending_is_each_unreported_row_and_each_reported_one_without_a_reason(approved, seed):
    filled(approved, seed)
    on = date(2026, 9, 30)
    whole = progress.of_plan(approved, on=on)
    rows = pending([approved], on)
    to_report = {row.session for row in rows if row.need == Need.REPORT}
    unreported = Session.objects.unreported(on).filter(activity__plan=approved).in_plan()
    assert to_report == set(unreported.values_list("pk", flat=True))
    short = {miss.session for miss in whole.misses if not miss.reason} - to_report
    targets = {target.activity for target in whole.percentages if target.state == "short" and not target.reason}
    to_explain = [row for row in rows if row.need == Need.EXPLAIN]
    assert {row.session for row in to_explain if row.activity not in targets} == short
    assert sorted(row.activity for row in to_explain if row.activity in targets) == sorted(targets)


def test_page_writes_the_sum_and_its_rows(client, entity, approved, dependency, planner):
    activity = make_activity(approved, dependency, name="Mesa de agua")
    held(activity, JAN, planned_units=10, executed_units=6, reason="Llovió.")
    held(activity, FEB, planned_units=6, executed_units=4)
    client.force_login(planner)
    html = client.get(address(approved, corte="2026-02-28", conjunto=f"dependencia-{dependency.pk}")).content.decode()
    assert "<h1>Secretaría de Gobierno</h1>" in html
    assert "10 de 16 espacios: 62,5\xa0%" in html
    assert "6 de 10" in html and "4 de 6" in html and "Llovió." in html
    earlier = client.get(
        address(approved, corte="2026-01-31", conjunto=f"dependencia-{dependency.pk}")
    ).content.decode()
    assert "6 de 10 espacios: 60,0\xa0%" in earlier


def test_percentage_target_is_traced_to_its_dates_apart_from_spaces(client, approved, dependency, planner):
    target = percentage(approved, 100)
    target.responsibilities.create(dependency=dependency)
    answered(target, JAN, 300, 301)
    answered(target, FEB, 37, 47)
    client.force_login(planner)
    html = client.get(address(approved, corte="2026-03-31", conjunto=f"actividad-{target.pk}")).content.decode()
    assert "337 de 348: 96,8\xa0% de una meta de 100\xa0%" in html
    assert "300 de 301" in html and "37 de 47" in html
    whole = client.get(address(approved, corte="2026-03-31")).content.decode()
    assert "300 de 301" not in whole
    assert (
        "Metas en porcentaje: 0 de 1 metas cumplidas" in whole or "Metas en porcentaje: 0 de 1 meta cumplida" in whole
    )


@pytest.mark.parametrize(
    ("asked", "said"), [("corte=mañana", "fecha"), ("conjunto=dependencia-999999", "no es una de las")]
)
def test_address_that_says_nothing_shows_the_plan_today_and_why(client, approved, planner, asked, said):
    client.force_login(planner)
    html = client.get(f"{address(approved)}{asked}").content.decode()
    assert "Todo el plan" in html
    assert said in html


def test_only_who_reads_the_trail_sees_who_reported(client, approved, dependency, planner, control):
    session = make_session(make_activity(approved, dependency), JAN)
    before = copy(session)
    session.held_on, session.executed_units = JAN, 1
    reporting.report_session(session=session, before=before, kept={}, people={}, by=planner, seen=0)
    client.force_login(planner)
    page = address(approved, corte=timezone.localdate().isoformat())
    assert planner.full_name not in client.get(page).content.decode().split("<main")[1]
    client.force_login(control)
    assert planner.full_name in client.get(page).content.decode()


@pytest.mark.parametrize("size", [10, 1000])
def test_retrace_asks_the_same_number_of_queries(
    client, approved, dependency, planner, django_assert_num_queries, size
):
    activities = [make_activity(approved, dependency) for _number in range(10)]
    Session.objects.bulk_create(
        Session(activity=activities[at % 10], planned_on=date(2026, 1, 1) + timedelta(days=at // 10))
        for at in range(size)
    )
    client.force_login(planner)
    page = address(approved, corte="2026-12-31", conjunto=f"dependencia-{dependency.pk}")
    client.get(page)
    with django_assert_num_queries(23):
        assert client.get(page).status_code == 200


# --- Explaining from the list -----------------------------------------------------------------------------------------


def explain(client, session, reason="Llovió.", **data):
    plan = session.activity.plan
    url = reverse("activities:session_explain", args=[plan.entity.slug, plan.slug, session.pk])
    return client.post(url, {"reason": reason, "revision": session.revision, **data})


def test_reason_is_saved_from_the_list_and_returns_to_it(client, approved, dependency, head):
    session = held(make_activity(approved, dependency), MAR, planned_units=3, executed_units=1)
    client.force_login(head)
    page = address(approved, que="pendiente")
    assert "Por qué faltó" in client.get(page).content.decode()
    answer = explain(client, session, next=page)
    assert answer.headers["Location"] == page
    session.refresh_from_db()
    assert (session.reason, session.executed_units, session.revision) == ("Llovió.", 1, 1)
    assert "Nada falta por reportar ni por explicar." in client.get(page).content.decode()


def test_reason_over_a_newer_report_is_told_and_kept(client, approved, dependency, planner):
    session = held(make_activity(approved, dependency), MAR, planned_units=3, executed_units=1)
    client.force_login(planner)
    Session.objects.filter(pk=session.pk).update(revision=4, reason="Otra.")
    html = explain(client, session).content.decode()
    assert "Otra persona cambió estos datos" in html
    assert '<span class="clash-text">Otra.</span>' in html and '<span class="clash-text">Llovió.</span>' in html
    session.refresh_from_db()
    assert session.reason == "Otra."


def test_what_nobody_reported_is_not_explained(client, approved, dependency, planner):
    session = make_session(make_activity(approved, dependency), MAR)
    client.force_login(planner)
    assert explain(client, session).headers["Location"] == session.get_absolute_url()
    session.refresh_from_db()
    assert session.reason == ""


def test_reason_is_asked_and_leads_to_no_other_site(client, approved, dependency, planner):
    session = held(make_activity(approved, dependency), MAR, planned_units=3, executed_units=1)
    client.force_login(planner)
    assert "Este campo es obligatorio" in explain(client, session, "").content.decode()
    answer = explain(client, session, next="https://otro.example/")
    assert answer.headers["Location"] == session.get_absolute_url()


def test_head_of_another_dependency_does_not_explain(client, entity, approved, dependency):
    session = held(make_activity(approved, dependency), MAR, planned_units=3, executed_units=1)
    other = make_user(entity, Role.HEAD)
    client.force_login(other)
    assert 'name="reason"' not in client.get(address(approved, que="pendiente")).content.decode()
    assert explain(client, session).status_code == 403


# --- Reminding --------------------------------------------------------------------------------------------------------


def remind(client, plan, code, month=""):
    url = reverse("dashboard:remind", args=[plan.entity.slug, plan.slug])
    return client.post(url, {"conjunto": code, "mes": month}, follow=True).content.decode()


def test_heads_are_reminded_once_a_day_for_a_cell(client, entity, approved, dependency, planner, head):
    activity = make_activity(approved, dependency)
    make_session(activity, MAR)
    held(activity, FEB, planned_units=3, executed_units=1)
    client.force_login(planner)
    code = f"dependencia-{dependency.pk}"
    assert f"Se le recordó a {head.full_name}." in remind(client, approved, code, "2026-03")
    assert f"Hoy ya se le recordó a {head.full_name}." in remind(client, approved, code, "2026-03")
    assert f"Se le recordó a {head.full_name}." in remind(client, approved, code, "2026-02")  # another cell
    assert [notice.params["to_report"] for notice in Notice.objects.order_by("pk")] == [1, 0]
    Reminded.objects.update(on=timezone.localdate() - timedelta(days=1))
    assert f"Se le recordó a {head.full_name}." in remind(client, approved, code, "2026-03")
    client.force_login(head)
    inbox = client.get(reverse("accounts:notice_list")).content.decode()
    assert "Secretaría de Gobierno, marzo de 2026: falta reportar 1" in inbox
    assert "Secretaría de Gobierno, febrero de 2026: falta explicar 1" in inbox


def test_reminder_without_a_head_says_so_and_goes_to_the_nearest_above(client, entity, approved, dependency, planner):
    below = make_dependency(entity, "Oficina de Paz", parent=dependency)
    make_session(make_activity(approved, below), MAR)
    client.force_login(planner)
    code = f"dependencia-{below.pk}"
    assert "Oficina de Paz no tiene jefatura: nadie recibió el recordatorio." in remind(client, approved, code)
    boss = make_user(entity, Role.HEAD, dependency)
    assert f"Se le recordó a {boss.full_name}." in remind(client, approved, code)


def test_what_is_of_everybody_is_reminded_to_every_head(client, entity, approved, planner):
    make_session(make_activity(approved, all_dependencies=True), MAR)
    heads = [make_user(entity, Role.HEAD) for _number in range(2)]
    make_user(make_entity("otra"), Role.HEAD)
    client.force_login(planner)
    remind(client, approved, "todas")
    assert {notice.recipient for notice in Notice.objects.all()} == set(heads)


def test_nothing_pending_reminds_nobody(client, approved, dependency, planner, head):
    held(make_activity(approved, dependency), MAR)
    client.force_login(planner)
    assert "No hay nada que recordar" in remind(client, approved, f"dependencia-{dependency.pk}")
    assert not Notice.objects.exists()


def test_reason_that_contradicts_a_published_report_waits_for_a_tick(client, approved, dependency, planner):
    session = held(make_activity(approved, dependency), MAR, planned_units=3, executed_units=1)
    make_published_facts(approved, period="2026", number="2026-001", content=b"%PDF-1.7")
    client.force_login(planner)
    html = explain(client, session).content.decode()
    assert "Esto cambia lo que ya se publicó" in html and "Llovió." in html
    digest = html.split('name="published_differs"')[1].split('value="')[1].split('"')[0]
    assert explain(client, session, published_differs=digest).status_code == 302
    session.refresh_from_db()
    assert session.reason == "Llovió."
