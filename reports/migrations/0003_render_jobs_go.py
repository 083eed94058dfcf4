"""What moved to the stored files and to the jobs leaves here."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_files_and_jobs_move")]
    operations = [
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, number="")
                | (
                    Q(state__in=["published", "superseded"], published_at__isnull=False, snapshot__isnull=False)
                    & Q(number__gt="", file__isnull=False, pdf_sha256__gt="", snapshot_sha256__gt="")
                ),
                name="report_published_is_complete",
                violation_error_message="Un informe publicado tiene número, fecha, datos y archivo.",
            ),
        ),
        migrations.RemoveField("report", "pdf"),
        migrations.DeleteModel("RenderJob"),
    ]
