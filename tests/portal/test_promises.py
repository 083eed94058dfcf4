"""What everybody reads of the promises of an entity: the list with its total, each promise, what proves it."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.models import Evidence
from commitments import balance
from commitments.models import CitizenAnswer, Commitment, Extension, Verification
from commitments.next_plan.leaving import bring
from records import files
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_photograph,
    make_plan,
    make_session,
)
from tests.reports.reporting import approve

TODAY = date(2026, 8, 31)
APR, OCT = date(2026, 4, 30), date(2026, 10, 30)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel("2026-08-31T15:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def public(plan):
    return approve(plan)


def at(name: str, entity, *args) -> str:
    return reverse(f"portal:{name}", args=[entity.slug, *args])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def kept(plan, closed_on=date(2026, 4, 20), **fields):
    return make_commitment(plan, state="reported_done", closed_on=closed_on, due_on=APR, **fields)


def extend(commitment, due_on, reason, by, *, state="granted", note=""):
    Extension.objects.create(
        commitment=commitment, due_on=due_on, due_before=commitment.due_on, reason=reason, asked_by=by,
        asked_on=APR, state=state, decided_by=by, decided_on=date(2026, 4, 29), note=note,
    )  # fmt: skip
    if state == "granted":
        commitment.due_on = due_on
        commitment.save()


def listed(client, at_plan, **query) -> list[str]:
    page = client.get(at("promise_list", at_plan.entity), query).context["page"]
    return [row.commitment.text for row in page]


# --- The list ---------------------------------------------------------------------------------------------------------


def make_nine(plan):
    for number in range(6):
        kept(plan, text=f"Cumplido {number}", instance="Mesa de víctimas")
    for number in range(2):
        make_commitment(plan, text=f"Vencido {number}", due_on=APR, instance="Mesa de víctimas")
    make_commitment(
        plan, text="Inviable", due_on=APR, state="not_viable", closed_on=date(2026, 5, 2), reason="Sin terreno"
    )
    make_commitment(plan, text="En plazo", due_on=OCT)
    make_commitment(
        plan, text="Sin fecha", due_on=APR, state="reported_done", closed_until=date(2026, 12, 31), made_on=None
    )


def test_total_is_honest_and_its_parts_add_up(client, public):
    make_nine(public)
    answer = client.get(at("promise_list", public.entity))
    text = text_of(answer)
    assert "De 9 que vencían hasta hoy se cumplieron 6: 66,7 %." in text
    assert "11 compromisos en total, contados el 31 de agosto de 2026." in text
    assert 'href="?standing=overdue"' in text
    parts = {str(standing): n for standing, _words, n in answer.context["parts"]}
    assert parts == {"fulfilled": 6, "overdue": 2, "open": 1, "closed": 1, "undated": 1}
    assert answer.context["counts"] == balance.of(Commitment.objects.all(), TODAY, date.min)
    whole = balance.of_plan(public, TODAY)
    assert (whole.due, whole.fulfilled_due, whole.undated) == (9, 6, 1)


def test_total_of_one_and_of_none_is_written_well(client, public):
    make_commitment(public, due_on=OCT)
    assert "Hasta hoy no vencía ninguno." in text_of(client.get(at("promise_list", public.entity)))
    make_commitment(public, due_on=APR)
    assert "De 1 que vencía hasta hoy no se cumplió ninguno: 0,0" in text_of(
        client.get(at("promise_list", public.entity))
    )
    kept(public)
    assert "De 2 que vencían hasta hoy se cumplió 1: 50,0" in text_of(client.get(at("promise_list", public.entity)))


def test_total_is_not_that_of_those_kept_alone(client, public):
    make_nine(public)
    answer = client.get(at("promise_list", public.entity), {"standing": "fulfilled"})
    assert "se cumplieron 6: 66,7" in text_of(answer)
    assert answer.context["page"].paginator.count == 6


def test_list_filters(client, public):
    entity = public.entity
    other = approve(make_plan(entity, title="Plan de 2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)))
    parent = make_dependency(entity)
    below, group = make_dependency(entity, parent=parent), entity.groups.create(name="Víctimas")
    late = make_commitment(public, text="Reparar la vía", instance="Mesa rural", due_on=APR)
    late.responsible.add(below)
    soon = make_commitment(public, text="Abrir la biblioteca", instance="Consejo", due_on=OCT)
    soon.groups.add(group)
    make_commitment(other, text="Sembrar árboles", all_dependencies=True, due_on=date(2025, 6, 30), made_on=None)
    assert listed(client, public) == ["Sembrar árboles", "Reparar la vía", "Abrir la biblioteca"]
    assert listed(client, public, q="vias") == [] and listed(client, public, q="VÍA rural") == ["Reparar la vía"]
    assert listed(client, public, plan=other.slug) == ["Sembrar árboles"]
    assert listed(client, public, standing="open") == ["Abrir la biblioteca"]
    assert listed(client, public, dependency=parent.pk) == ["Sembrar árboles", "Reparar la vía"]
    assert listed(client, public, group=group.pk) == ["Abrir la biblioteca"]
    assert listed(client, public, instance="Mesa rural") == ["Reparar la vía"]
    assert len(listed(client, public, standing="nunca")) == 3  # told, and nothing is left out


def test_plans_that_are_not_public_are_nowhere(client, plan):
    hidden = make_commitment(plan, text="Todavía es un borrador")
    other = make_commitment(approve(make_plan(make_entity("otra"))), text="De otra entidad")
    assert listed(client, plan) == []
    assert "Todavía es un borrador" not in client.get(at("promise_file", plan.entity)).content.decode()
    for name in ("promise", "promise_answer"):
        for commitment in (hidden, other):
            assert client.get(at(name, plan.entity, commitment.pk)).status_code == 404
            assert client.post(at(name, plan.entity, commitment.pk)).status_code in (404, 405)
        assert client.get(at(name, plan.entity, 10**30)).status_code == 404


def test_promises_of_an_archived_plan_stay_readable(client, public):
    commitment = kept(public)
    public.state, public.closed_on = "archived", date(2026, 8, 1)
    public.save()
    assert listed(client, public) == [commitment.text]
    assert commitment.text in text_of(client.get(at("promise", public.entity, commitment.pk)))


@pytest.mark.parametrize("size", [3, 40])
def test_list_takes_as_many_statements_at_any_size(
    client, public, dependency, planner, size, django_assert_num_queries
):
    for number in range(size):
        commitment = make_commitment(public, due_on=APR, text=f"Compromiso {number}")
        commitment.responsible.add(dependency)
        extend(commitment, OCT, "Lluvias", planner)
    with django_assert_num_queries(10):
        text = text_of(client.get(at("promise_list", public.entity)))
    assert text.count("se prometió para el 30") == size


@pytest.mark.parametrize("size", [3, 40])
def test_file_takes_as_many_statements_at_any_size(client, public, size, django_assert_num_queries):
    for number in range(size):
        make_commitment(public, text=f"Compromiso {number}").follow_ups.create(on=APR, progress=10, done="x")
    with django_assert_num_queries(13):
        assert client.get(at("promise_file", public.entity)).content.decode().count("Compromiso ") == size


def test_file_has_what_is_listed_and_runs_nothing(client, public, dependency):
    group = public.entity.groups.create(name="Víctimas")
    commitment = kept(public, text='=HYPERLINK("http://mal.example")', code="C-1", instance="Mesa", made_on=None)
    commitment.responsible.add(dependency)
    commitment.groups.add(group)
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=40, done="x")
    commitment.follow_ups.create(on=date(2026, 4, 20), progress=100, done="x", evidence="CANARIO")
    CitizenAnswer.objects.create(commitment=commitment, kind="disputes", text="No", same_text="x", answered_on=TODAY)
    make_commitment(public, text="Vencido", due_on=APR, made_precision="month", made_on=date(2026, 3, 31))
    answer = client.get(at("promise_file", public.entity), {"standing": "fulfilled"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    heading, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(heading, row, strict=True)) == {
        "compromiso": '\'=HYPERLINK("http://mal.example")',
        "código": "C-1",
        "plan": public.title,
        "instancia o espacio": "Mesa",
        "con quiénes": "Víctimas",
        "responsables": dependency.name,
        "adquirido el": "",
        "plazo": "2026-04-30",
        "plazo que se dijo primero": "2026-04-30",
        "a hoy": "Cumplido",
        "estado": "Reportado como cumplido",
        "avance en %": "100",
        "cerrado el": "2026-04-20",
        "cerrado a más tardar el": "",
        "verificado con la ciudadanía el": "",
        "motivo": "",
        "dicen que sí se cumplió": "0",
        "dicen que no se cumplió": "1",
        "sin respuesta de la entidad": "1",
        "página": f"http://localhost:8000{at('promise', public.entity, commitment.pk)}",
    }
    rows = list(csv.reader(StringIO(client.get(at("promise_file", public.entity)).content.decode("utf-8-sig"))))
    assert [row[6] for row in rows[1:]] == ["2026-03", ""]


# --- Carried on -------------------------------------------------------------------------------------------------------


@pytest.fixture
def carried_on(public, planner):
    """(the row of 2026, that of 2027): promised for April, put off until October, carried on at the end of the year."""
    first = make_commitment(public, text="Pavimentar la calle 8", due_on=APR)
    first.follow_ups.create(on=date(2026, 3, 20), progress=10, done="Se hizo el estudio", by=planner)
    extend(first, OCT, "Lluvias de abril", planner)
    following = make_plan(
        public.entity, title="Plan de 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), continues=public
    )
    bring(plan=following, sessions=[], commitments=[first], on=TODAY, by=planner)
    return Commitment.objects.get(pk=first.pk), following.commitments.get()


def test_carried_promise_is_one_line_with_its_first_date(client, public, carried_on):
    first, second = carried_on
    assert [row.commitment.pk for row in client.get(at("promise_list", public.entity)).context["page"]] == [
        first.pk
    ]  # the plan that goes on is a draft
    approve(second.plan)
    (row,) = client.get(at("promise_list", public.entity)).context["page"]
    assert (row.commitment.pk, row.due_on, row.promised_for) == (second.pk, OCT, APR)
    (row,) = client.get(at("promise_list", public.entity), {"plan": public.slug}).context["page"]
    assert (row.commitment.pk, row.standing) == (first.pk, "closed")


def test_page_of_a_carried_promise_leads_to_the_last_and_tells_it_whole(client, public, carried_on):
    first, second = carried_on
    assert client.get(at("promise", public.entity, first.pk)).status_code == 200
    assert client.get(at("promise", public.entity, second.pk)).status_code == 404
    approve(second.plan)
    for name in ("promise", "promise_answer"):
        answer = client.get(at(name, public.entity, first.pk))
        assert (answer.status_code, answer.url) == (302, at(name, public.entity, second.pk))
    text = text_of(client.get(at("promise", public.entity, second.pk)))
    for words in ("30 de octubre de 2026", "Lo primero que se dijo fue: 30 de abril de 2026", "Lluvias de abril"):
        assert words in text
    assert "Se hizo el estudio" in text and "Viene de" in text and public.title in text


def test_what_a_plan_that_is_no_longer_public_says_of_it_is_not_told(client, public, carried_on):
    _first, second = carried_on
    approve(second.plan)
    public.state, public.approved_on = "draft", None
    public.save()
    answer = client.get(at("promise", public.entity, second.pk))
    assert answer.status_code == 200
    assert "Se hizo el estudio" not in text_of(answer)
    assert text_of(answer).count("Lluvias de abril") == 1  # what moved its deadline came along
    assert second.promised_for == APR


# --- A promise --------------------------------------------------------------------------------------------------------


def test_page_says_what_to_whom_where_by_when_and_what_was_done(client, public, dependency, head, planner):
    group = public.entity.groups.create(name="Víctimas")
    session = make_session(
        make_activity(public, name="Mesa de la vereda"),
        held_on=date(2026, 3, 16),
        executed_units=1,
        place="La Palma",
    )
    commitment = make_commitment(public, text="Reparar el puente", instance="Mesa rural", session=session, due_on=APR)
    commitment.responsible.add(dependency)
    commitment.groups.add(group)
    commitment.follow_ups.create(on=date(2026, 4, 2), progress=35, done="Se contrató", by=head, evidence="CANARIO")
    extend(commitment, OCT, "Creció el río", planner, note="CANARIO")
    extend(commitment, date(2026, 12, 1), "CANARIO", head, state="refused", note="CANARIO")
    text = text_of(client.get(at("promise", public.entity, commitment.pk)))
    for words in (
        *("Reparar el puente", "Víctimas", "Mesa rural", "Mesa de la vereda", "La Palma", dependency.name),
        *("30 de octubre de 2026", "Lo primero que se dijo fue: 30 de abril de 2026"),
        *("35 %, según el seguimiento del 2 de abril de 2026", "Se contrató"),
        *("Nuevo plazo: 30 de octubre de 2026, y no 30 de abril de 2026", "Creció el río"),
        "por ahora no hay qué confirmar",
        f"localhost:8000{at('promise', public.entity, commitment.pk)}",
    ):
        assert words in text, words
    assert "CANARIO" not in text
    for person in (head, planner):
        assert person.full_name not in text


def test_who_did_it_is_told_by_dependency_or_role(client, public, head, planner, dependency):
    commitment = make_commitment(public)
    for day, by in ((1, head), (2, planner), (3, None)):
        commitment.follow_ups.create(on=date(2026, 4, day), progress=10 * day, done="x", by=by)
    steps = client.get(at("promise", public.entity, commitment.pk)).context["page"].object_list
    assert [step.who for step in steps[1:]] == [dependency.name, "Planeación", ""]


def test_reason_that_somebody_mended_is_not_told_for_ever(client, public, planner):
    commitment = make_commitment(public)
    for reason in ("Lo dijo Ana Pérez", "No hay terreno"):
        commitment.state, commitment.closed_on, commitment.reason = "not_viable", date(2026, 5, 4), reason
        commitment.save()
        if reason.startswith("Lo"):
            commitment.state, commitment.closed_on, commitment.reason = "in_progress", None, "Se mira de nuevo"
            commitment.save()
    text = text_of(client.get(at("promise", public.entity, commitment.pk)))
    assert "No hay terreno" in text and "Ana Pérez" not in text


def test_verification_is_told_once_with_whom_and_what_was_found(client, public, planner):
    commitment = kept(public)
    minutes = Evidence.objects.create(
        plan=public, kind="minutes", file=files.keep(b"%PDF-1.7"), media_type="application/pdf", sha256="a" * 64,
        file_name="CANARIO.pdf", caption="Acta de la mesa", visibility="public", added_at=timezone.now(),
    )  # fmt: skip
    Verification.objects.create(
        commitment=commitment, on=date(2026, 6, 1), is_kept=True, with_whom="La mesa de víctimas",
        found="El puente está abierto", minutes=minutes, by=planner,
    )  # fmt: skip
    commitment.state, commitment.verified_on = "verified", date(2026, 6, 1)
    commitment.save()
    answer = client.get(at("promise", public.entity, commitment.pk))
    text = text_of(answer)
    assert "Se verificó con la ciudadanía: se cumplió" in text and "Con La mesa de víctimas" in text
    assert "El puente está abierto" in text and "Acta de la mesa" in text and planner.full_name not in text
    assert [step.kind for step in answer.context["page"]] == ["made", "reported_done", "looked_at"]
    served = client.get(at("promise_proof", public.entity, commitment.pk, minutes.pk))
    assert served["Content-Disposition"] == (
        f'attachment; filename="compromiso-{commitment.pk}-evidencia-{minutes.pk}.pdf"'
    )
    assert served["X-Content-Type-Options"] == "nosniff" and "max-age=3600" in served["Cache-Control"]


def test_markup_is_text(client, public):
    evil = "<script>alert(1)</script>"
    commitment = kept(public, text=evil, instance=evil)
    commitment.follow_ups.create(on=APR, progress=1, done=evil)
    CitizenAnswer.objects.create(
        commitment=commitment, kind="disputes", text=evil, same_text="x", answered_on=date(2026, 5, 1)
    )
    for address in (
        at("promise", public.entity, commitment.pk),
        at("promise_answer", public.entity, commitment.pk),
        at("promise_list", public.entity) + "?q=<script>",
    ):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize("size", [2, 30])
def test_page_takes_as_many_statements_at_any_size(client, public, planner, size, django_assert_num_queries):
    commitment = kept(public)
    session = make_session(make_activity(public))
    for number in range(size):
        step = commitment.follow_ups.create(on=APR, progress=1, done=f"Paso {number}", by=planner)
        step.proofs.add(make_photograph(session, visibility="public", people="nobody", alt_text="Una calle"))
        CitizenAnswer.objects.create(
            commitment=commitment, kind="disputes", text="No", same_text=f"{number}", answered_on=APR
        )
    with django_assert_num_queries(16):
        assert client.get(at("promise", public.entity, commitment.pk)).status_code == 200


# --- What proves it ---------------------------------------------------------------------------------------------------


def test_only_what_may_be_published_is_served(client, public):
    commitment, other = kept(public), kept(public)
    session = make_session(make_activity(public))
    step = commitment.follow_ups.create(on=APR, progress=1, done="x")
    shown = {"visibility": "public", "people": "nobody", "alt_text": "Una calle", "caption": "La calle 8"}
    picture = make_photograph(session, **shown)
    private = make_photograph(session, alt_text="CANARIO", caption="CANARIO")
    elsewhere = make_photograph(session, **shown)
    step.proofs.add(picture, private)
    link = Evidence.objects.create(
        plan=public, kind="link", url="https://datos.example.org/acta", sha256="b" * 64, visibility="public",
        added_at=timezone.now(),
    )  # fmt: skip
    step.proofs.add(link)
    text = text_of(client.get(at("promise", public.entity, commitment.pk)))
    assert 'alt="Una calle"' in text and "La calle 8" in text and "https://datos.example.org/acta" in text
    assert "CANARIO" not in text and "foto.jpg" not in text

    def status(proof, of=commitment) -> int:
        return client.get(at("promise_proof", public.entity, of.pk, proof.pk)).status_code

    assert status(picture) == 200
    assert [status(each) for each in (private, elsewhere, link)] == [404, 404, 404]
    assert status(picture, other) == 404
    answer = client.get(at("promise_proof", public.entity, commitment.pk, picture.pk))
    assert answer["Content-Type"] == "image/jpeg" and answer["Content-Disposition"].startswith("inline")
    assert "foto" not in answer["Content-Disposition"]
    Evidence.objects.filter(pk=picture.pk).update(
        visibility="private", withdrawn_on=TODAY, withdrawn_reason="Sale una niña"
    )
    assert status(picture) == 404
    assert "La calle 8" not in text_of(client.get(at("promise", public.entity, commitment.pk)))


# --- From where it is found -------------------------------------------------------------------------------------------


def test_plan_and_the_bar_lead_to_the_promises(client, public):
    html = client.get(reverse("portal:plan", args=[public.entity.slug, public.slug])).content.decode()
    assert f'href="{at("promise_list", public.entity)}"' in html
    assert "de este plan" not in html
    kept(public)
    html = client.get(reverse("portal:plan", args=[public.entity.slug, public.slug])).content.decode()
    assert f'href="{at("promise_list", public.entity)}?plan={public.slug}"' in html


def test_no_plan_takes_the_address_of_the_promises(entity):
    from plans.models import Plan

    field = Plan._meta.get_field("slug")
    with pytest.raises(Exception, match="dirección del propio sitio"):
        field.run_validators("compromisos")


def test_overdue_promise_says_since_when(client, public):
    commitment = make_commitment(public, due_on=TODAY - timedelta(days=3))
    assert "Vencido hace 1 día hábil" in text_of(client.get(at("promise", public.entity, commitment.pk)))
