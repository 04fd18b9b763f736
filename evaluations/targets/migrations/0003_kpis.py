import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
        ("targets", "0002_target_uuid"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KpiDefinition",
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
                (
                    "code",
                    models.CharField(max_length=40, unique=True, verbose_name="code"),
                ),
                (
                    "name_en",
                    models.CharField(max_length=80, verbose_name="English name"),
                ),
                (
                    "name_zh",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="Chinese name"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ratio_cliff", "ratio with a cliff"),
                            ("per_capita", "volume per head"),
                            ("base_challenge", "base and challenge target"),
                            ("weak_point", "weak point"),
                            ("index", "third-party index"),
                            ("lead", "lead over the best competitor"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit"),
                ),
                ("lower", models.PositiveIntegerField(default=6000)),
                ("lower_score", models.PositiveIntegerField(default=9000)),
                ("upper", models.PositiveIntegerField(default=9000)),
                ("upper_score", models.PositiveIntegerField(default=10000)),
                ("below_score", models.PositiveIntegerField(default=0)),
                ("overall_share", models.PositiveIntegerField(default=5000)),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="targets.kpidefinition",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="KpiValue",
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
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("month", models.CharField(max_length=7)),
                ("ends_on", models.DateField()),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField(blank=True, null=True)),
                ("score", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("entered", "entered by hand"),
                            ("computed", "computed from transactions"),
                        ],
                        default="entered",
                        max_length=8,
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("pending", models.BooleanField(default=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="targets.kpidefinition",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kpi_values",
                        to="places.outlet",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kpi_values",
                        to="places.region",
                    ),
                ),
            ],
            options={
                "ordering": ["-ends_on", "kpi", "id"],
            },
        ),
        migrations.CreateModel(
            name="MonthWeight",
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
                ("year", models.PositiveSmallIntegerField()),
                ("month", models.PositiveSmallIntegerField()),
                ("weight", models.PositiveIntegerField()),
                (
                    "kpi",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weights",
                        to="targets.kpidefinition",
                    ),
                ),
            ],
            options={
                "ordering": ["kpi", "year", "month"],
            },
        ),
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("lower__lt", models.F("upper"))),
                name="kpi_lower_below_upper",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overall_share__lte", 10000),
                    ("upper_score__lte", 10000),
                    ("lower_score__lte", models.F("upper_score")),
                    ("below_score__lte", models.F("lower_score")),
                ),
                name="kpi_scores_rise_to_100",
            ),
        ),
        migrations.AddIndex(
            model_name="kpivalue",
            index=models.Index(fields=["ends_on", "kpi"], name="kpi_value_month"),
        ),
        migrations.AddConstraint(
            model_name="kpivalue",
            constraint=models.UniqueConstraint(
                models.F("kpi"),
                models.F("month"),
                django.db.models.functions.comparison.Coalesce("outlet", 0),
                django.db.models.functions.comparison.Coalesce("region", 0),
                name="kpi_value_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpivalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outlet__isnull", False), ("region", None)),
                    models.Q(("outlet", None), ("region__isnull", False)),
                    _connector="OR",
                ),
                name="kpi_value_has_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpivalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score", None), ("score__lte", 10000), _connector="OR"
                ),
                name="kpi_value_score_up_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthweight",
            constraint=models.UniqueConstraint(
                fields=("kpi", "year", "month"), name="month_weight_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthweight",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("month__gte", 1), ("month__lte", 12), ("weight__lte", 10000)
                ),
                name="month_weight_is_of_a_month",
            ),
        ),
    ]
