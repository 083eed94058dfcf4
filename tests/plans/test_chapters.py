"""The chapters of a plan: writing, ordering, what is refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from plans import chapters
from plans.models import Plan, PlanChapter
from plans.states import Frozen
from records.refusals import Stale
from tests.factories import make_plan


def url(plan, name, *args):
    return reverse(f"plans:chapter_{name}", args=[plan.entity.slug, plan.slug, *args])


def write(plan, title, **fields):
    last = plan.chapters.count()
    return plan.chapters.create(**{"title": title, "order": last, **fields})


def titles(plan):
    return list(plan.chapters.values_list("title", flat=True))


def freeze(plan):
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 2))
    plan.refresh_from_db()


def test_new_chapter_brings_the_title_and_the_question_of_its_purpose(client, plan, planner):
    client.force_login(planner)
    html = client.get(url(plan, "create") + "?clase=legal").content.decode()
    assert 'value="Marco legal"' in html
    assert "¿Qué normas obligan a la entidad" in html

    answer = client.post(url(plan, "create"), {"purpose": "legal", "title": "Marco legal", "body": "- Ley 1757"})

    assert answer.url == url(plan, "list")
    chapter = plan.chapters.get()
    assert (chapter.purpose, chapter.title, chapter.body, chapter.order) == ("legal", "Marco legal", "- Ley 1757", 0)
    assert AuditEntry.objects.get(verb="planchapter.create").actor == planner
    assert 'value="Marco legal"' not in client.get(url(plan, "create") + "?clase=legal").content.decode()


def test_text_is_shown_before_it_is_saved(client, plan, planner):
    client.force_login(planner)
    typed = {"purpose": "text", "title": "Presentación", "body": "**Hola** <script>", "preview": "1"}
    page = client.post(url(plan, "create"), typed).content.decode()
    assert "<p><strong>Hola</strong> &lt;script&gt;</p>" in page
    assert "<h1>Nuevo capítulo</h1>" in page
    part = client.post(url(plan, "create"), typed, headers={"HX-Request": "true"}).content.decode()
    assert "<p><strong>Hola</strong> &lt;script&gt;</p>" in part
    assert "<h1>" not in part
    assert not plan.chapters.exists()


def test_two_people_on_a_chapter_see_both_texts(client, plan, planner):
    row = write(plan, "Presentación", body="Al comienzo")
    client.force_login(planner)
    read = client.get(url(plan, "update", row.pk)).context["form"]["revision"].value()
    typed = {"purpose": "text", "title": "Presentación", "revision": read}
    client.post(url(plan, "update", row.pk), typed | {"body": "De una persona"})

    page = client.post(url(plan, "update", row.pk), typed | {"body": "De la otra"})

    form = page.context["form"]
    assert form["body"].value() == "De la otra"
    assert [clash[:4] for clash in form.clashes] == [("body", "Texto", "De una persona", "De la otra")]
    assert "De una persona" in page.content.decode()
    row.refresh_from_db()
    assert row.body == "De una persona"
    client.post(url(plan, "update", row.pk), typed | {"body": "De ambas", "revision": form["revision"].value()})
    row.refresh_from_db()
    assert row.body == "De ambas"


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("up", ["b", "a", "c"]),
        ("down", ["a", "c", "b"]),
        ("0", ["b", "a", "c"]),
        ("2", ["a", "c", "b"]),
        ("99", ["a", "c", "b"]),
        ("x", ["a", "b", "c"]),
        ("-1", ["a", "b", "c"]),
        ("", ["a", "b", "c"]),
    ],
)
def test_chapter_moves(client, plan, planner, to, expected):
    _a, b, _c = (write(plan, title) for title in "abc")
    client.force_login(planner)
    client.post(url(plan, "move", b.pk), {"to": to})
    assert titles(plan) == expected


def test_chapters_of_the_same_place_move_too(client, plan, planner):
    """As an import may leave them."""
    rows = [write(plan, title, order=0) for title in "abc"]
    client.force_login(planner)
    client.post(url(plan, "move", rows[2].pk), {"to": "up"})
    assert titles(plan) == ["a", "c", "b"]


def test_lists_of_actions_come_with_their_questions(client, plan, planner):
    plan.kind = Plan.Kind.ACCOUNTABILITY
    plan.save()
    write(plan, "Lo que diremos", purpose="dialogue")
    client.force_login(planner)
    assert url(plan, "lists") in client.get(url(plan, "list")).content.decode()

    client.post(url(plan, "lists"))

    assert titles(plan) == ["Lo que diremos", "Acciones de información", "Acciones de incentivos"]
    assert plan.chapters.get(purpose="information").body.startswith("> ¿Qué debe saber la ciudadanía")
    assert url(plan, "lists") not in client.get(url(plan, "list")).content.decode()
    assert chapters.add_lists(plan=plan, by=planner) == []


def test_nothing_is_written_once_the_plan_is_approved(client, plan, planner):
    row = write(plan, "Presentación", body="Como se aprobó")
    freeze(plan)
    for refused in (
        lambda: chapters.save_chapter(chapter=PlanChapter(plan=plan, title="Otra"), by=planner),
        lambda: chapters.save_chapter(chapter=row, by=planner),
        lambda: chapters.delete_chapter(chapter=row, by=planner),
        lambda: chapters.move_chapter(chapter=row, to=3, by=planner),
        lambda: chapters.add_lists(plan=plan, by=planner),
    ):
        with pytest.raises(Frozen):
            refused()
    client.force_login(planner)
    page = client.post(url(plan, "update", row.pk), {"purpose": "text", "title": "Otra", "body": "Otra", "revision": 0})
    assert "El plan está aprobado" in page.content.decode()
    assert titles(plan) == ["Presentación"]
    page = client.get(url(plan, "list")).content.decode()
    assert url(plan, "detail", row.pk) in page
    assert url(plan, "create") not in page


def test_deletion_of_what_nobody_read_is_refused(client, plan, planner):
    row = write(plan, "Presentación")
    client.force_login(planner)
    chapters.save_chapter(chapter=row, by=planner)
    page = client.post(url(plan, "delete", row.pk), {"revision": 0})
    assert "Otra persona cambió estos datos" in page.content.decode()
    client.post(url(plan, "delete", row.pk), {"revision": 1})
    assert not plan.chapters.exists()
    with pytest.raises(Stale):
        chapters.delete_chapter(chapter=row, by=planner, seen=0)


def test_too_many_chapters_are_refused(plan, planner):
    for n in range(chapters.MOST):
        write(plan, f"Capítulo {n}")
    with pytest.raises(ValidationError, match="Caben 60 capítulos"):
        chapters.save_chapter(chapter=PlanChapter(plan=plan, title="Uno más"), by=planner)


def test_endless_text_is_refused(client, plan, planner):
    client.force_login(planner)
    answer = client.post(url(plan, "create"), {"purpose": "text", "title": "A", "body": "palabra " * 12_501})
    assert answer.context["form"].errors["body"] == ["Tiene 100007 caracteres y caben 100000: acórtelo."]


def test_approved_plan_reads_the_chapters_of_its_version(plan, planner):
    write(plan, "Presentación", body="De ahora")
    snapshot = {"chapters": [{"id": 1, "purpose": "Marco legal", "title": "Normas", "body": "De la versión"}]}
    plan.versions.create(number=1, snapshot={"schema": 1}, reason="Línea base")
    assert [each.body for each in chapters.written(plan)] == ["De ahora"]
    freeze(plan)
    assert [each.body for each in chapters.written(plan)] == ["De ahora"]  # a version from before chapters
    plan.versions.create(number=2, snapshot=snapshot, reason="Cambio")
    assert chapters.written(plan) == [chapters.Written("legal", "Normas", "De la versión")]


@pytest.mark.parametrize("number", [2, 40])
def test_statements_of_the_list_do_not_grow(client, plan, planner, number, django_assert_num_queries):
    for n in range(number):
        write(plan, f"Capítulo {n}", body="Texto")
    client.force_login(planner)
    client.get(url(plan, "list"))
    with django_assert_num_queries(6):
        client.get(url(plan, "list"))


def test_chapter_of_another_plan_is_404(client, plan, planner):
    row = write(make_plan(plan.entity), "De otro")
    client.force_login(planner)
    for name in ("detail", "update", "delete"):
        assert client.get(url(plan, name, row.pk)).status_code == 404
