"""What an entity published in a year as one ZIP: whole, with its index, and with what is damaged named."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from records import files
from records.models import Job, Notice
from reports import archive
from tests.factories import make_entity, make_plan
from tests.reports.reporting import approve, make_months, make_published

YEAR = timezone.localdate().year


@pytest.fixture
def address(entity):
    return reverse("archive:year_list", args=[entity.slug])


def opened(entity, year=YEAR) -> zipfile.ZipFile:
    file = io.BytesIO()
    archive.write(entity, year, file, progress=lambda done, total: None)
    return zipfile.ZipFile(file)


def test_control_asks_for_a_year_and_downloads_it(client, control, plan, address, django_capture_on_commit_callbacks):
    make_months(approve(plan), 3)
    client.force_login(control)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"year": YEAR})
    job = Job.objects.get()
    page = client.get(address).content.decode()
    file = reverse("archive:year_file", args=[plan.entity.slug, job.pk])
    assert f"El archivo de {YEAR} está listo" in page and file in page
    answer = client.get(file)
    assert answer["Content-Disposition"] == f'attachment; filename="informes-{plan.entity.slug}-{YEAR}.zip"'
    assert b"".join(answer.streaming_content) == files.read(job.result)
    assert Notice.objects.get().recipient == control


def test_file_of_another_entity_is_not_found(client, control, plan, address, django_capture_on_commit_callbacks):
    theirs = make_published(approve(make_plan(make_entity("ajena"))))
    client.force_login(control)
    assert "todavía no ha publicado informes" in client.get(address).content.decode()
    assert theirs not in archive.published(plan.entity, YEAR)
    assert "year" in client.post(address, {"year": YEAR}).context["form"].errors


def test_every_file_is_there_with_its_sum_and_the_index_tells_them(plan):
    january, february = make_months(approve(plan), 2)
    replaced = make_published(plan, period="2026", number="2026-009", state="superseded", content=b"%PDF-1.7 old")
    make_published(
        plan, period="2026", number="2026-009", version=2, correction="Faltaba marzo.", content=b"%PDF-1.7 new"
    )
    with opened(plan.entity) as made:
        names = made.namelist()
        assert [name for name in names if name.endswith(".pdf")] == [
            archive.name_of(each) for each in archive.published(plan.entity, YEAR)
        ]
        assert made.read(archive.name_of(january)) == files.read(january.file)
        sums = dict(line.split("  ")[::-1] for line in made.read("SHA256SUMS").decode().splitlines())
        assert sums == {name: hashlib.sha256(made.read(name)).hexdigest() for name in names if name != "SHA256SUMS"}
        index = made.read("indice.csv").decode("utf-8-sig")
        assert "Faltaba marzo." in index and february.pdf_sha256 in index
        page = made.read("indice.html").decode()
        assert "Reemplazado" in page and f"en {YEAR}<" in page
    assert archive.years(plan.entity) == [YEAR]
    assert replaced.number == "2026-009"


def test_damaged_file_is_named_and_does_not_end_the_work(plan):
    whole, damaged = make_months(approve(plan), 2)
    default_storage.delete(damaged.file.name)
    with opened(plan.entity) as made:
        assert archive.name_of(whole) in made.namelist()
        assert archive.name_of(damaged) not in made.namelist()
        [line] = [line for line in made.read("indice.csv").decode().splitlines() if damaged.number in line]
        assert "falta o está dañado" in line and damaged.pdf_sha256 in line
        assert "(el PDF falta o está dañado)" in made.read("indice.html").decode()


def test_five_hundred_reports_take_the_memory_of_one(plan, tmp_path):
    approve(plan)
    megabyte = b"0" * 1_000_000
    for report in make_months(plan, 40):
        report.file = files.keep(report.number.encode() + megabyte)
        report.save()
    with (tmp_path / "first.zip").open("w+b") as file:  # what a process loads once is not of the files
        archive.write(plan.entity, YEAR, file, progress=lambda done, total: None)
    held = []
    with (tmp_path / "year.zip").open("w+b") as file:
        tracemalloc.start()
        archive.write(
            plan.entity, YEAR, file, progress=lambda done, total: held.append(tracemalloc.get_traced_memory()[0])
        )
        _now, writing = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        stored = files.keep_from(file)
        _now, keeping = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert stored.size > 40_000_000
    assert len(held) == 40 and max(held) - held[0] < 5_000_000, held  # each goes before the next comes
    assert (writing < 12_000_000, keeping < 12_000_000) == (True, True), (writing, keeping)
    with files.streamed(stored) as content:
        assert zipfile.ZipFile(content).testzip() is None


@pytest.mark.parametrize("size", [2, 30])
def test_index_asks_the_same_of_the_database_whatever_its_size(plan, size, django_assert_num_queries):
    make_months(approve(plan), size)
    with django_assert_num_queries(2):
        opened(plan.entity)
