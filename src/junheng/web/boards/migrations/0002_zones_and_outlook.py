"""Outlines of a kind each, for any place; and where a county would stand a year on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("collection", "0001_initial"),
        ("boards", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("outline", "county", "place"),
        migrations.AlterField(
            "outline",
            "place",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outlines",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            "outline",
            "kind",
            models.CharField(
                choices=[("borders", "边界"), ("zones", "学区")], default="borders", max_length=8
            ),
        ),
        migrations.AddConstraint(
            "outline",
            models.UniqueConstraint(fields=["place", "kind"], name="one_outline_of_a_kind"),
        ),
        migrations.CreateModel(
            name="Outlook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("data_version", models.PositiveBigIntegerField()),
                ("computed_at", models.DateTimeField()),
                ("year", models.PositiveSmallIntegerField()),
                ("verdict", models.CharField(max_length=12)),
                ("sections_fail", models.PositiveIntegerField(null=True)),
                ("balance_unmet", models.PositiveIntegerField(null=True)),
                ("payload", models.JSONField(default=dict)),
                ("problem", models.TextField(blank=True)),
                (
                    "filing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlook",
                        to="collection.filing",
                    ),
                ),
            ],
        ),
    ]
