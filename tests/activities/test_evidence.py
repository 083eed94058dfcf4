"""Evidence: what arrives, told by its content; once however often it is sent; private until somebody says so."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from activities import evidence as verbs
from activities.models import Evidence
from plans.states import Closed
from records import contents, files
from records.models import Job, StoredFile
from tests.activities.photographs import docx, photograph, xlsx
from tests.factories import make_activity, make_session

Kind = Evidence.Kind
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def session(plan, dependency):
    return make_session(make_activity(plan, dependency), held_on=date(2026, 3, 16), executed_units=1)


def add(session, content: bytes, name: str = "foto.jpg", **values) -> Evidence:
    plan, upload = session.activity.plan, SimpleUploadedFile(name, content)
    return verbs.add_evidence(plan=plan, session=session, upload=upload, **{"by": None, **values})


def opened(evidence: Evidence, field: str = "file") -> Image.Image:
    return Image.open(files.opened(getattr(evidence, field)))


# --- What arrives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JPEG", "PNG", "HEIF", "MPO"])
def test_photograph_keeps_its_pixels_upright_and_nothing_else(session, format):
    sent = photograph(400, 300, format)  # a place in its EXIF; a JPEG lies on its side
    stored = add(session, sent, f"foto.{format}")
    image = opened(stored)
    assert (image.format, image.size) == ("JPEG", (stored.width, stored.height))
    assert image.size == ((400, 300) if format in ("PNG", "HEIF") else (300, 400))
    assert not image.getexif() and "exif" not in image.info and "icc_profile" not in image.info
    assert b"CANARIO" in sent and not any(b"CANARIO" in files.read(file) for file in StoredFile.objects.all())
    assert (stored.kind, stored.visibility, stored.media_type) == (Kind.PHOTOGRAPH, "private", "image/jpeg")
    assert stored.sha256 == contents.digest(sent)


def test_a_worker_asks_for_the_sizes_of_those_that_came_together(plan, session, django_capture_on_commit_callbacks):
    uploads = [SimpleUploadedFile(f"{n}.jpg", photograph(40, 30, seed=n)) for n in range(2)]
    uploads.append(SimpleUploadedFile("acta.pdf", PDF))
    verbs.add_several(plan=plan, session=session, uploads=uploads, by=None)
    assert not Job.objects.exists()
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            verbs.ask_sizes()
    assert Job.objects.count() == session.evidence.filter(page_file__isnull=False).count() == 2


def test_its_sizes_are_made_by_a_job(session, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        stored = add(session, photograph(3000, 2000, turned=False))
    stored.refresh_from_db()
    sides = [opened(stored, field).size for field in ("file", "page_file", "paper_file")]
    assert sides == [(3000, 2000), (1024, 683), (1000, 667)]


def test_huge_photograph_is_mended_and_a_boundless_one_refused(session):
    stored = add(session, photograph(12_000, 4_000, turned=False))
    assert (stored.width, stored.height) == (4_096, 1_365)
    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")
    with pytest.raises(ValidationError) as refused:
        add(session, file.getvalue(), "plano.png")
    assert refused.value.messages == [
        "«plano.png» mide 12.000 × 12.000 píxeles, más de lo que se puede abrir aquí. "
        "Guárdela más pequeña: con 4.000 de lado basta."
    ]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("acta.pdf", PDF, contents.PDF), ("hoja.xlsx", xlsx(), contents.XLSX), ("acta.docx", docx(), contents.DOCX)],
)
def test_document_is_kept_as_it_was_sent(session, name, content, media_type):
    stored = add(session, content, name, kind=Kind.MINUTES, caption=" Acta ")
    assert (stored.media_type, stored.file_name, stored.caption) == (media_type, name, "Acta")
    assert files.read(stored.file) == content and stored.sha256 == stored.file.sha256


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "1")
    return file.getvalue()


EXE = b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0" + b"\0" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 99
REFUSED = {
    "exe": ("acta.pdf", EXE, "«acta.pdf» es por dentro un archivo «.exe»"),
    "svg": ("logo.png", SVG, "«logo.png» es un dibujo SVG, que puede traer programas."),
    "html": ("acta.pdf", b"<!doctype html><script>1</script>", "«acta.pdf» es por dentro un archivo «.html»"),
    "video": ("video.mp4", MP4, "«video.mp4» es un video."),
    "large": ("video.mp4", MP4 + b"\0" * 31_457_280, "«video.mp4» pesa 31 MB y caben 25."),
    "zip": ("fotos.zip", zipped("a.txt"), "«fotos.zip» es un archivo comprimido"),
    "macros": ("acta.docx", docx(macros=True), "«acta.docx» es un archivo comprimido, o trae macros."),
    "damaged": ("foto.jpg", photograph(400, 300)[:3000], "«foto.jpg» está dañada y no se puede abrir."),
    "empty": ("foto.jpg", b"", "«foto.jpg» llegó vacío."),
    "text": ("notas.txt", b"hola", "No se reconoce qué es «notas.txt»."),
    "gif": ("a.gif", b"GIF89a" + b"\0" * 99, "«a.gif» es por dentro un archivo «.gif»"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused_with_its_name_and_how_to_mend_it(session, case):
    name, content, said = REFUSED[case]
    with pytest.raises(ValidationError) as refused:
        add(session, content, name)
    assert refused.value.messages[0].startswith(said), refused.value.messages
    assert not Evidence.objects.exists() and not StoredFile.objects.exists()


def test_kind_of_a_photograph_is_for_pictures(session):
    with pytest.raises(ValidationError) as refused:
        add(session, PDF, "acta.pdf", kind=Kind.PHOTOGRAPH)
    assert refused.value.messages == ["«acta.pdf»: Una fotografía es un archivo JPEG, PNG o HEIC: escoja otra clase."]


def test_nothing_is_added_to_a_closed_plan(session):
    session.activity.plan.state = "closed"
    with pytest.raises(Closed):
        add(session, PDF, "acta.pdf")


# --- Once -------------------------------------------------------------------------------------------------------------


def test_same_bytes_of_a_space_are_one_row_and_of_another_space_another(session, plan):
    content = photograph(400, 300)
    first, again = add(session, content), add(session, content, "otra.jpg", caption="Otra")
    assert (first, first.file_name) == (again, "foto.jpg")
    elsewhere = add(make_session(session.activity, date(2026, 4, 1)), content)
    of_plan = verbs.add_evidence(plan=plan, session=None, upload=SimpleUploadedFile("f.jpg", content), by=None)
    assert len({first, elsewhere, of_plan}) == 3 and len({first.file, elsewhere.file, of_plan.file}) == 1


@pytest.mark.django_db(transaction=True)
def test_same_bytes_sent_at_once_are_one_row(session):
    content = photograph(400, 300)

    def send(_n) -> int:
        try:
            return add(session, content).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert Evidence.objects.count() == 1


def test_withdrawn_evidence_may_be_sent_again(session):
    first = add(session, PDF, "acta.pdf")
    verbs.withdraw_evidence(evidence=first, reason="No era esta.", on=date(2026, 3, 20), by=None)
    assert add(session, PDF, "acta.pdf") != first


# --- What always holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (Kind.ATTENDANCE, {}, "no se publican"),
        (Kind.SIGNATURES, {}, "no se publican"),
        (Kind.CONSENT, {}, "no se publican"),
        (Kind.MINUTES, {"is_personal": True}, "no se publican"),
        (Kind.PHOTOGRAPH, {"people": "nobody"}, "escriba qué se ve en ella"),
        (Kind.PHOTOGRAPH, {"alt_text": "Una mesa"}, "diga que no se reconoce a nadie"),
        (Kind.PHOTOGRAPH, {"alt_text": "Una mesa", "people": "refused"}, "diga que no se reconoce a nadie"),
        (Kind.PHOTOGRAPH, {"alt_text": "Una mesa", "people": "consented"}, "quién autorizó, cómo y cuándo"),
    ],
)
def test_what_can_never_be_public(session, kind, values, sentence):
    stored = add(session, photograph(40, 30), kind=kind)
    for name, value in {**values, "visibility": "public"}.items():
        setattr(stored, name, value)
    with pytest.raises(ValidationError, match=sentence):
        verbs.save_evidence(evidence=stored, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=stored.pk).update(visibility="public", **values)


@pytest.mark.parametrize(
    "values",
    [
        {"people": "nobody"},
        {"people": "consented", "consent": "spoken", "consent_by": "Asistentes", "consent_on": date(2026, 3, 16)},
    ],
)
def test_described_and_authorised_photograph_may_be_public(session, values):
    stored = add(session, photograph(40, 30), alt="Una mesa")
    for name, value in {**values, "visibility": "public"}.items():
        setattr(stored, name, value)
    assert list(Evidence.objects.public()) == []
    verbs.save_evidence(evidence=stored, by=None)
    assert list(Evidence.objects.public()) == [stored]


def test_withdrawn_evidence_says_why_and_is_private_for_ever(session):
    stored = add(session, photograph(40, 30), alt="Una mesa")
    stored.visibility, stored.people = "public", "nobody"
    verbs.save_evidence(evidence=stored, by=None)
    with pytest.raises(ValidationError, match="Diga por qué"):
        verbs.withdraw_evidence(evidence=stored, reason=" ", on=date(2026, 3, 20), by=None)
    stored = Evidence.objects.get()
    verbs.withdraw_evidence(evidence=stored, reason="Ya no autorizan.", on=date(2026, 3, 20), by=None)
    assert not Evidence.objects.standing().exists() and not Evidence.objects.public().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(visibility="public")
    with pytest.raises(ValidationError, match="se retiró"):
        verbs.save_evidence(evidence=stored, by=None)


def test_link_is_kept_once(session, plan):
    url = "https://www.example.org/acta"
    first = verbs.add_link(plan=plan, session=session, url=url, by=None)
    assert first == verbs.add_link(plan=plan, session=session, url=url, by=None, caption="Acta")
    assert (first.kind, first.file, str(first)) == (Kind.LINK, None, url)
    with pytest.raises(ValidationError, match="URL"):
        verbs.add_link(plan=plan, session=session, url="javascript:alert(1)", by=None)
