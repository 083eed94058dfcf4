from django.db import migrations

from records.search import fill


def forwards(apps, schema_editor):
    fill(apps.get_model("activities", "Activity"), ("number", "name"))


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_activity_search_text")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
