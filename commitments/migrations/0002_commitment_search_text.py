from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_what_we_owe")]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
