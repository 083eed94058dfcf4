"""From draft to approved by signatures; an approval registered from its document; closing and archiving."""

import io
from datetime import date

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry, Role
from activities import actions as execution
from activities import reporting
from activities.models import Session
from plans import actions, signing
from plans.models import Plan
from plans.states import Closed, Frozen, hold_draft
from records import sign_offs
from records.models import Notice
from records.refusals import NotAllowed, NotReady, Stale
from tests.factories import make_activity, make_dependency, make_session, make_user
from tests.reports.reporting import make_published

ON = date(2026, 1, 15)
Stage = signing.Stage


@pytest.fixture
def ready(plan):
    make_session(make_activity(plan, make_dependency(plan.entity), number="1.1", name="Foro"), date(2026, 3, 16))
    return plan


@pytest.fixture
def chief(entity):
    return make_user(entity, Role.ADMINISTRATOR)


@pytest.fixture
def mayor(entity):
    return make_user(entity, Role.CONTROL)


def url(plan, name):
    return reverse(f"plans:{name}", args=[plan.entity.slug, plan.slug])


def again(plan) -> Plan:
    return Plan.objects.select_related("entity").get(pk=plan.pk)


def submit(plan, planner, chief, mayor, **values):
    people = {Stage.REVIEWED: chief, Stage.APPROVED: mayor}
    return actions.submit(plan=plan, people=people, position="Profesional de planeación", by=planner, on=ON, **values)


def test_plan_is_prepared_reviewed_and_approved_by_three_people(ready, planner, chief, mayor):
    submit(ready, planner, chief, mayor)
    assert (again(ready).state, again(ready).is_frozen, again(ready).is_approved) == ("in_review", True, False)
    assert [notice.recipient for notice in Notice.objects.filter(kind="plan.turn")] == [chief]
    actions.sign(plan=again(ready), position="Jefa de planeación", by=chief, on=date(2026, 1, 16))
    assert again(ready).state == "in_review"
    actions.sign(plan=again(ready), position="Alcaldesa", by=mayor, on=date(2026, 1, 20))
    plan = again(ready)
    assert (plan.state, plan.approved_on) == ("approved", date(2026, 1, 20))
    version = plan.versions.get()
    assert (version.number, version.reason, version.by) == (1, "Línea base", mayor)
    assert [(each.stage, each.name, each.position, each.signed_on) for each in sign_offs.standing(version)] == [
        ("prepared", planner.full_name, "Profesional de planeación", ON),
        ("reviewed", chief.full_name, "Jefa de planeación", date(2026, 1, 16)),
        ("approved", mayor.full_name, "Alcaldesa", date(2026, 1, 20)),
    ]
    assert sign_offs.standing(plan) == []  # what was signed is the version
    assert [
        entry.actor for entry in AuditEntry.objects.filter(verb__in=["plan.submit", "plan.approve"]).order_by("pk")
    ] == [
        planner,
        mayor,
    ]
    entry = AuditEntry.objects.get(verb="plan.approve")
    assert entry.changes["state"] == ["in_review", "approved"]


def test_nobody_signs_before_or_instead_of_another(ready, planner, chief, mayor, outsider):
    submit(ready, planner, chief, mayor)
    for person in (mayor, planner, outsider):  # the review comes first
        with pytest.raises(NotAllowed):
            actions.sign(plan=again(ready), position="Alcaldesa", by=person, on=ON)
    actions.sign(plan=again(ready), position="Jefa", by=chief, on=ON)
    for person in (chief, planner, outsider):
        with pytest.raises(NotAllowed):
            actions.sign(plan=again(ready), position="Jefa", by=person, on=ON)
    assert again(ready).state == "in_review"


def test_who_left_the_entity_no_longer_signs(ready, planner, chief, mayor):
    submit(ready, planner, chief, mayor)
    actions.sign(plan=again(ready), position="Jefa", by=chief, on=ON)
    mayor.memberships.all().delete()
    with pytest.raises(NotAllowed):
        actions.sign(plan=again(ready), position="Alcaldesa", by=mayor, on=ON)


def test_one_person_named_for_both_takes_both_with_one_signature(ready, planner, chief):
    submit(ready, planner, chief, chief)
    actions.sign(plan=again(ready), position="Alcaldesa", by=chief, on=ON)
    version = again(ready).versions.get()
    assert [(each.stage, each.person) for each in sign_offs.standing(version)] == [
        ("prepared", planner),
        ("reviewed", chief),
        ("approved", chief),
    ]


def test_nothing_is_edited_while_it_is_signed(ready, planner, chief, mayor):
    submit(ready, planner, chief, mayor)
    with pytest.raises(Frozen, match="en revisión y lo que promete no se edita"):
        hold_draft(ready)
    with pytest.raises(Frozen):
        execution.save_activity(activity=ready.activities.get(), lead=None, support=[], groups=[], by=planner)


def test_return_needs_a_note_and_undoes_the_signatures(ready, planner, chief, mayor):
    submit(ready, planner, chief, mayor)
    actions.sign(plan=again(ready), position="Jefa", by=chief, on=ON)
    with pytest.raises(NotReady, match="Diga por qué lo devuelve."):
        actions.give_back(plan=again(ready), note=" ", by=mayor)
    actions.give_back(plan=again(ready), note="Falta el cabildo.", by=mayor)
    plan = again(ready)
    assert plan.state == "draft"
    assert [(each.stage, each.state, each.note) for each in plan.sign_offs.all()] == [
        ("prepared", "returned", "Falta el cabildo."),
        ("reviewed", "returned", "Falta el cabildo."),
    ]
    told = Notice.objects.filter(kind="plan.returned")
    assert {notice.recipient for notice in told} == {planner, chief}
    entry = AuditEntry.objects.get(verb="plan.return")
    assert (entry.actor, entry.changes["note"]) == (mayor, ["", "Falta el cabildo."])
    assert signing.last_return(plan).note == "Falta el cabildo."
    submit(plan, planner, chief, mayor)  # and it goes again
    assert len(sign_offs.standing(again(ready))) == 1


def test_planner_takes_a_plan_back_but_a_head_does_not(ready, planner, head, chief, mayor):
    submit(ready, planner, chief, mayor)
    with pytest.raises(NotAllowed):
        actions.give_back(plan=again(ready), note="No", by=head)
    actions.give_back(plan=again(ready), note="Se me olvidó una actividad", by=planner)
    assert again(ready).state == "draft"


def test_what_was_read_is_what_is_signed(ready, planner, chief, mayor):
    submit(ready, planner, chief, mayor)
    with pytest.raises(Stale):
        actions.sign(plan=again(ready), position="Jefa", by=chief, on=ON, seen=again(ready).revision - 1)


def test_next_version_says_why_when_it_is_sent(ready, planner, chief, mayor):
    actions.approve(plan=ready, by=planner, on=ON)
    actions.reopen(plan=again(ready), reason="Faltó el cabildo", by=planner)
    with pytest.raises(NotReady, match="Diga qué cambió desde la versión anterior."):
        submit(again(ready), planner, chief, chief)
    submit(again(ready), planner, chief, chief, reason="Se agregó el cabildo")
    actions.sign(plan=again(ready), position="Alcaldesa", by=chief, on=ON)
    assert again(ready).versions.first().reason == "Se agregó el cabildo"


def test_pages_walk_from_draft_to_approved(client, ready, planner, chief, mayor):
    client.force_login(planner)
    given = {"revision": ready.revision, "position": "Profesional", "reviewed": chief.pk, "approved": mayor.pk}
    html = client.post(url(ready, "plan_approve"), given, follow=True).content.decode()
    assert "El plan quedó en revisión. Quien lo revisa ya lo sabe." in html
    assert "Firmar que lo revisé" not in client.get(url(ready, "plan_sign")).content.decode()
    client.force_login(chief)
    page = client.get(url(ready, "plan_sign"))
    assert "Su firma en el plan" in page.content.decode()
    answer = client.post(url(ready, "plan_sign"), {"revision": again(ready).revision, "position": "Jefa"}, follow=True)
    assert "Firmado. Ya lo sabe quien lo aprueba." in answer.content.decode()
    client.force_login(mayor)
    assert "Firmar y aprobar el plan" in client.get(url(ready, "plan_sign")).content.decode()
    given = {"revision": again(ready).revision, "position": "Alcaldesa"}
    assert "El plan quedó aprobado." in client.post(url(ready, "plan_sign"), given, follow=True).content.decode()
    assert again(ready).state == "approved"


def test_who_is_not_named_reads_the_signatures_and_signs_nothing(client, ready, planner, head, chief, mayor):
    submit(ready, planner, chief, mayor)
    client.force_login(head)
    html = client.get(url(ready, "plan_sign")).content.decode()
    assert planner.full_name in html and 'name="position"' not in html and 'name="note"' not in html
    assert client.post(url(ready, "plan_sign"), {"revision": 1, "position": "Jefe"}).status_code == 403
    assert client.post(url(ready, "plan_sign"), {"revision": 1, "note": "No"}).status_code == 403


# --- An approval given elsewhere --------------------------------------------------------------------------------------


def test_approval_elsewhere_enters_with_its_date_act_document_and_signatures(client, ready, planner):
    client.force_login(planner)
    paper = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(paper)
    document = SimpleUploadedFile("acta.pdf", paper.getvalue())
    given = {
        "revision": ready.revision,
        "act": "Acuerdo 7 de la Junta",
        "approved_on": "2019-11-05",
        "only_month": "on",
        "document": document,
        "prepared_name": "Ana Ríos",
        "reviewed_name": "Luz Peña",
        "approved_name": "Luz Peña",
        "approved_position": "Gerente",
    }
    html = client.post(url(ready, "plan_adopt"), given, follow=True).content.decode()
    plan = again(ready)
    assert (plan.state, plan.approved_on, plan.approved_precision) == ("approved", date(2019, 11, 30), "month")
    assert "noviembre de 2019" in html and "Acuerdo 7 de la Junta" in html
    assert [
        (each.stage, each.name, each.position, each.person, each.signed_precision)
        for each in sign_offs.standing(plan.versions.get())
    ] == [
        ("prepared", "Ana Ríos", "", None, "month"),
        ("reviewed", "Luz Peña", "", None, "month"),
        ("approved", "Luz Peña", "Gerente", None, "month"),
    ]
    answer = client.get(url(ready, "approval_document"))
    assert b"".join(answer.streaming_content) == paper.getvalue()
    assert AuditEntry.objects.get(verb="plan.approve").changes["approval_act"] == ["", "Acuerdo 7 de la Junta"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"act": ""}, "Este campo es obligatorio."),
        ({"approved_on": "2999-01-01"}, "La aprobación no puede ser de un día que no ha llegado."),
        ({"document": SimpleUploadedFile("acta.pdf", b"%PDF-1.7 acta")}, "«acta.pdf» no es un PDF que se pueda abrir."),
        ({"approved_position": "Gerente"}, "Diga de quién es ese cargo."),
    ],
)
def test_wrong_approval_is_told_and_nothing_is_lost(client, ready, planner, wrong, sentence):
    client.force_login(planner)
    given = {"revision": ready.revision, "act": "Acta 3", "approved_on": "2026-01-15", **wrong}
    html = client.post(url(ready, "plan_adopt"), given).content.decode()
    assert sentence in html
    assert html.count("data-error-summary") == 1
    assert given["approved_on"] in html
    assert again(ready).state == "draft"


def test_reopened_plan_forgets_the_approval_that_it_had(ready, planner):
    actions.approve(plan=ready, by=planner, on=ON, act="Acta 3")
    actions.reopen(plan=again(ready), reason="Faltó el cabildo", by=planner)
    plan = again(ready)
    assert (plan.approved_on, plan.approval_act, plan.approval_document) == (None, "", None)


# --- Closing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(ready, planner):
    actions.approve(plan=ready, by=planner, on=ON)
    make_published(again(ready))
    actions.close(plan=again(ready), by=planner, on=date(2027, 2, 1))
    return again(ready)


def test_closing_follows_the_final_report(client, ready, planner):
    actions.approve(plan=ready, by=planner, on=ON)
    with pytest.raises(NotReady, match="Publique antes el informe final del plan."):
        actions.close(plan=again(ready), by=planner, on=date(2027, 2, 1))
    client.force_login(planner)
    assert "Publique antes el informe final del plan." in client.get(url(ready, "plan_close")).content.decode()


def test_closed_plan_takes_no_reports_and_opens_again_with_a_reason(closed, planner):
    assert (closed.state, closed.closed_on, closed.is_approved) == ("closed", date(2027, 2, 1), True)
    session = Session.objects.get(activity__plan=closed)
    session.executed_units = 0
    report = {"session": session, "before": session, "kept": {}, "people": {}, "by": planner, "seen": 0}
    with pytest.raises(Closed):
        reporting.report_session(**report)
    with pytest.raises(NotReady, match="Diga por qué."):
        actions.resume(plan=again(closed), reason="", by=planner)
    actions.resume(plan=again(closed), reason="Llegó un acta tarde", by=planner)
    assert (again(closed).state, again(closed).closed_on) == ("approved", None)
    session.activity.plan = again(closed)
    reporting.report_session(**report)
    assert AuditEntry.objects.get(verb="plan.resume").changes["reason"] == ["", "Llegó un acta tarde"]


def test_closed_plan_is_archived_and_comes_back(client, closed, planner):
    client.force_login(planner)
    html = client.post(url(closed, "plan_archive"), follow=True).content.decode()
    assert again(closed).state == "archived" and "Sacar del archivo" in html
    client.post(url(closed, "plan_archive"))
    assert again(closed).state == "closed"
