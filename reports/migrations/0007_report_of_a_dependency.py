import django.db.models.deletion
from django.db import migrations, models

SAME = "Ya existe esa versión del informe."
DRAFT = "Ya hay un borrador de ese informe: siga en él."


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_period_of_any_days"), ("accounts", "0012_trail_refuses_sql")]

    operations = [
        migrations.AddField(
            "report",
            "dependency",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="accounts.dependency",
                verbose_name="dependencia",
            ),
        ),
        migrations.RemoveConstraint("report", "report_version_unique"),
        migrations.RemoveConstraint("report", "report_one_draft"),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                models.F("plan"),
                models.F("kind"),
                models.F("period"),
                models.F("version"),
                condition=models.Q(dependency=None),
                name="report_version_unique",
                violation_error_message=SAME,
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                models.F("plan"),
                models.F("kind"),
                models.F("period"),
                models.F("dependency"),
                models.F("version"),
                name="report_version_of_dependency_unique",
                violation_error_message=SAME,
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                models.F("plan"),
                models.F("kind"),
                models.F("period"),
                condition=models.Q(dependency=None, state="draft"),
                name="report_one_draft",
                violation_error_message=DRAFT,
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                models.F("plan"),
                models.F("kind"),
                models.F("period"),
                models.F("dependency"),
                condition=models.Q(state="draft"),
                name="report_one_draft_of_dependency",
                violation_error_message=DRAFT,
            ),
        ),
    ]
