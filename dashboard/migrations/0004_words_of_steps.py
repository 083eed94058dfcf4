from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0003_promises_reminded")]

    operations = [
        migrations.AlterField(
            model_name="reminded",
            name="step",
            field=models.CharField(
                choices=[
                    ("before", "antes de su día"),
                    ("next_day", "el día hábil siguiente al suyo"),
                    ("third_day", "3 días hábiles después de su día"),
                    ("seventh_day", "7 días hábiles después de su día"),
                    ("by_hand", "lo recordó planeación"),
                    ("15_before", "15 días hábiles antes de su plazo"),
                    ("5_before", "5 días hábiles antes de su plazo"),
                    ("1_before", "1 día hábil antes de su plazo"),
                    ("on_day", "el día del plazo"),
                    ("weekly", "cada semana, mientras siga vencido"),
                ],
                max_length=12,
                verbose_name="paso",
            ),
        ),
    ]
