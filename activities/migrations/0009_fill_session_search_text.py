from django.db import migrations

from records.search import fill


def forwards(apps, schema_editor):
    fill(apps.get_model("activities", "Session"), ("place", "locality", "topics"))


class Migration(migrations.Migration):
    dependencies = [("activities", "0008_session_search_text")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
