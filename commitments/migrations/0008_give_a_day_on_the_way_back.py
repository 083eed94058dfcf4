from django.db import migrations
from django.db.models import F


def give_a_day(apps, schema_editor):
    """Before this, a closed commitment had to have its day: the last that it can have been."""
    undated = apps.get_model("commitments", "Commitment").objects.exclude(closed_until=None)
    undated.update(closed_on=F("closed_until"), closed_until=None)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0007_closed_on_an_unknown_day")]
    operations = [migrations.RunPython(migrations.RunPython.noop, give_a_day)]
