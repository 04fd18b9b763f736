import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
        ("rankings", "0007_display"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceScheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("rules", models.JSONField()),
            ],
            options={
                "ordering": ["code", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "number"), name="place_scheme_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("head", models.TextField()),
                ("outlets", models.PositiveIntegerField()),
                ("ranked", models.PositiveIntegerField()),
                ("input_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "computed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="rankings.run",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="rankings.placescheme",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("outlet_class", models.CharField(blank=True, max_length=1)),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=5, null=True),
                ),
                ("people", models.PositiveIntegerField()),
                ("staff", models.PositiveIntegerField()),
                ("parts", models.JSONField(default=dict)),
                ("rank_county", models.PositiveIntegerField(null=True)),
                ("rank_city", models.PositiveIntegerField(null=True)),
                ("rank_province", models.PositiveIntegerField(null=True)),
                ("rank_class", models.PositiveIntegerField(null=True)),
                ("rank_all", models.PositiveIntegerField(null=True)),
                ("rank_low", models.PositiveIntegerField(null=True)),
                ("rank_high", models.PositiveIntegerField(null=True)),
                ("winner", models.BooleanField(default=False)),
                ("position", models.PositiveIntegerField()),
                ("input", models.TextField()),
                (
                    "city",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.outlet",
                    ),
                ),
                (
                    "places",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="rankings.placerun",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
            ],
            options={
                "ordering": ["places_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("places", "position"),
                        name="place_standing_position_once",
                    ),
                    models.UniqueConstraint(
                        fields=("places", "outlet"), name="place_standing_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("winner", False), ("score__isnull", False), _connector="OR"
                        ),
                        name="place_standing_winner_has_a_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegionStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("level", models.CharField(max_length=8)),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=5, null=True),
                ),
                ("outlets", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("rank", models.PositiveIntegerField(null=True)),
                ("rank_province", models.PositiveIntegerField(null=True)),
                (
                    "places",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regions",
                        to="rankings.placerun",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
            ],
            options={
                "ordering": [
                    "places_id",
                    "level",
                    models.OrderBy(models.F("rank"), nulls_last=True),
                    "region_id",
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("places", "region", "level"),
                        name="region_standing_once",
                    )
                ],
            },
        ),
    ]
