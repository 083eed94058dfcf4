"""Photographs in reports: which, under which hash, at what weight; and what becomes of those that were withdrawn."""

import io
import random
from datetime import date

import outloud
import page
import pymupdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageChops

from activities import evidence
from activities.models import Evidence
from records import files
from records.jobs import perform
from records.models import Job
from reports import pdf, photographs, snapshot
from reports.models import Picture, Report
from tests.factories import make_activity, make_dependency, make_photograph, make_session
from tests.reports.reading import Page
from tests.reports.reporting import CUT, approve, make_published_facts, make_report

PUBLIC = {"visibility": "public", "people": "nobody", "alt_text": "Una mesa con gente"}


def taken(plan, kind: str = "final", period: str = "2026", cutoff: date = CUT):
    return snapshot.take(Report(plan=plan, kind=kind, period=period, cutoff=cutoff))


@pytest.fixture
def session(plan, dependency):
    activity = make_activity(plan, dependency, name="Mesa de agua")
    return make_session(activity, held_on=date(2026, 3, 16), executed_units=1)


def test_report_shows_the_photographs_that_may_be_published(plan, session):
    shown = make_photograph(session, caption="Así quedó el parque", **PUBLIC)
    make_photograph(session, caption="Canario privado")
    make_photograph(session, caption="Canario retirado", withdrawn_on=date(2026, 4, 1), withdrawn_reason="No.")
    make_photograph(session, kind="minutes", visibility="public", caption="Un acta que no es fotografía")
    facts = taken(plan)
    [only] = facts.facts("imagenes").shown
    assert (only.photograph.file, only.photograph.alt) == (shown.file.sha256, "Una mesa con gente")
    assert only.photograph.file in facts.assets
    assert Page(facts).sections["imagenes"].xpath(".//figcaption")[0].text_content().split() == (
        "Así quedó el parque. Mesa de agua, 16 de marzo de 2026.".split()
    )


def test_size_that_a_worker_made_is_the_one_that_is_printed(plan, session, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = evidence.add_evidence(
            plan=plan, session=session, upload=SimpleUploadedFile("a.jpg", phone(0, (3000, 2000))), by=None
        )
    row.refresh_from_db()
    for name, value in PUBLIC.items():
        setattr(row, name, value)
    row.save()
    assert taken(plan).facts("imagenes").shown[0].photograph.file == row.paper_file.sha256


def test_first_ones_of_a_space_with_words_stand_in_its_sheet(plan, session):
    session.topics = "El agua"
    session.save()
    rows = [make_photograph(session, file=files.keep(bytes([n])), **PUBLIC) for n in range(5)]
    facts = taken(plan)
    [space] = facts.facts("realizados").spaces
    assert [each.file for each in space.photographs] == [row.file.sha256 for row in rows[:2]]
    assert [each.photograph.file for each in facts.facts("imagenes").shown] == [row.file.sha256 for row in rows[2:]]
    assert set(facts.assets) == {row.file.sha256 for row in rows}


def test_they_stand_under_their_strategy_and_the_rest_are_counted(plan, entity, monkeypatch):
    for name in ("Agua", "Suelo"):
        unit = make_dependency(entity, name)
        for day in (2, 9):
            on = date(2026, 3, day)
            space = make_session(make_activity(plan, unit), on, held_on=on, executed_units=1)
            for n in range(3):
                make_photograph(space, file=files.keep(f"{name}{day}{n}".encode()), **PUBLIC)
    monkeypatch.setattr("reports.sections.pictures.MOST", 8)
    facts = taken(plan).facts("imagenes")
    assert [shown.block for shown in facts.shown] == ["Agua"] * 4 + ["Suelo"] * 4 and facts.more == 4
    page = Page(taken(plan)).sections["imagenes"]
    assert [node.text_content() for node in page.iter("h3")] == ["Agua", "Suelo"]
    assert page.xpath(".//p[@class='small']")[0].text_content() == "Hay 4 fotografías más que se pueden publicar."


def test_index_counts_what_supports_each_activity_and_names_nothing_private(plan, dependency, session):
    bare = make_activity(plan, dependency, name="Sin nada")
    make_session(bare, held_on=date(2026, 3, 16), executed_units=1)
    make_photograph(session, **PUBLIC)
    make_photograph(session, kind="attendance", caption="Canario", file_name="Canario.jpg")
    Evidence.objects.create(
        plan=plan, session=session, kind="link", url="https://canario.example.org", added_at="2026-03-17T15:00Z"
    )
    facts = taken(plan)
    assert [(row.activity, row.held, row.with_evidence) for row in facts.facts("evidencias").activities] == [
        ("Mesa de agua", 1, 1),
        ("Sin nada", 1, 0),
    ]
    table = Page(facts).table("evidencias", "Evidencias")
    assert table.heads == ["Actividad", "Espacios", "Con evidencia", "Fotografías", "Listados y firmas", "Enlaces"]
    assert table.rows == [["Mesa de agua", "1", "1", "1", "1", "1"], ["Sin nada", "1", "0", "0", "0", "0"]]
    assert b"anario" not in snapshot.canonical(facts)


def test_published_photograph_is_served_while_nobody_withdraws_it(client, plan, session):
    approve(plan)
    row, private = make_photograph(session, **PUBLIC), make_photograph(session, file=files.keep(b"private"))
    report = make_published_facts(plan)
    Picture.objects.create(report=report, file=row.file)
    late = make_photograph(session, file=files.keep(b"late"), **PUBLIC)
    address = report.public_url + "imagenes/"
    page = client.get(report.public_url).content.decode()
    assert f'src="{address}{row.file.sha256}"' in page
    answer = client.get(address + row.file.sha256)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content) == files.read(row.file)
    for other in (private, late):
        assert client.get(address + other.file.sha256).status_code == 404
    assert client.get(address + "0" * 64).status_code == 404
    evidence.withdraw_evidence(evidence=row, reason="Ya no autorizan.", on=date(2026, 5, 1), by=None)
    assert client.get(address + row.file.sha256).status_code == 404


def test_draft_shows_its_photographs_to_staff_alone(client, plan, session, planner, outsider):
    row, private = make_photograph(session, **PUBLIC), make_photograph(session, file=files.keep(b"private"))
    report = make_report(plan)
    at = [plan.entity.slug, plan.slug, report.pk]
    address = reverse("reports:report_picture", args=[*at, row.file.sha256])
    client.force_login(planner)
    assert address in client.get(reverse("reports:section_preview", args=[*at, "imagenes"])).content.decode()
    assert client.get(address).status_code == 200
    assert client.get(reverse("reports:report_picture", args=[*at, private.file.sha256])).status_code == 404
    client.force_login(outsider)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("n", [2, 12])
def test_statements_do_not_grow_with_photographs(plan, session, n, django_assert_num_queries):
    for each in range(n):
        make_photograph(session, file=files.keep(bytes([each])), **PUBLIC)
    facts = taken(plan)
    sessions = session.activity.sessions.all()
    with django_assert_num_queries(1):
        assert len(photographs.of(sessions)[session.pk]) == n
    assert len(facts.facts("imagenes").shown) == n


def phone(seed: int, size: tuple[int, int] = (4032, 3024)) -> bytes:
    """Shades and grain, some 4 MB as a telephone writes them."""
    chance = random.Random(seed)
    small = Image.frombytes("RGB", (96, 72), bytes(chance.randrange(30, 225) for _ in range(96 * 72 * 3)))
    image = small.resize(size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise((1008, 756), 22).resize(size)
    image = ImageChops.add(image, Image.merge("RGB", [grain] * 3), scale=1.3, offset=-40)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


@pytest.mark.paper
def test_report_of_24_phone_photographs_is_light_and_keeps_its_norms(plan, entity, tmp_path):
    """A PDF of at most a fifth of what was uploaded, PDF/UA-1 and PDF/A-3a."""
    uploaded, units = 0, [make_dependency(entity, f"Secretaría de {name}") for name in ("Agua", "Suelo", "Aire")]
    for n in range(12):
        on = date(2026, 3, 2 + n)
        words = {"topics": "El agua", "results": "Se limpia la quebrada"} if n % 3 == 0 else {}
        space = make_session(make_activity(plan, units[n // 4]), on, held_on=on, executed_units=1, **words)
        for each in range(2):
            content = phone(2 * n + each, (4032, 3024) if each else (3024, 4032))
            uploaded += len(content)
            row = evidence.add_evidence(
                plan=plan, session=space, upload=SimpleUploadedFile(f"IMG_{n}{each}.jpg", content), by=None
            )
            Evidence.objects.filter(pk=row.pk).update(caption=f"Recorrido {n} por la quebrada", **PUBLIC)
    for job in Job.objects.filter(kind=evidence.SIZES, state="queued"):
        perform(job.pk)
    facts = taken(plan)
    assert len(facts.assets) == 24
    path = tmp_path / "informe.pdf"
    path.write_bytes(pdf.render(facts, fingerprint=snapshot.sha256(facts)))
    assert path.stat().st_size <= uploaded / 5, (path.stat().st_size, uploaded)
    with pymupdf.open(path) as document:
        drawn = {image[0] for sheet in document for image in sheet.get_images()}
        assert len(drawn) >= 24
    for norm in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        report = page.validate_pdf(path, profile=norm)
        assert [failure.message for failure in report.failures] == []
    said = outloud.check(str(path))
    assert said.error is None
    assert [(found.message, found.page) for found in said.findings if found.severity in ("error", "warning")] == []
