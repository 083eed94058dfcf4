"""A promise verified with citizens: with a day and minutes, kept or not, and never over an open dispute."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import Evidence
from commitments.models import Verification
from commitments.verifications.actions import verify
from records.refusals import NotReady, Stale
from tests.factories import make_commitment, make_minutes

TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 15, tzinfo=UTC)
DONE = date(2026, 4, 20)
SAID = {"on": "2026-05-02", "is_kept": "yes", "with_whom": "La mesa rural", "found": "La vía quedó bien", "revision": 0}


def at(name: str, commitment) -> str:
    plan = commitment.plan
    return reverse(f"commitments:{name}", args=[plan.entity.slug, plan.slug, commitment.pk])


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("acta.pdf", b"%PDF-1.7 acta", "application/pdf")


@pytest.fixture
def commitment(plan, dependency):
    with time_machine.travel(NOW, tick=False):
        commitment = make_commitment(plan, state="reported_done", closed_on=DONE)
        commitment.responsible.add(dependency)
        yield commitment


def test_kept_with_its_minutes_is_verified_and_told_once(client, planner, commitment):
    client.force_login(planner)
    assert at("verification_create", commitment) in client.get(at("commitment_detail", commitment)).content.decode()
    response = client.post(at("verification_create", commitment), {**SAID, "file": pdf()})
    assert response.url == commitment.get_absolute_url()
    commitment.refresh_from_db()
    assert (commitment.state, commitment.closed_on, commitment.verified_on) == ("verified", DONE, date(2026, 5, 2))
    row = Verification.objects.get()
    assert (row.minutes.kind, row.minutes.visibility, row.by) == ("minutes", "private", planner)
    page = client.get(at("commitment_detail", commitment))
    told = [(event.kind, event.on, event.text, event.aside) for event in page.context["page"]]
    assert told[-1] == ("verified", date(2026, 5, 2), "La vía quedó bien", "Con La mesa rural")
    assert [event.kind for event in page.context["page"]].count("verified") == 1
    assert row.minutes.get_absolute_url() in page.content.decode()


def test_not_kept_is_open_again_for_what_was_found(client, planner, commitment):
    minutes = make_minutes(commitment.plan)
    client.force_login(planner)
    data = {**SAID, "is_kept": "no", "found": "Falta la mitad", "minutes": minutes.pk}
    client.post(at("verification_create", commitment), data)
    commitment.refresh_from_db()
    assert (commitment.state, commitment.reason, commitment.closed_on) == ("in_progress", "Falta la mitad", None)
    kinds = [event.kind for event in client.get(at("commitment_detail", commitment)).context["page"]]
    assert kinds[-1] == "unkept" and "in_progress" not in kinds


def test_what_is_missing_is_said_and_the_minutes_stay(client, planner, commitment):
    client.force_login(planner)
    page = client.post(at("verification_create", commitment), {**SAID, "found": "", "file": pdf()})
    form = page.context["form"]
    assert form.errors.keys() == {"found"}
    assert form["minutes"].value() == Evidence.objects.get().pk and "La mesa rural" in page.content.decode()
    client.post(at("verification_create", commitment), {**SAID, "minutes": form["minutes"].value()})
    assert Verification.objects.get().minutes == Evidence.objects.get()


def test_each_rule_is_told(client, planner, commitment):
    client.force_login(planner)
    minutes = make_minutes(commitment.plan)

    def errors(**data):
        page = client.post(at("verification_create", commitment), {**SAID, "minutes": minutes.pk, **data})
        return dict(page.context["form"].errors.items())

    assert errors(minutes="") == {"file": ["Adjunte el acta, o escoja una de las que están en el plan."]}
    assert errors(on="2026-05-05") == {"on": ["Esa fecha todavía no llega."]}
    assert errors(on="2026-04-19") == {"on": ["Es anterior al día en que se reportó o se adquirió."]}
    assert errors(is_kept="").keys() == {"is_kept"}
    photograph = Evidence.objects.create(
        plan=commitment.plan, kind="document", media_type="application/pdf", file=minutes.file,
        sha256="1" * 64, added_at=minutes.added_at,
    )  # fmt: skip
    assert errors(minutes=photograph.pk).keys() == {"minutes", "file"} - {"file"}
    bad = errors(minutes="", file=SimpleUploadedFile("acta.exe", b"MZ\x90\x00", "application/pdf"))
    assert bad.keys() == {"file"} and "acta.exe" in bad["file"][-1]
    assert not Verification.objects.exists()


def test_open_dispute_blocks_until_it_is_answered(client, planner, commitment):
    dispute = commitment.answers.create(kind="disputes", text="No llegó", same_text="1", answered_on=TODAY)
    client.force_login(planner)
    data = {**SAID, "on": "2026-05-04", "minutes": make_minutes(commitment.plan).pk}
    page = client.post(at("verification_create", commitment), data)
    told = "Hay 1 persona que dice que no se cumplió, y espera respuesta. Respóndale antes."
    assert page.context["form"].non_field_errors() == [told]
    assert at("answer_list", commitment) in page.content.decode()
    dispute.replied_on, dispute.reply, dispute.replied_by = TODAY, "Se entrega el viernes", planner
    dispute.save()
    assert client.post(at("verification_create", commitment), data).status_code == 302


def test_two_who_verify_the_second_is_told(planner, commitment):
    said = {"is_kept": True, "with_whom": "La mesa", "found": "Bien", "minutes": make_minutes(commitment.plan)}
    verify(commitment=commitment, on=TODAY, by=planner, seen=0, **said)
    again = type(commitment).objects.get(pk=commitment.pk)
    with pytest.raises(NotReady, match="Se verifica lo que ya se reportó"):
        verify(commitment=again, on=TODAY, by=planner, seen=0, **said)
    type(commitment).objects.filter(pk=commitment.pk).update(state="reported_done", verified_on=None)
    again.refresh_from_db()
    with pytest.raises(Stale):
        verify(commitment=again, on=TODAY, by=planner, seen=0, **said)


def test_only_planning_verifies_and_only_what_was_reported_done(client, head, planner, plan, commitment):
    client.force_login(head)
    assert client.get(at("verification_create", commitment)).status_code == 403
    client.force_login(planner)
    page = client.get(at("verification_create", make_commitment(plan)), follow=True).content.decode()
    assert "Se verifica lo que ya se reportó como cumplido." in page
