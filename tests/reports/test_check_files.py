"""A published report whose file is lost or damaged: said, never served, and composed again from its own data."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from records import files
from reports import actions
from reports.models import Report
from tests.reports.reporting import approve, fill, make_published


@pytest.fixture
def published(plan, planner, dependency, django_capture_on_commit_callbacks) -> Report:
    """A report that was rendered and published."""
    approve(fill(plan, dependency))
    report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    with django_capture_on_commit_callbacks(execute=True):
        actions.request_render(report=report, kind=actions.PUBLISH, by=planner)
    return Report.objects.select_related("plan__entity", "file").get(pk=report.pk)


def damage(report: Report, how: str) -> None:
    content = files.read(report.file)
    default_storage.delete(report.file.name)
    if how != "missing":
        wrong = content[:-1] + bytes([content[-1] ^ 1]) if how == "one byte" else b""
        default_storage.save(report.file.name, ContentFile(wrong))


def address(report: Report) -> str:
    plan = report.plan
    return reverse("portal:report_pdf", args=[plan.entity.slug, plan.slug, report.kind, report.period, report.version])


@pytest.mark.parametrize("how", ["one byte", "emptied", "missing"])
def test_damaged_file_is_never_served_as_the_original_and_comes_back_byte_by_byte(client, published, how, capsys):
    before = files.read(published.file)
    damage(published, how)
    answer = client.get(address(published))
    assert answer.status_code == 503
    assert "immutable" not in answer.get("Cache-Control", "")
    assert "falta o está dañado" in answer.content.decode()
    with pytest.raises(SystemExit):
        call_command("check_files")
    assert "Dañados o perdidos: 1." in capsys.readouterr().out
    call_command("check_files", "--repair")
    assert "byte por byte" in capsys.readouterr().out
    answer = client.get(address(published))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, before)
    call_command("check_files")
    assert "Dañados o perdidos: 0." in capsys.readouterr().out


def test_copy_of_what_was_published_is_known_even_if_it_was_composed_otherwise_since(client, plan, capsys):
    report = make_published(approve(plan), content=b"%PDF-1.7 of another version of the engine")
    damage(report, "missing")
    call_command("check_files", "--repair")
    assert "el archivo es otro" in capsys.readouterr().out
    report.refresh_from_db()
    assert report.file.sha256 != report.pdf_sha256
    for code in (report.file.sha256, report.pdf_sha256, report.snapshot_sha256):
        page = client.get(reverse("portal:verify"), {"codigo": code}).content.decode()
        assert "2026-001" in page


def test_file_that_is_no_reports_is_named_and_left(entity, capsys):
    entity.shield = files.keep(b"\x89PNG")
    entity.save()
    default_storage.delete(entity.shield.name)
    with pytest.raises(SystemExit):
        call_command("check_files", "--repair")
    assert f"{entity.shield.name}: no es de un informe publicado" in capsys.readouterr().out
