"""What citizens answered: read by the entity, replied to alone or several at once, withheld with a reason."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from commitments.models import CitizenAnswer
from dashboard import asked
from dashboard.mine import owed_by
from dashboard.owed import Kind, replies, shown
from tests.factories import make_commitment

TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 15, tzinfo=UTC)


@pytest.fixture
def commitment(plan, dependency):
    with time_machine.travel(NOW, tick=False):
        commitment = make_commitment(plan, text="Reparar la vía", state="reported_done", closed_on=date(2026, 4, 20))
        commitment.responsible.add(dependency)
        yield commitment


def said(commitment, text, kind="disputes", on=TODAY) -> CitizenAnswer:
    return commitment.answers.create(kind=kind, text=text, same_text=text[-30:], answered_on=on)


def address(commitment) -> str:
    plan = commitment.plan
    return reverse("commitments:answer_list", args=[plan.entity.slug, plan.slug, commitment.pk])


def marks(*rows) -> list[str]:
    return [f"{row.pk}:{row.revision}" for row in rows]


def test_one_reply_to_several_alike(client, head, commitment):
    rows = [said(commitment, f"No llegó a la vereda {n}") for n in range(3)]
    other = said(commitment, "El puente quedó mal")
    client.force_login(head)
    data = {"marked": marks(*rows), "reply": "Se entrega el viernes", "withheld": "as_they_are"}
    page = client.post(address(commitment), data, follow=True)
    assert "Se respondió a 3 personas." in page.content.decode()
    told = commitment.answers.exclude(pk=other.pk).values_list("reply", "replied_on", "replied_by", "withheld")
    assert set(told) == {("Se entrega el viernes", TODAY, head.pk, "")}
    assert list(commitment.answers.open()) == [other]
    assert page.context["page"].object_list[0] == other  # what waits, first
    detail = client.get(commitment.get_absolute_url())
    [reply] = [event for event in detail.context["page"] if event.kind == "replied"]
    assert (reply.title, reply.text) == ("La entidad respondió a 3 personas", "Se entrega el viernes")


def test_words_are_withheld_with_a_reason_and_stay_so_when_replied(client, planner, commitment):
    row = said(commitment, "Fue culpa de fulano")
    client.force_login(planner)
    client.post(address(commitment), {"marked": marks(row), "withheld": "personal", "do": "withhold"})
    row.refresh_from_db()
    assert (row.withheld, row.replied_on, row.is_told(date(2027, 1, 1))) == ("personal", None, False)
    client.post(address(commitment), {"marked": marks(row), "withheld": "as_they_are", "reply": "Ya se corrigió"})
    row.refresh_from_db()
    assert (row.withheld, row.reply) == ("personal", "Ya se corrigió")
    html = client.get(address(commitment)).content.decode()
    assert "Sus palabras no se publican: Nombra a personas o tiene datos personales" in html


def test_what_is_missing_is_said_and_nothing_is_lost(client, head, commitment):
    row = said(commitment, "No llegó")
    client.force_login(head)

    def errors(**data):
        page = client.post(address(commitment), {"withheld": "as_they_are", **data})
        return dict(page.context["form"].errors.items()), page.content.decode()

    assert errors(reply="Hola")[0] == {"__all__": ["Marque al menos una respuesta."]}
    told, html = errors(marked=marks(row), reply=" ")
    assert told == {"reply": ["Escriba la respuesta."]} and "checked" in html
    assert errors(marked=marks(row), do="withhold")[0] == {"withheld": ["Escoja si se publican, o por qué no."]}
    told, html = errors(marked=f"{row.pk}:7", reply="Se entrega el viernes")
    assert "Otra persona cambió estos datos" in told["__all__"][0] and "Se entrega el viernes" in html
    assert (
        client.post(address(commitment), {"marked": "999:0", "reply": "x", "withheld": "as_they_are"}).status_code
        == 404
    )
    client.post(address(commitment), {"marked": marks(row), "reply": "Va", "withheld": "as_they_are"})
    row.refresh_from_db()
    told, _html = errors(marked=marks(row), reply="Otra vez")
    assert "ya tiene respuesta" in told["__all__"][0]


def test_who_reads_does_not_reply(client, control, commitment):
    row = said(commitment, "No llegó")
    client.force_login(control)
    html = client.get(address(commitment)).content.decode()
    assert "No llegó" in html and "Responder" not in html
    assert client.post(address(commitment), {"marked": marks(row), "reply": "x"}).status_code == 403


@pytest.mark.parametrize("size", [1, 40])
def test_statements_do_not_grow(client, planner, commitment, size, django_assert_num_queries):
    for n in range(size):
        said(commitment, f"No llegó {n}")
    client.force_login(planner)
    client.get(address(commitment))
    with django_assert_num_queries(12):
        client.get(address(commitment))


def test_terms_are_owed_by_who_answers_and_asked_of_planning(head, plan, dependency, commitment):
    said(commitment, "No llegó", on=date(2026, 4, 27))
    said(commitment, "Ni se empezó")
    said(commitment, "Gracias", kind="confirms", on=date(2026, 1, 5))
    [row] = replies(plan.commitments.all())
    assert (row.kind, row.pk, row.due_on) == (Kind.REPLY, commitment.pk, date(2026, 5, 20))
    assert row in owed_by(plan.entity, {dependency.pk}, TODAY)
    [line] = shown([row], TODAY)
    assert (line.url, line.label) == (address(commitment), "Ciudadanía por responder")
    [ask] = asked.citizens_to_reply(plan.entity, TODAY)
    assert (ask.label, ask.state) == ("2 personas esperan respuesta", "requested")
    [late] = asked.citizens_to_reply(plan.entity, date(2026, 5, 21))
    assert late.state == "overdue"
