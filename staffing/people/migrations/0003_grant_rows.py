"""Give users and grants their uuids, and drop grants that never gave anything sound.

A grant whose role does not fit its scope (an agency's without an agency, a department
for one region) is removed rather than widened; so is a second grant of the same role
and scope whose days overlap: what remains holds on the days of both.
"""

import uuid

from django.db import migrations

EVERYTHING = ("hr", "operations", "administrator", "auditor")
REGION = ("regional_supervisor", "auditor")


def _fits(grant):
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        return False
    if grant.region_id is not None:
        return grant.role in REGION
    if grant.outlet_id is not None:
        return grant.role == "auditor"
    return grant.role in EVERYTHING


def _joined(grants):
    """Join overlapping grants of one scope to the days that they held together."""
    kept = None
    for grant in grants:
        if kept is None or (
            kept.ends_on is not None and grant.starts_on > kept.ends_on
        ):
            kept = grant
            continue
        if kept.ends_on is not None:
            ends = (kept.ends_on, grant.ends_on)
            kept.ends_on = None if None in ends else max(ends)
            kept.save(update_fields=["ends_on"])
        grant.delete()


def forwards(apps, schema_editor):
    for name in ("User", "RoleGrant"):
        model = apps.get_model("people", name)
        for row in model.objects.filter(uuid=None).only("pk").iterator():
            model.objects.filter(pk=row.pk).update(uuid=uuid.uuid4())
    grants = {}
    for grant in apps.get_model("people", "RoleGrant").objects.order_by(
        "starts_on", "pk"
    ):
        if not _fits(grant):
            grant.delete()
            continue
        scope = (grant.user_id, grant.role, grant.region_id, grant.outlet_id)
        grants.setdefault(scope, []).append(grant)
    for same in grants.values():
        _joined(same)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_agencies")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
