from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0002_reminders")]

    operations = [
        migrations.AlterField(
            model_name="reminded",
            name="step",
            field=models.CharField(
                choices=[
                    ("before", "antes del día"),
                    ("next_day", "al día siguiente"),
                    ("third_day", "a los 3 días hábiles"),
                    ("seventh_day", "a los 7 días hábiles"),
                    ("by_hand", "lo recordó planeación"),
                    ("15_before", "15 días hábiles antes"),
                    ("5_before", "5 días hábiles antes"),
                    ("1_before", "1 día hábil antes"),
                    ("on_day", "el día del plazo"),
                    ("weekly", "cada semana, mientras siga vencido"),
                ],
                max_length=12,
                verbose_name="paso",
            ),
        ),
        migrations.AlterField(
            model_name="reminderchoice",
            name="owed",
            field=models.BooleanField(default=True, verbose_name="Lo que falta reportar, explicar, enviar o cumplir"),
        ),
        migrations.AddField(
            model_name="reminded",
            name="week",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="semana"),
        ),
        migrations.RemoveConstraint(model_name="reminded", name="reminded_once"),
        migrations.AddConstraint(
            model_name="reminded",
            constraint=models.UniqueConstraint(
                fields=["person", "target_type", "target_id", "due_on", "step", "week"],
                name="reminded_once",
                violation_error_message="De eso ya se le avisó a esa persona en ese paso.",
            ),
        ),
    ]
