from django.db import migrations

from records.search import fill


def forwards(apps, schema_editor):
    fill(apps.get_model("commitments", "Commitment"), ("code", "text", "instance"))


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_commitment_search_text")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
