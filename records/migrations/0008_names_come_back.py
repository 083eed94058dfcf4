from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_mail_unsubscribe"),
    ]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=200,
                verbose_name="nombre en el almacén",
            ),
        ),
    ]
