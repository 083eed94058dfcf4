from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_shield_and_reserved_addresses")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
