"""A report's PDF becomes a stored file, and its render jobs become jobs; the bytes stay where they are."""

import django.db.models.deletion
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import migrations, models
from django.utils import timezone

PURPOSES = {"preview": "report.preview", "publish": "report.publish"}
SAME = ("requested_by_id", "state", "progress", "step", "attempt", "lease_until", "error", "finished_at")


def keep_files(apps, schema_editor):
    StoredFile = apps.get_model("records", "StoredFile")
    for report in apps.get_model("reports", "Report").objects.exclude(pdf="").only("pdf", "pdf_sha256").iterator():
        name = report.pdf.name
        # A lost file keeps its row: the report says that it is lost, and can be rendered again.
        size = default_storage.size(name) if default_storage.exists(name) else 0
        report.file, _created = StoredFile.objects.get_or_create(
            sha256=report.pdf_sha256, defaults={"size": size, "name": name, "kept_at": timezone.now()}
        )
        report.save(update_fields=["file"])


def name_files(apps, schema_editor):
    Report = apps.get_model("reports", "Report")
    for report in Report.objects.exclude(file=None).select_related("file").only("file").iterator():
        report.pdf = report.file.name
        report.save(update_fields=["pdf"])


def move_jobs(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Job = apps.get_model("records", "Job")
    kind, _created = ContentType.objects.get_or_create(app_label="reports", model="report")
    for old in apps.get_model("reports", "RenderJob").objects.select_related("report__plan").iterator():
        job = Job.objects.create(
            kind=PURPOSES[old.purpose],
            entity_id=old.report.plan.entity_id,
            target_type=kind,
            target_id=old.report_id,
            language=settings.LANGUAGE_CODE,
            **{name: getattr(old, name) for name in SAME},
        )
        Job.objects.filter(pk=job.pk).update(requested_at=old.requested_at)


def move_jobs_back(apps, schema_editor):
    RenderJob = apps.get_model("reports", "RenderJob")
    purposes = {kind: purpose for purpose, kind in PURPOSES.items()}
    for job in apps.get_model("records", "Job").objects.filter(kind__in=purposes).exclude(state="cancelled"):
        old = RenderJob.objects.create(
            purpose=purposes[job.kind], report_id=job.target_id, **{name: getattr(job, name) for name in SAME}
        )
        RenderJob.objects.filter(pk=old.pk).update(requested_at=job.requested_at)
        job.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("records", "0001_stored_files_origins_and_jobs"),
        ("reports", "0001_what_is_reported"),
    ]
    operations = [
        migrations.RemoveConstraint("report", "report_published_is_complete"),  # it names the column that goes
        migrations.AddField(
            "report",
            "file",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.storedfile",
                verbose_name="PDF",
            ),
        ),
        migrations.RunPython(keep_files, name_files),
        migrations.RunPython(move_jobs, move_jobs_back),
    ]
