"""A report keeps the days of its period and the pictures of its pages; kinds are those of reports.documents."""

from calendar import monthrange
from datetime import date

import django.db.models.deletion
from django.db import migrations, models

import reports.documents


def fill(apps, schema_editor):
    """From its key: "2020-09" is that month, inside the plan; any other is the whole plan."""
    Report = apps.get_model("reports", "Report")
    changed = []
    for report in Report.objects.select_related("plan").defer("snapshot", "narrative").iterator():
        plan = report.plan
        report.starts_on, report.ends_on = plan.starts_on, plan.ends_on
        if report.kind == "monthly":
            first = date.fromisoformat(f"{report.period}-01")
            last = first.replace(day=monthrange(first.year, first.month)[1])
            report.starts_on, report.ends_on = max(first, plan.starts_on), min(last, plan.ends_on)
        changed.append(report)
    Report.objects.bulk_update(changed, ["starts_on", "ends_on"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_render_jobs_go"), ("records", "0002_notices_and_mail")]

    operations = [
        migrations.AlterField(
            "report",
            "kind",
            models.CharField(choices=reports.documents.choices, max_length=20, verbose_name="clase"),
        ),
        migrations.AddField("report", "starts_on", models.DateField(editable=False, null=True, verbose_name="desde")),
        migrations.AddField("report", "ends_on", models.DateField(editable=False, null=True, verbose_name="hasta")),
        migrations.CreateModel(
            "Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="archivo",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="reports.report",
                        verbose_name="informe",
                    ),
                ),
            ],
            options={
                "verbose_name": "imagen de un informe",
                "verbose_name_plural": "imágenes de un informe",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("report"),
                        models.F("file"),
                        name="picture_once_a_report",
                        violation_error_message="El informe ya tiene esa imagen.",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
