from django.db import migrations
from django.db.models import Sum


def forwards(apps, schema_editor):
    """Reports read the total: who was counted by group alone stood in none of them."""
    sessions = apps.get_model("activities", "Session")._base_manager
    counted = sessions.filter(attendance_total=None, attendances__people__isnull=False)
    for pk, people in counted.values_list("pk").annotate(Sum("attendances__people")).order_by():
        sessions.filter(pk=pk).update(attendance_total=people)


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_metric_of_each_source")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
