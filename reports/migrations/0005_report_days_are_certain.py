from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_report_days_and_pictures")]

    operations = [
        migrations.AlterField("report", "starts_on", models.DateField(editable=False, verbose_name="desde")),
        migrations.AlterField("report", "ends_on", models.DateField(editable=False, verbose_name="hasta")),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")),
                name="report_days_in_order",
                violation_error_message="El periodo del informe termina antes de empezar.",
            ),
        ),
    ]
