import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0007_texts_have_a_length"), ("accounts", "0012_trail_refuses_sql")]

    operations = [
        migrations.CreateModel(
            "Cutoff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nombre")),
                ("month", models.PositiveSmallIntegerField(verbose_name="mes")),
                ("day", models.PositiveSmallIntegerField(verbose_name="día")),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cutoffs",
                        to="accounts.entity",
                        verbose_name="entidad",
                    ),
                ),
            ],
            options={
                "verbose_name": "corte",
                "verbose_name_plural": "cortes",
                "ordering": ["month", "day"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("entity"),
                        models.F("month"),
                        models.F("day"),
                        name="cutoff_once_a_day",
                        violation_error_message="La entidad ya tiene un corte ese día.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(day__gte=1)
                        & (
                            models.Q(month__in=(1, 3, 5, 7, 8, 10, 12), day__lte=31)
                            | models.Q(month__in=(4, 6, 9, 11), day__lte=30)
                            | models.Q(month=2, day__lte=29)
                        ),
                        name="cutoff_is_a_day",
                        violation_error_message="Ese mes no tiene ese día.",
                    ),
                ],
            },
        )
    ]
