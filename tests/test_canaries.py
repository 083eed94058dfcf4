"""Personal data put in every private field and file of evidence: no public page, data file, PDF or export has it."""

import zipfile
from datetime import date
from io import BytesIO

import pikepdf
import pymupdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from activities import evidence
from activities.models import Evidence
from records import files
from records.audit import acting_as
from reports import pdf, snapshot
from reports.models import Picture, Report
from sheets.export import write_plan
from tests.activities.photographs import photograph
from tests.factories import make_photograph
from tests.reports.reporting import CUT, approve, make_published_facts
from tests.world import PUBLIC, ROUTES, World

CANARY = "CANARIO"  # the maker that photographs() writes in the EXIF, too
PDF = b"%PDF-1.7\n% CANARIO de la lista de asistencia\ntrailer<<>>\n%%EOF"


@pytest.fixture
def world(db, django_capture_on_commit_callbacks) -> World:
    world = World("trampa")
    plan, session = world.plan, world.session
    session.held_on, session.executed_units, session.topics = date(2026, 3, 16), 1, "El agua"
    session.save()
    private = {name: f"{CANARY} {name}" for name in ("caption", "alt_text", "consent_by", "file_name")}
    for n, kind in enumerate(Evidence.Kind.values):
        if kind == "link":
            Evidence.objects.create(
                plan=plan, session=session, kind=kind, url=f"https://{CANARY.lower()}.example.org", sha256="e" * 64,
                added_at=timezone.now(), caption=f"{CANARY} enlace",
            )  # fmt: skip
        else:
            file = files.keep(f"{CANARY} {kind} {n}".encode())
            make_photograph(session, kind=kind, file=file, sha256=f"{n:064x}", **private)
    make_photograph(
        session, withdrawn_on=date(2026, 4, 1), withdrawn_reason=f"{CANARY} retirada", **private, is_personal=True
    )
    # Of what is public, what stays private: who authorised, how the file was called, what its camera wrote.
    with django_capture_on_commit_callbacks(execute=True):
        for n in range(4):
            upload = SimpleUploadedFile(f"{CANARY}-{n}.jpg", photograph(400, 300, seed=n))
            row = evidence.add_evidence(plan=plan, session=session, upload=upload, by=world.users["planner"])
            Evidence.objects.filter(pk=row.pk).update(
                visibility="public", alt_text="Una mesa", caption="La mesa", people="consented", consent="spoken",
                consent_by=f"{CANARY} Pérez", consent_on=date(2026, 3, 16), consent_proof=world.evidence,
            )  # fmt: skip
        proof = evidence.add_evidence(
            plan=plan, session=None, upload=SimpleUploadedFile(f"{CANARY}.pdf", PDF), by=world.users["planner"]
        )
    step = world.commitment.follow_ups.create(on=date(2026, 4, 1), progress=40, done="Se limpió", evidence=CANARY)
    step.proofs.add(proof)
    approve(plan)
    return world


def add_what_is_private_of_a_promise(world: World) -> None:
    """Names of staff, extensions that were not granted, notes, words that are not told yet or ever, private minutes."""
    commitment, planner = world.commitment, world.users["planner"]
    for person in world.users.values():
        person.full_name = f"{CANARY} {person.pk}"
        person.save()
    private = {"asked_by": planner, "asked_on": date(2026, 4, 2), "due_before": commitment.due_on}
    private |= {"decided_by": planner, "decided_on": date(2026, 4, 3), "note": CANARY}
    commitment.extensions.create(due_on=date(2026, 6, 30), reason=CANARY, state="refused", **private)
    assert commitment.extensions.filter(state="requested").update(reason=CANARY) == 1
    commitment.extensions.create(due_on=date(2026, 5, 31), reason="Llovió", state="granted", **private)
    commitment.due_on = date(2026, 5, 31)
    for reason in (CANARY, "No hay terreno"):  # what was mended stands in the trail alone
        commitment.state, commitment.closed_on, commitment.reason = "not_viable", date(2026, 5, 4), reason
        with acting_as(planner):
            commitment.save()
        if reason == CANARY:
            commitment.state, commitment.closed_on, commitment.reason = "in_progress", None, "Se mira de nuevo"
            commitment.save()
    private = Evidence.objects.filter(visibility="private", kind="minutes", withdrawn_on=None).first()
    commitment.verifications.create(
        on=date(2026, 4, 20), is_kept=False, with_whom="La mesa", found="Falta", minutes=private, by=planner
    )
    for n, fields in enumerate(
        (
            {"kind": "disputes", "answered_on": timezone.localdate()},
            {"kind": "confirms", "answered_on": timezone.localdate()},
            {"kind": "disputes", "answered_on": date(2026, 5, 5), "withheld": "personal"},
            {"kind": "confirms", "answered_on": date(2026, 5, 5), "withheld": "abuse"},
        )
    ):
        replied = {"reply": "Gracias", "replied_on": date(2026, 5, 6), "replied_by": planner}
        row = {**fields, **(replied if "withheld" in fields else {}), "same_text": f"{n}"}
        commitment.answers.create(text=f"{CANARY} {n}", **row)


def test_no_public_page_has_what_is_private(client, world):
    add_what_is_private_of_a_promise(world)
    world.report.version = 2
    world.report.save()
    report = make_published_facts(world.plan)
    frozen = files.StoredFile.objects.filter(sha256__in=report.snapshot["assets"])
    shown = Picture.objects.bulk_create(Picture(report=report, file=file) for file in frozen)
    assert len(shown) == 5
    addresses = [world.address(name) for name, (needs, _row) in ROUTES.items() if needs == PUBLIC]
    addresses += [report.public_url, f"{report.public_url}datos/datos.xlsx", f"{report.public_url}datos/datos.json"]
    addresses += [f"{report.public_url}datos/evidencias.csv", f"{report.public_url}datos/seguimientos.csv"]
    addresses += [f"{report.public_url}imagenes/{picture.file.sha256}" for picture in shown]
    addresses += [f"{report.public_url}imagenes/{file.sha256}" for file in files.StoredFile.objects.all()]
    found = 0
    for address in addresses:
        answer = client.get(address, follow=True)
        found += answer.status_code == 200
        assert not _holds(b"".join(answer) if answer.streaming else answer.content), address
    assert found > 15
    page = client.get(world.address("portal:promise")).content.decode()
    for told in ("Se limpió", "Llovió", "No hay terreno", "Falta", "Gracias", "La entidad no publica sus palabras"):
        assert told in page, told  # what is private stands beside what is not
    for proof in Evidence.objects.all():
        at = reverse("portal:promise_proof", args=[world.entity.slug, world.commitment.pk, proof.pk])
        assert client.get(at).status_code == 404


def test_report_of_promises_has_nothing_private(world):
    add_what_is_private_of_a_promise(world)
    facts = snapshot.take(Report(plan=world.plan, kind="commitments", period="2026", cutoff=CUT))
    assert not _holds(snapshot.canonical(facts))
    content = pdf.render(facts, fingerprint=snapshot.sha256(facts))
    with pymupdf.open(stream=content) as document:
        text = " ".join(sheet.get_text() for sheet in document)
    assert CANARY not in text and world.commitment.text in " ".join(text.split())


def test_neither_report_nor_its_data_nor_an_export_has_it(world):
    facts = snapshot.take(Report(plan=world.plan, kind="final", period="2026", cutoff=CUT))
    assert len(facts.assets) == 5
    content = pdf.render(facts, fingerprint=snapshot.sha256(facts))
    with pymupdf.open(stream=content) as document:
        assert CANARY not in " ".join(sheet.get_text() for sheet in document)
        for at in range(document.embfile_count()):
            assert not _holds(document.embfile_get(at))
    with pikepdf.open(BytesIO(content)) as document:
        for each in document.objects:
            assert CANARY not in str(each)
            if isinstance(each, pikepdf.Stream):
                assert not _holds(each.read_raw_bytes())
    for kind in ("zip", "xlsx"):
        file = BytesIO()
        write_plan(world.plan, file, kind, at=timezone.now())
        # The only text about evidence that a plan's sheets have: where the support of a follow-up is, as it was typed.
        texts = [text for text in _texts(file.getvalue()) if _holds(text)]
        assert all(text.count(CANARY.encode()) == 1 for text in texts) and len(texts) <= 1


def test_whoever_is_not_signed_in_finds_no_evidence(client, world):
    at = [world.entity.slug, world.plan.slug]
    for row in Evidence.objects.all():
        for name in ("evidence_detail", "evidence_file", "evidence_picture"):
            answer = client.get(reverse(f"activities:{name}", args=[*at, row.pk]), follow=True)
            assert answer.redirect_chain and not _holds(answer.content)


def _holds(content: bytes) -> bool:
    return any(_has(text) for text in _texts(content))


def _has(text: bytes) -> bool:
    return CANARY.lower().encode() in text.lower()


def _texts(content: bytes) -> list[bytes]:
    """The content, and what it packs."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return [content]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]
