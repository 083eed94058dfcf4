"""Several people write one draft: nobody's text is lost, and the trail says who wrote what without being flooded."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from records.refusals import Stale
from reports import actions, writing
from reports.models import Point, Report, Stint
from tests.factories import make_user
from tests.reports.reporting import fill, make_published

NOTHING = writing.digest("")


@pytest.fixture
def draft(plan, planner, dependency):
    fill(plan, dependency)
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def other(entity):
    return make_user(entity, Role.PLANNER)


def write(report: Report, by, seen=NOTHING, **narrative):
    """As another process does: with a row of its own."""
    own = Report.objects.select_related("plan__entity").get(pk=report.pk)
    return writing.save(report=own, narrative=narrative, seen=dict.fromkeys(narrative, seen), by=by)


def stored(report: Report) -> dict:
    report.refresh_from_db()
    return report.narrative


def trail() -> list[tuple]:
    entries = AuditEntry.objects.filter(verb="report.update").order_by("pk")
    return [(entry.actor, *entry.changes["narrative"]) for entry in entries]


def rest() -> None:
    Stint.objects.update(saved_at=timezone.now() - writing.REST - timedelta(seconds=1))
    writing.end_rested()


# --- Two writers ------------------------------------------------------------------------------------------------------


def test_different_texts_never_meet(draft, planner, other):
    assert write(draft, planner, reading="Así fue.") == {}
    assert write(draft, other, commitments="Faltan dos.") == {}
    assert stored(draft) == {"reading": "Así fue.", "commitments": "Faltan dos."}


def test_same_text_is_left_as_it_is_and_both_are_shown(draft, planner, other):
    write(draft, planner, reading="Lo de una.")
    conflict = write(draft, other, reading="Lo de otra.")["reading"]
    assert (conflict.stored, conflict.by, conflict.digest) == ("Lo de una.", planner, writing.digest("Lo de una."))
    assert stored(draft) == {"reading": "Lo de una."}
    assert write(draft, other, seen=conflict.digest, reading="Lo de una.\n\nLo de otra.") == {}
    assert stored(draft) == {"reading": "Lo de una.\n\nLo de otra."}


def test_same_words_are_no_conflict(draft, planner, other):
    write(draft, planner, reading="Así fue.")
    assert write(draft, other, reading="Así fue.") == {}


def test_text_that_was_only_read_does_not_undo_what_another_wrote(draft, planner, other):
    write(draft, planner, reading="Primero.")
    write(draft, other, seen=writing.digest("Primero."), reading="Segundo.")
    assert write(draft, planner, seen=writing.digest("Primero."), reading="Primero.") == {}
    assert stored(draft) == {"reading": "Segundo."}


def test_text_saved_between_reading_and_writing_is_kept(draft, planner, other, monkeypatch):
    real, raced = writing._store, []

    def store(*args):
        if not raced:
            raced.append(True)
            write(draft, other, commitments="Al mismo tiempo.")
        return real(*args)

    monkeypatch.setattr(writing, "_store", store)
    assert write(draft, planner, reading="Así fue.") == {}
    assert stored(draft) == {"reading": "Así fue.", "commitments": "Al mismo tiempo."}


def test_cut_off_that_another_moved_is_a_conflict(draft, planner):
    seen = writing.seen_of(draft)
    move = {"report": draft, "narrative": {}, "seen": seen, "by": planner}
    assert writing.save(**move, cutoff=date(2026, 11, 30)) == {}
    assert writing.save(**move, cutoff=date(2026, 12, 31)) == {}  # it was only read
    assert list(writing.save(**move, cutoff=date(2026, 10, 31))) == ["cutoff"]
    draft.refresh_from_db()
    assert draft.cutoff == date(2026, 11, 30)


def test_text_of_a_report_published_meanwhile_is_refused(plan, planner):
    with pytest.raises(Stale, match="ya está publicado: lo que escribió no se guardó"):
        write(make_published(plan), planner, reading="Tarde.")


# --- The trail --------------------------------------------------------------------------------------------------------


def test_trail_has_one_entry_for_a_stint(draft, planner):
    text = ""
    for words in ("Así", "Así fue", "Así fue el año."):
        write(draft, planner, seen=writing.digest(text), reading=words)
        text = words
    assert trail() == []
    rest()
    assert trail() == [(planner, {"reading": ""}, {"reading": "Así fue el año."})]
    rest()
    assert len(trail()) == 1


def test_trail_parts_what_two_people_wrote_in_one_text(draft, planner, other):
    write(draft, planner, reading="Una.")
    write(draft, other, seen=writing.digest("Una."), reading="Una. Dos.")
    write(draft, planner, seen=writing.digest("Una. Dos."), reading="Dos.")
    rest()
    assert trail() == [
        (planner, {"reading": ""}, {"reading": "Una."}),
        (other, {"reading": "Una."}, {"reading": "Una. Dos."}),
        (planner, {"reading": "Una. Dos."}, {"reading": "Dos."}),
    ]


def test_writer_who_comes_back_begins_another_entry(draft, planner):
    write(draft, planner, reading="Antes.")
    Stint.objects.update(saved_at=timezone.now() - writing.REST - timedelta(seconds=1))
    write(draft, planner, seen=writing.digest("Antes."), reading="Después.")
    assert trail() == [(planner, {"reading": ""}, {"reading": "Antes."})]


def test_text_taken_back_leaves_no_entry(draft, planner):
    write(draft, planner, reading="Borrador.")
    write(draft, planner, seen=writing.digest("Borrador."), reading="")
    rest()
    assert trail() == [] and not Stint.objects.exists()


def test_deleted_draft_leaves_who_wrote_it(draft, planner, other):
    write(draft, other, reading="Así fue.")
    draft.refresh_from_db()
    actions.discard_draft(report=draft, by=planner)
    assert trail() == [(other, {"reading": ""}, {"reading": "Así fue."})]


# --- The page ---------------------------------------------------------------------------------------------------------


def address(name: str, report: Report, *args) -> str:
    return reverse(f"reports:{name}", args=[report.plan.entity.slug, report.plan.slug, report.pk, *args])


def test_text_is_saved_by_itself_and_says_when(client, planner, draft):
    client.force_login(planner)
    sent = {"reading": "Se hizo el {ejecución total}.", "seen_reading": NOTHING}
    answer = client.post(address("text_save", draft, "reading"), sent)
    assert f"Guardado a las {timezone.localtime():%H:%M}" in " ".join(answer.content.decode().split())
    assert answer["HX-Trigger"] == "text-saved"
    assert f'value="{writing.digest(sent["reading"])}"' in answer.content.decode()
    assert stored(draft) == {"reading": sent["reading"]}
    page = client.get(address("section_preview", draft, "ejecucion")).content.decode()
    assert "Se hizo el 40,0 %." in page.replace("\xa0", " ")
    assert "style=" not in page


def test_conflict_shows_both_and_keeps_what_was_read(client, planner, other, draft):
    write(draft, other, reading="Lo <suyo>.")
    client.force_login(planner)
    answer = client.post(address("text_save", draft, "reading"), {"reading": "Lo mío.", "seen_reading": NOTHING})
    html = answer.content.decode()
    assert f"{other.full_name} cambió este texto" in html and "Lo &lt;suyo&gt;." in html
    assert f'value="{NOTHING}"' in html and f'data-conflict="{writing.digest("Lo <suyo>.")}"' in html
    assert "HX-Trigger" not in answer


def test_text_that_is_too_much_says_so_and_is_not_saved(client, planner, draft):
    client.force_login(planner)
    sent = {"reading": "palabra " * 3000, "seen_reading": NOTHING}
    html = client.post(address("text_save", draft, "reading"), sent).content.decode()
    assert "Este texto no se guardó." in html and "caben 20000" in html
    assert stored(draft) == {}


def test_unknown_text_or_section_is_not_found(client, planner, draft):
    client.force_login(planner)
    assert client.post(address("text_save", draft, "otro")).status_code == 404
    assert client.get(address("section_preview", draft, "otra")).status_code == 404


def test_desk_has_each_section_with_its_texts_and_its_page(client, planner, draft):
    actions.save_point(point=Point(report=draft, kind="observation", text="Faltó apoyo."), by=planner)
    client.force_login(planner)
    blocks = client.get(draft.get_absolute_url()).context["blocks"]
    found = {block.slug: ([each.name for each in block.writings], block.number, bool(block.html)) for block in blocks}
    assert found["ejecucion"] == (["reading"], "01", True)
    assert found["observaciones"] == ([], "02", True)
    assert found["recomendaciones"] == ([], "", False)
    assert found["anexo"][0] == [] and found["anexo"][2] is False


@pytest.mark.parametrize("people", [1, 3])
def test_desk_asks_the_same_whatever_its_size(client, entity, plan, planner, draft, dependency, people):
    fill(plan, dependency, activities=10 * people)
    for name in ("reading", "commitments", "participants")[:people]:
        write(draft, make_user(entity, Role.PLANNER), **{name: "Así."})
        actions.save_point(point=Point(report=draft, kind="observation", text=name), by=planner)
    client.force_login(planner)
    client.get(draft.get_absolute_url())
    with CaptureQueriesContext(connection) as page:
        client.get(draft.get_absolute_url())
    with CaptureQueriesContext(connection) as saving:
        client.post(address("text_save", draft, "objective"), {"objective": "Sí.", "seen_objective": NOTHING})
    assert (len(page), len(saving)) == (88, 18)
