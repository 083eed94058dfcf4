from django.db import migrations, models


def forwards(apps, schema_editor):
    """Of those brought before, the deadline of the one that each comes from, the first plans before."""
    commitments = apps.get_model("commitments", "Commitment")._base_manager
    brought = commitments.exclude(carried_from=None).select_related("carried_from").order_by("plan__starts_on", "pk")
    for commitment in brought.iterator():
        before = commitment.carried_from
        first = commitments.values_list("first_due_on", flat=True).get(pk=before.pk) or before.due_on
        commitments.filter(pk=commitment.pk).update(first_due_on=first)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0012_fill_codes")]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="first_due_on",
            field=models.DateField(
                editable=False,
                help_text="De uno que viene de otro plan: el que se dijo a la ciudadanía cuando se adquirió.",
                null=True,
                verbose_name="primer plazo",
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
