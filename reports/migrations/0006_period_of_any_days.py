from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_report_days_are_certain")]

    operations = [
        migrations.AlterField("report", "period", models.CharField(max_length=24, verbose_name="periodo")),
    ]
