"""The identifier of a plan, empty at first: 0004 fills it, 0005 requires it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_group_aliases")]

    operations = [
        migrations.AddField("plan", "uid", models.UUIDField(verbose_name="identificador", null=True, editable=False)),
    ]
