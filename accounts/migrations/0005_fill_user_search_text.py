from django.db import migrations

from records.search import fill


def forwards(apps, schema_editor):
    fill(apps.get_model("accounts", "User"), ("full_name", "email"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_user_search_text")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
