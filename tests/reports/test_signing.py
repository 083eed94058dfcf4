"""Elaboró, revisó, aprobó: who answers for a report, what voids it, and what is printed."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Role
from records import notices
from records.models import Notice, SignOff
from records.refusals import NotReady, Stale
from reports import actions, pages, signing, snapshot, writing
from reports.states import publication_blockers
from tests.factories import make_user
from tests.reports.reporting import approve, fill
from tests.reports.taking import printed, shown

ON = date(2026, 11, 21)
DONE = ["prepared", "reviewed", "approved"]


@pytest.fixture
def draft(plan, planner, dependency):
    approve(fill(plan, dependency))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def chief(entity):
    return make_user(entity, Role.ADMINISTRATOR)


def sign(report, by, position="Profesional") -> SignOff:
    report.refresh_from_db()
    return signing.sign(report=report, position=position, seen=report.revision, on=ON, by=by)


def told(user) -> list[str]:
    return [notices.title(notice) for notice in Notice.objects.filter(recipient=user).order_by("pk")]


def test_steps_are_signed_in_their_order(draft, planner, chief):
    assert [sign(draft, by).stage for by in (planner, chief, chief)] == DONE
    with pytest.raises(NotReady, match="ya tiene todas sus firmas"):
        sign(draft, planner)
    assert AuditEntry.objects.filter(verb="signoff.create", actor=chief).count() == 2


def test_signature_is_of_what_was_read(draft, planner):
    seen = draft.revision
    writing.save(report=draft, narrative={"reading": "Otra."}, seen={"reading": writing.digest("")}, by=planner)
    with pytest.raises(Stale):
        signing.sign(report=draft, position="Jefa", seen=seen, on=ON, by=planner)
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("change", ["text", "cutoff", "all"])
def test_change_after_a_signature_voids_it_and_tells_who_signed(draft, planner, chief, change):
    sign(draft, planner)
    sign(draft, chief)
    draft.refresh_from_db()
    seen = writing.seen_of(draft)
    if change == "all":
        actions.save_narrative(report=draft, narrative={"reading": "Otra."}, by=planner)
    else:
        narrative, cutoff = ({"reading": "Otra."}, None) if change == "text" else ({}, date(2026, 11, 30))
        writing.save(report=draft, narrative=narrative, seen=seen, cutoff=cutoff, by=planner)
    assert set(SignOff.objects.values_list("state", flat=True)) == {"void"}
    assert told(chief)[-1] == f"Se anuló su firma: {planner.full_name} cambió el informe final de 2026"
    assert [sign(draft, planner).stage] == ["prepared"]  # they begin again


def test_text_that_is_only_read_voids_nothing(draft, planner):
    sign(draft, planner)
    draft.refresh_from_db()
    assert writing.save(report=draft, narrative={"reading": ""}, seen=writing.seen_of(draft), by=planner) == {}
    assert [each.stage for each in signing.standing(draft)] == ["prepared"]


def test_return_needs_a_note_which_the_writer_is_told(draft, planner, chief):
    sign(draft, planner)
    draft.refresh_from_db()
    with pytest.raises(NotReady, match="Diga por qué"):
        signing.give_back(report=draft, note="", seen=draft.revision, by=chief)
    draft.refresh_from_db()
    signing.give_back(report=draft, note="Falta explicar julio.", seen=draft.revision, by=chief)
    assert told(planner) == [f"{chief.full_name} le devolvió el informe final de 2026"]
    assert notices.text(Notice.objects.get(recipient=planner)) == "Falta explicar julio."
    assert SignOff.objects.get().state == "returned"
    assert AuditEntry.objects.get(verb="signoff.return").changes["note"] == ["", "Falta explicar julio."]


def test_entity_that_signs_publishes_with_the_three_signatures(draft, planner, chief):
    assert list(publication_blockers(draft)) == []
    draft.plan.entity.signs_reports = True
    draft.plan.entity.save()
    sign(draft, planner)
    [blocker] = publication_blockers(draft)
    assert blocker.text == "Falta firmar: revisó y aprobó."
    assert blocker.url.endswith("/firmar/")
    sign(draft, chief)
    sign(draft, chief)
    assert list(publication_blockers(draft)) == []


def test_signatures_are_printed_from_the_snapshot(draft, planner, chief):
    assert shown(snapshot.take(draft), "firmas") is None
    planner.full_name = "Ana Ruiz"
    sign(draft, planner, "Jefa de Planeación")
    taken = snapshot.take(draft)
    [section] = [each for each in pages.placed(taken) if each.facts.slug == "firmas"]
    assert printed(section.context["table"]) == [
        ["Paso", "Nombre", "Cargo", "Fecha"],
        ["Elaboró", "Ana Ruiz", "Jefa de Planeación", "21 de noviembre de 2026"],
    ]
    assert section.number and snapshot.load(snapshot.msgspec.json.decode(snapshot.canonical(taken))) == taken


def test_page_signs_and_returns(client, draft, planner, chief):
    client.force_login(planner)
    address = reverse("reports:report_sign", args=[draft.plan.entity.slug, draft.plan.slug, draft.pk])
    assert "Su firma: «Elaboró»" in client.get(address).content.decode()
    client.post(address, {"revision": draft.revision, "position": "Profesional"})
    assert [each.name for each in signing.standing(draft)] == [planner.full_name]
    late = client.post(address, {"revision": draft.revision, "position": "Profesional"}, follow=True)
    assert "El informe cambió mientras usted lo leía." in late.content.decode()
    client.force_login(chief)
    draft.refresh_from_db()
    page = client.post(address, {"revision": draft.revision, "note": ""})
    assert page.status_code == 200 and not page.context["back"].is_valid()
    client.post(address, {"revision": draft.revision, "note": "Corrija el corte."})
    assert signing.standing(draft) == []
