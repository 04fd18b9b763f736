"""The KPIs that come with the product; others are made on the page."""

from django.db import migrations

SHIPPED = (
    ("volume_per_head", "Volume per head", "人均服务量", "per_capita", ""),
    (
        "flagship_share",
        "Flagship-brand new-number share",
        "全球通放号比例",
        "ratio_cliff",
        "%",
    ),
    (
        "third_party_index",
        "Third-party satisfaction index",
        "第三方满意度指数",
        "index",
        "",
    ),
    (
        "competitor_lead",
        "Lead over the best competitor",
        "竞争对手领先程度",
        "lead",
        "",
    ),
)


def add(apps, schema_editor):
    definitions = apps.get_model("targets", "KpiDefinition").objects
    for code, english, chinese, kind, unit in SHIPPED:
        definitions.get_or_create(
            code=code,
            defaults={
                "name_en": english,
                "name_zh": chinese,
                "kind": kind,
                "unit": unit,
            },
        )


def remove(apps, schema_editor):
    codes = [code for code, *_rest in SHIPPED]
    definitions = apps.get_model("targets", "KpiDefinition").objects
    definitions.filter(code__in=codes, values=None).delete()


class Migration(migrations.Migration):
    dependencies = [("targets", "0003_kpis")]

    operations = [migrations.RunPython(add, remove)]
