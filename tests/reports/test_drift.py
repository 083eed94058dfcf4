"""Nothing published drifts in silence: who changes a published fact is told before, and the report says it after."""

import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Session
from commitments.models import Commitment
from display.dates import day
from reports import drift, snapshot
from reports.models import Report
from sheets.export import write_plan
from sheets.loading.load import load
from sheets.reader import read
from tests.factories import make_activity, make_commitment, make_dependency, make_session
from tests.reports.reporting import approve, make_published
from tests.reports.taking import held

OCTOBER = date(2026, 10, 31)


def publish(plan, kind="monthly", period="2026-10", cutoff=OCTOBER, number="2026-004", **fields) -> Report:
    """A report with the facts of today, without rendering."""
    taken = snapshot.take(
        Report(plan=plan, kind=kind, period=period, cutoff=cutoff, **fields), on=date(2026, 11, 5), number=number
    )
    content = f"%PDF-1.7 {kind} {period} {plan.pk}".encode()
    return make_published(
        plan,
        **{"kind": kind, "period": period, "cutoff": cutoff, "number": number, "content": content, **fields},
        snapshot=json.loads(snapshot.canonical(taken)),
        snapshot_sha256=snapshot.sha256(taken),
    )


def told(plan, *reports) -> list[tuple[str, ...]]:
    found = drift.of_reports(plan, reports or plan.reports.light())
    return [
        tuple(map(str, (row.row, row.field or "", row.before, row.after))) for rows in found.values() for row in rows
    ]


@pytest.fixture
def activity(plan, dependency):
    return make_activity(approve(plan), dependency, number="1.1", name="Mesas")


@pytest.fixture
def session(activity):
    return held(activity, date(2026, 10, 12), executed=3, planned_units=3, attendance_total=40)


def typed(session, **fields) -> dict:
    stored = Session.objects.get(pk=session.pk)
    values = {
        "revision": stored.revision,
        "held_on": stored.held_on or "",
        "answer": "not_held" if fields.get("executed_units") == 0 else "partly",
        "executed_units": "" if stored.executed_units is None else stored.executed_units,
        "attendance_total": stored.attendance_total or "",
        "uncounted": "" if stored.attendance_total else "on",
        "reason_kind": "other",
        "reason": "Llovió.",
    }
    return {**values, **fields}


def address_of(session) -> str:
    plan = session.activity.plan
    return reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])


# --- After ------------------------------------------------------------------------------------------------------------


def test_published_report_says_what_changed_since(plan, session):
    publish(plan)
    assert told(plan) == []
    Session.objects.filter(pk=session.pk).update(executed_units=2, attendance_total=None, reason="Llovió.")
    assert told(plan) == [
        ("1.1 Mesas · 12 de octubre de 2026", "Cantidad ejecutada", "3", "2"),
        ("1.1 Mesas · 12 de octubre de 2026", "Motivo de lo que faltó", "", "Llovió."),
        ("1.1 Mesas · 12 de octubre de 2026", "Asistentes", "40", ""),
    ]


def test_facts_after_the_cutoff_change_nothing_that_was_published(plan, activity, session):
    november = make_session(activity, date(2026, 11, 20))
    late = make_session(activity, date(2026, 10, 20))
    promise = make_commitment(plan, made_on=date(2026, 10, 2), due_on=date(2026, 12, 1))
    publish(plan)
    done = {"executed_units": 1, "held_on": date(2026, 11, 20)}
    Session.objects.filter(pk__in=[november.pk, late.pk]).update(**done)
    held(activity, date(2026, 11, 21), planned_units=0)
    make_session(activity, date(2026, 12, 1), executed_units=0, reason="No hubo quórum.", in_force_from="2026-11-02")
    Commitment.objects.filter(pk=promise.pk).update(state="reported_done", closed_on=date(2026, 11, 20))
    make_commitment(plan, made_on=date(2026, 11, 20), due_on=date(2026, 12, 1))
    assert told(plan) == []


def test_reason_of_a_session_whose_day_has_not_come_is_in_no_figure(plan, activity):
    session = make_session(activity, date(2026, 11, 20))
    publish(plan)
    Session.objects.filter(pk=session.pk).update(executed_units=0, reason="No hubo quórum.")
    assert told(plan) == []


def test_open_states_and_verification_have_no_day_and_change_nothing(plan, session):
    opened = make_commitment(plan, made_on=date(2026, 9, 1), due_on=date(2026, 12, 1))
    done = make_commitment(
        plan, made_on=date(2026, 9, 2), due_on=date(2026, 12, 1), state="reported_done", closed_on=date(2026, 10, 1)
    )
    publish(plan)
    Commitment.objects.filter(pk=opened.pk).update(state="partly_done")
    Commitment.objects.filter(pk=done.pk).update(state="verified", verified_on=date(2026, 11, 3))
    assert told(plan) == []
    Commitment.objects.filter(pk=done.pk).update(state="in_progress", closed_on=None, verified_on=None)
    assert [row[1:] for row in told(plan)] == [
        ("Cerrado el", "1 de octubre de 2026", ""),
        ("Estado", "Reportado como cumplido", "En avance"),
    ]


def test_rows_that_came_or_went_are_told(plan, activity, session):
    extra = held(activity, date(2026, 10, 15), planned_units=0)
    publish(plan)
    extra.delete()
    held(activity, date(2026, 10, 16), planned_units=0)
    assert told(plan) == [
        ("1.1 Mesas · 16 de octubre de 2026", "", "no está", "está"),
        ("1.1 Mesas · 15 de octubre de 2026", "", "está", "no está"),
    ]


def test_report_of_a_dependency_minds_only_its_own(plan, dependency, activity, session):
    publish(plan, kind="dependency", period="2026", cutoff=OCTOBER, dependency=dependency)
    other = make_activity(plan, make_dependency(plan.entity), name="De otra dependencia")
    held(other, date(2026, 10, 3), planned_units=0)
    make_commitment(plan, made_on=date(2026, 10, 3), due_on=date(2026, 12, 1))
    assert told(plan) == []
    held(activity, date(2026, 10, 3), planned_units=0)
    make_commitment(plan, made_on=date(2026, 10, 3), due_on=date(2026, 12, 1), code="C-9", all_dependencies=True)
    assert [row[0] for row in told(plan)] == ["1.1 Mesas · 3 de octubre de 2026", "C-9"]


def test_replaced_report_is_not_marked_and_one_of_before_has_no_rows(plan, session):
    replaced = publish(plan)
    Report.objects.update(state="superseded")
    make_published(plan)  # of the sample: without its rows
    Session.objects.update(executed_units=2)
    replaced.refresh_from_db()
    assert told(plan) == []


@pytest.mark.parametrize("size", [1, 6])
def test_list_marks_reports_with_the_same_queries_whatever_its_size(
    client, planner, plan, dependency, activity, session, size, django_assert_num_queries
):
    for month in range(1, size + 1):
        publish(plan, period=f"2026-{month:02d}", number=f"2026-{month:03d}", cutoff=OCTOBER)
    publish(plan, kind="dependency", period="2026", dependency=dependency)
    Session.objects.update(executed_units=2)
    held(activity, date(2026, 10, 3), planned_units=0)
    client.force_login(planner)
    with django_assert_num_queries(17):
        html = client.get(reverse("reports:report_list", args=[plan.entity.slug, plan.slug])).content.decode()
    assert html.count("2 datos cambiaron después de publicarse") == size + 1


def test_page_of_the_report_lists_what_changed(client, control, plan, session):
    report = publish(plan)
    Session.objects.update(executed_units=2)
    client.force_login(control)
    html = client.get(report.get_absolute_url()).content.decode()
    assert "1 dato cambió después de publicarse" in html
    assert session.get_absolute_url() in html
    public = client.get(report.public_url).content.decode()
    assert "después de publicarse" not in public


# --- Before -----------------------------------------------------------------------------------------------------------


def test_form_says_it_before_saving_and_saves_with_the_tick(client, head, plan, session):
    report = publish(plan)
    client.force_login(head)
    answer = client.post(address_of(session), typed(session, executed_units=2))
    html, published = answer.content.decode(), day(timezone.localdate(report.published_at))
    assert (
        f"Ya se publicó en «{report.name}» (2026-004, del {published}): "
        "«Cantidad ejecutada» cambiará de 3 a 2 y «Motivo de lo que faltó» cambiará de vacío a «Llovió»." in html
    )
    assert "Llovió.</textarea>" in html  # what was typed is kept
    stored = Session.objects.get(pk=session.pk)
    assert (stored.executed_units, stored.revision) == (3, session.revision)
    digest = answer.context["form"].contradicted.digest
    answer = client.post(address_of(session), typed(session, executed_units=2, published_differs=digest))
    assert answer.status_code == 302
    assert Session.objects.get(pk=session.pk).executed_units == 2
    assert len(told(plan)) == 2


def test_tick_is_of_what_was_told_and_of_nothing_else(client, head, plan, session):
    publish(plan)
    client.force_login(head)
    answer = client.post(address_of(session), typed(session, executed_units=2))
    digest = answer.context["form"].contradicted.digest
    answer = client.post(address_of(session), typed(session, executed_units=1, published_differs=digest))
    assert "cambiará de 3 a 1" in answer.content.decode()
    assert Session.objects.get(pk=session.pk).executed_units == 3


def test_what_was_told_once_is_not_told_again(client, head, plan, session):
    publish(plan)
    Session.objects.update(executed_units=2, reason="Llovió.")  # it is told on the report
    client.force_login(head)
    assert client.post(address_of(session), typed(session, footnote="Con intérprete.")).status_code == 302


def test_same_change_in_several_reports_is_one_sentence(client, head, plan, session):
    for month in (10, 11):
        publish(plan, period=f"2026-{month}", number=f"2026-{month:03d}", cutoff=date(2026, month, 30))
    client.force_login(head)
    html = client.post(address_of(session), typed(session, executed_units=2)).content.decode()
    assert html.count("«Cantidad ejecutada» cambiará de 3 a 2") == 1
    assert "octubre de 2026" in html
    assert "noviembre de 2026" in html


def test_new_session_that_a_report_would_have_is_told(client, head, plan, activity, session):
    publish(plan)
    client.force_login(head)
    address = reverse("activities:session_extra", args=[plan.entity.slug, plan.slug, activity.pk])
    typed = {"revision": 0, "held_on": "2026-10-20", "executed_units": 1, "attendance_total": 12}
    answer = client.post(address, typed)
    assert "y es de antes de su corte" in answer.content.decode()
    assert Session.objects.count() == 1
    assert answer.context["form"].instance.pk is None
    digest = answer.context["form"].contradicted.digest
    client.post(address, typed | {"published_differs": digest})
    assert Session.objects.count() == 2


def test_commitment_is_told_when_moved_or_edited_and_is_not_deleted(client, planner, plan, session):
    promise = make_commitment(plan, text="Publicar el acta", made_on=date(2026, 9, 1), due_on=date(2026, 10, 15))
    publish(plan)
    client.force_login(planner)
    place = [plan.entity.slug, plan.slug, promise.pk]
    moved = client.post(
        reverse("commitments:commitment_move", args=place),
        {"revision": 0, "to": "not_viable", "on": "2026-10-10", "reason": "No hay terreno"},
    )
    html = moved.content.decode()
    assert "«Cerrado el» cambiará de vacío a 10 de octubre de 2026" in html
    assert moved.context["commitment"].state == "recorded"
    assert Commitment.objects.get().state == "recorded"
    edited = client.post(
        reverse("commitments:commitment_update", args=place),
        {"revision": 0, "text": "Publicar las actas", "made_on": "2026-09-01"},
    )
    assert "«Compromiso» cambiará de «Publicar el acta» a «Publicar las actas»" in edited.content.decode()
    page = client.get(reverse("commitments:commitment_delete", args=place), follow=True).content.decode()
    assert "lo prometido a la ciudadanía no se borra" in page


def test_import_says_it_in_the_preview_row_by_row(plan, planner, session):
    publish(plan)
    file = BytesIO()
    write_plan(plan, file, "xlsx", at=timezone.now())
    book = openpyxl.load_workbook(file)
    sheet = next(one for one in book if "Cantidad ejecutada" in [cell.value for cell in one[1]])
    column = [cell.value for cell in sheet[1]].index("Cantidad ejecutada") + 1
    row = next(at for at in range(2, 9) if sheet.cell(at, column).value == 3)
    sheet.cell(row, column).value = 2
    changed = BytesIO()
    book.save(changed)
    changed.seek(0)
    matrix = read(changed, "plan.xlsx", starts_on=plan.starts_on, ends_on=plan.ends_on)
    result = load(matrix, plan=plan, by=planner, dry_run=True)
    [warning] = [str(each.message) for each in result.warnings if "se publicó" in str(each.message)]
    assert warning.endswith("«Cantidad ejecutada» cambiará de 3 a 2.")
    [remark] = [each for each in result.warnings if "se publicó" in str(each.message)]
    assert remark.place.row == row
    assert Session.objects.get(pk=session.pk).executed_units == 3
