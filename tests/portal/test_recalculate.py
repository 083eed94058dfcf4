"""«Recalcule usted»: whoever has a copy counts its figures again; one that was changed leads to its original."""

import io
import json
import zlib

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal import verification
from records import files
from reports.envelope import canonical
from tests.reports.retracing import frozen, pdf_with, row, told

ADDRESS = "/verificar/recalcular/"


@pytest.fixture
def report(plan):
    return frozen(told(plan))


def upload(client, content: bytes, name: str = "informe.pdf") -> str:
    answer = client.post(ADDRESS, {"archivo": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def link(report) -> str:
    return f'href="{report.public_url}"'


def test_published_pdf_agrees_in_every_figure_and_is_the_published_one(client, report):
    html = upload(client, files.read(report.file))
    assert "cifras que se contaron de nuevo coinciden." in html
    assert "El archivo es, byte por byte, el publicado." in html
    assert link(report) in html
    assert "3 ejecutado ÷ 5 programado, con un decimal." in html
    assert "no coincide" not in html


def test_its_data_alone_are_the_published_ones_however_they_are_written(client, report):
    for data in (canonical(report.snapshot), json.dumps(report.snapshot, indent=1).encode(), b"\xef\xbb\xbf"):
        html = upload(client, data if len(data) > 3 else data + canonical(report.snapshot), "datos.json")
        assert "Los datos son los publicados; el archivo no es, byte por byte, el PDF publicado." in html
        assert link(report) in html


def test_tampered_copy_is_led_to_its_original_and_says_what_differs(client, report):
    stored = json.loads(canonical(report.snapshot))
    section = next(each for each in stored["sections"] if each["slug"] == "ejecucion")
    section["facts"]["total"]["executed"] = 5
    html = upload(client, pdf_with(canonical(stored)))
    assert "Ni el archivo ni sus datos son los de un informe publicado" in html
    assert "2 cifras de" in html and "no salen de sus filas." in html
    assert link(report) in html
    assert "Lo que cambia frente al original" in html and "100,0" in html and "60,0" in html


def test_copy_whose_rows_and_figures_were_both_changed_agrees_and_is_still_told_apart(client, report):
    stored = json.loads(canonical(report.snapshot))
    row(stored, 0)["reason"] = "Otra causa."
    html = upload(client, pdf_with(canonical(stored)))
    assert "cifras que se contaron de nuevo coinciden." in html
    assert "Ni el archivo ni sus datos son los de un informe publicado" in html
    assert "1 fila no es la del original." in html
    assert link(report) in html


def test_draft_says_so_and_names_no_other(client, report):
    stored = json.loads(canonical(report.snapshot))
    stored["edition"] |= {"draft": True, "number": "", "published_on": None}
    html = upload(client, pdf_with(canonical(stored)))
    assert "Es un borrador, no un informe publicado" in html
    assert link(report) not in html


def test_name_that_no_database_takes_finds_no_original(client, report):
    stored = json.loads(canonical(report.snapshot))
    stored["plan"]["slug"] += "\0"
    assert "Ni el archivo ni sus datos son los de un informe publicado" in upload(client, canonical(stored))


def test_hidden_plan_is_not_named_as_the_original(client, report):
    report.plan.state, report.plan.approved_on = "draft", None
    report.plan.save()
    html = upload(client, files.read(report.file))
    assert "Ni el archivo ni sus datos son los de un informe publicado" in html
    assert link(report) not in html


def test_schema_1_says_that_it_has_no_rows(client, db):
    old = (settings.BASE_DIR / "tests/guard/published/final-2025.json").read_bytes()
    html = upload(client, old, "datos.json")
    assert "Los datos de este informe no traen las filas." in html
    assert "Todas las cifras, con su fórmula" not in html


def bomb() -> bytes:
    """A small PDF whose data would be a gigabyte."""
    squeeze = zlib.compressobj(9)
    raw = b"".join(squeeze.compress(b" " * 2**20) for _ in range(1024)) + squeeze.flush()
    document = pikepdf.open(io.BytesIO(pdf_with(b"x")))
    document.attachments["datos.json"].get_file().obj.write(raw, filter=pikepdf.Name.FlateDecode)
    target = io.BytesIO()
    document.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(target.getvalue()) < 2_000_000
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "El archivo está vacío."),
        (lambda: b"hola", "el archivo está dañado o no es un PDF"),
        (lambda: b"%PDF-1.7 nada", "el archivo está dañado o no es un PDF"),
        (lambda: pdf_with(b"{}")[:400], "el archivo está dañado o no es un PDF"),
        (lambda: pdf_with(b"x", "otro.txt"), "Ese PDF no trae los datos de un informe."),
        (lambda: pdf_with(b"x", encryption=pikepdf.Encryption(owner="a", user="b")), "El PDF tiene contraseña"),
        (bomb, "Los datos que trae ese PDF son demasiado grandes"),
        (lambda: pdf_with(b"x"), "no son los de un informe de este sitio, o alguien cambió su forma"),
        (lambda: pdf_with(b"[" * 100_000), "no son los de un informe de este sitio, o alguien cambió su forma"),
        (lambda: b"{", "no son los de un informe de este sitio, o alguien cambió su forma"),
        (lambda: b'{"schema": 2}', "no son los de un informe de este sitio, o alguien cambió su forma"),
    ],
)
def test_file_that_is_none_of_ours_gets_a_plain_sentence(client, db, content, said):
    assert said in upload(client, content())


def test_no_file_and_one_too_large_say_what_to_do(client, db, monkeypatch):
    assert "Elija el PDF del informe" in client.post(ADDRESS).content.decode()
    monkeypatch.setattr(verification, "MOST_KEPT", 300_000)
    assert "pesa más de 20 MB" in upload(client, b"x" * 400_000)


def test_nothing_that_is_brought_is_stored(client, report, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    before = sorted(path for path in settings.VAR_DIR.rglob("*") if path.suffix not in (".sqlite3-wal", ".sqlite3-shm"))
    upload(client, pdf_with(b"y" * 6_000_000))
    after = sorted(path for path in settings.VAR_DIR.rglob("*") if path.suffix not in (".sqlite3-wal", ".sqlite3-shm"))
    assert (list(tmp_path.iterdir()), after) == ([], before)


def test_what_is_written_inside_is_text(client, report):
    stored = json.loads(canonical(report.snapshot))
    section = next(each for each in stored["sections"] if each["slug"] == "ejecucion")
    section["facts"]["blocks"][0]["name"] = "<script>alert(1)</script>"
    html = upload(client, canonical(stored), "<b>.json")
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html
    assert "&lt;b&gt;.json" in html


def test_form_without_its_token_is_refused_and_nothing_is_cached(report):
    strict = Client(enforce_csrf_checks=True)
    assert "no-store" in strict.get(ADDRESS)["Cache-Control"]
    assert strict.post(ADDRESS, {"archivo": SimpleUploadedFile("informe.pdf", b"x")}).status_code == 403


def test_verification_and_report_lead_here(client, report):
    for address in ("/verificar/", report.public_url):
        assert f'href="{ADDRESS}"' in client.get(address).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_citizen_counts_a_copy_again(visit, violations, report, tmp_path):
    stored = json.loads(canonical(report.snapshot))
    row(stored, 0)["executed"] = 0
    copy, forged = tmp_path / "copia.pdf", tmp_path / "otra.pdf"
    copy.write_bytes(files.read(report.file))
    forged.write_bytes(pdf_with(canonical(stored)))
    for width in (1280, 360):
        page = visit("/verificar/", width=width)
        page.get_by_role("link", name="Recalcule usted").click()
        assert violations(page) == []
        for path, said in ((copy, "coinciden."), (forged, "no salen de sus filas.")):
            page.get_by_label("PDF del informe").set_input_files(path)
            page.get_by_role("button", name="Contar de nuevo").click()
            page.get_by_text(said).first.wait_for()
            for fold in page.locator("summary").all():
                fold.click()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
