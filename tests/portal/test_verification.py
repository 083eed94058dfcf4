"""Is my copy the published one? By file, hashed as it arrives and never stored, and by code."""

import hashlib
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import verification
from records import files
from reports import actions
from reports.envelope import canonical
from tests.reports.reporting import approve, make_published, preview_of
from tests.reports.retracing import frozen, pdf_with, row, told

CONTENT = b"%PDF-1.7 the published one"
ADDRESS = "/verificar/"


@pytest.fixture
def report(plan):
    return make_published(approve(plan), content=CONTENT, snapshot_sha256="7f3a91c2e04b55d8" + "0" * 48)


def upload(client, content: bytes, name: str = "informe.pdf") -> str:
    return client.post(ADDRESS, {"archivo": SimpleUploadedFile(name, content)}).content.decode()


def by_code(client, code: str) -> str:
    return client.get(ADDRESS, {"codigo": code}).content.decode()


def link(report) -> str:
    plan = report.plan
    args = [plan.entity.slug, plan.slug, report.kind, report.period, report.version]
    return f'href="{reverse("portal:report", args=args)}"'


def test_published_file_is_authentic(client, report):
    html = upload(client, CONTENT)
    assert "Es auténtico." in html
    assert link(report) in html
    assert hashlib.sha256(CONTENT).hexdigest() in html
    assert "Hay una versión más reciente" not in html


def test_superseded_file_is_authentic_and_says_that_there_is_a_newer_one(client, report):
    report.state = "superseded"
    report.save()
    html = upload(client, CONTENT)
    assert "Es auténtico." in html
    assert "Hay una versión más reciente" in html


def test_file_with_one_byte_changed_is_not_ours(client, report):
    html = upload(client, CONTENT + b" ")
    assert "No lo reconocemos." in html
    assert link(report) not in html


def test_copy_saved_again_is_led_to_its_original(client, plan):
    report = frozen(told(plan))
    html = upload(client, files.read(report.file) + b"\n")
    assert "No es el archivo que se publicó." in html and "Los datos que trae adentro son los publicados" in html
    assert f'href="{report.public_url}"' in html


def test_copy_with_other_data_is_led_to_its_original(client, plan):
    report = frozen(told(plan))
    stored = json.loads(canonical(report.snapshot))
    row(stored, 0)["reason"] = "Otra causa."
    html = upload(client, pdf_with(canonical(stored)))
    assert "Dice ser este informe, y trae otros datos" in html
    assert f'href="{report.public_url}"' in html
    stored["edition"]["number"] = "2026-999"
    assert "No lo reconocemos." in upload(client, pdf_with(canonical(stored)))


def test_copy_of_what_is_not_public_is_not_named(client, plan):
    report = frozen(told(plan))
    stored = json.loads(canonical(report.snapshot))
    row(stored, 0)["reason"] = "Otra causa."
    plan.state, plan.approved_on = "draft", None
    plan.save()
    html = upload(client, pdf_with(canonical(stored)))
    assert "No lo reconocemos." in html and report.name not in html


def test_preview_is_told_apart_and_not_named(client, plan, planner):
    draft = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    preview_of(draft, b"%PDF-1.7 draft")
    draft.snapshot_sha256, draft.pages = "a1b2c3d4" * 8, 3
    draft.save()
    for html in (upload(client, b"%PDF-1.7 draft"), by_code(client, "a1b2c3d4"), by_code(client, draft.pdf_sha256)):
        assert "Es una vista previa, no un informe publicado." in html
        assert plan.title not in html
        assert plan.entity.name not in html


@pytest.mark.parametrize(
    "code", ["7f3a91c2", "7F3A 91C2 E04B 55D8", " 7f3a:91c2:e04b:55d8 ", "7f3a91c2e04b55d8" + "0" * 48]
)
def test_printed_code_finds_its_report_and_asks_for_the_file(client, report, code):
    html = by_code(client, code)
    assert "Ese código es de un informe publicado." in html
    assert "Un código también se puede copiar a un documento falso." in html
    assert link(report) in html


def test_full_hash_of_the_file_is_as_good_as_the_file(client, report):
    assert "Es auténtico." in by_code(client, report.pdf_sha256)


def test_short_code_of_several_lists_them(client, report):
    other = make_published(
        report.plan, period="2025", content=b"%PDF-1.7 two", snapshot_sha256="7f3a91c2" + "1" * 56, number="2026-002"
    )
    html = by_code(client, "7f3a91c2")
    assert link(report) in html
    assert link(other) in html
    assert link(other) not in by_code(client, "7f3a91c2e04b55d8")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("7f3a91c", "El código tiene entre 8 y 64 caracteres."),
        ("7f3a91c2" * 9, "El código tiene entre 8 y 64 caracteres."),
        ("hola mundo", "Un código solo tiene cifras del 0 al 9"),
        ("%%%%%%%%", "Un código solo tiene cifras del 0 al 9"),
        ("", "El código tiene entre 8 y 64 caracteres."),
        ("00000000", "Ningún informe publicado en este sitio tiene ese código."),
    ],
)
def test_code_that_is_none_says_why(client, report, code, said):
    assert said in by_code(client, code)


def test_no_file_and_an_empty_one_say_what_to_do(client, db):
    assert "Elija el archivo PDF" in client.post(ADDRESS).content.decode()
    assert "El archivo está vacío" in upload(client, b"")


def test_file_too_large_is_refused_without_being_stored(client, db, monkeypatch):
    monkeypatch.setattr(verification, "MOST_BYTES", 300_000)
    assert "pesa más de 50 MB" in upload(client, b"x" * 400_000)
    monkeypatch.setattr(settings, "LARGEST_UPLOAD", 1_000_000)
    answer = client.post(ADDRESS, {"archivo": SimpleUploadedFile("x.pdf", b"x" * 2_000_000)})
    assert answer.status_code == 413


def test_uploaded_file_is_never_written(client, report, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    content = b"y" * 6_000_000  # above what Django keeps in memory
    assert hashlib.sha256(content).hexdigest() in upload(client, content)
    assert list(tmp_path.iterdir()) == []


def test_name_of_the_file_is_text(client, db):
    assert "&lt;b&gt;.pdf" in upload(client, b"x", name="<b>.pdf")


def test_form_without_its_token_is_refused(report):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(ADDRESS)
    token = page.context["csrf_token"]
    file = SimpleUploadedFile("informe.pdf", CONTENT)
    assert strict.post(ADDRESS, {"archivo": file}).status_code == 403
    file.seek(0)
    html = strict.post(ADDRESS, {"csrfmiddlewaretoken": str(token), "archivo": file}).content.decode()
    assert "Es auténtico." in html


def test_verdict_is_never_cached(client, db):
    assert "no-store" in client.get(ADDRESS)["Cache-Control"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_citizen_verifies_a_copy(visit, violations, report, tmp_path):
    copy, forged = tmp_path / "copia.pdf", tmp_path / "otra.pdf"
    copy.write_bytes(CONTENT)
    forged.write_bytes(CONTENT + b"!")
    for width in (1280, 360):
        page = visit(ADDRESS, width=width)
        assert violations(page) == []
        for path, said in ((copy, "Es auténtico."), (forged, "No lo reconocemos.")):
            page.get_by_label("Archivo PDF").set_input_files(path)
            page.get_by_role("button", name="Verificar el archivo").click()
            page.get_by_text(said).wait_for()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_label("Código o huella").fill("7f3a 91c2")
        page.get_by_role("button", name="Buscar el código").click()
        page.get_by_text("Ese código es de un informe publicado.").wait_for()
        assert violations(page) == []
