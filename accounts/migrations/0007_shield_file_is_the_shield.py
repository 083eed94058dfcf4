"""The name of a shield's file gives way to the stored file."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_shield_is_a_stored_file")]
    operations = [
        migrations.RemoveField("entity", "shield"),
        migrations.RenameField("entity", "shield_file", "shield"),
    ]
