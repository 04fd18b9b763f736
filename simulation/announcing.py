"""An announcement of the demo's region, which some have confirmed and some have not."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from outlets.places.models import Outlet, Region
from staffing.notices.models import Bulletin, Notice
from staffing.notices.services.bulletins import Draft, publish_bulletin
from staffing.people.models import User

DAYS = 14
# Every third person has confirmed; of the demo's own outlet nobody has.
CONFIRMED = 3


def announce(*, by: User, region: Region, home: Outlet) -> Bulletin:
    """Publish it to the region; doing so twice publishes once."""
    today = timezone.localdate()
    draft = Draft(
        uuid=uuid5(NAMESPACE_URL, "starhall-demo-announcement"),
        title_en="Originals of identity documents, from today on",
        title_zh="即日起一律查验证件原件",
        body_en=(
            "Every counter position asks for the original of the identity document; "
            "a proxy brings both originals and a letter of authority.\n\n"
            "Missing, expired or other people's documents are not processed."
        ),
        body_zh=(
            "所有台席一律查验身份证件原件；代办须携带双方原件和授权书。\n\n"
            "证件缺失、过期或冒用他人证件的，不得办理。"
        ),
        region=region,
        outlets=[],
        posts=[],
        asks=True,
        due_on=today + timedelta(days=DAYS // 2),
        shown_from=today,
        shown_until=today + timedelta(days=DAYS),
    )
    bulletin = publish_bulletin(draft=draft, by=by)
    now = timezone.now()
    told = Notice.objects.filter(bulletin=bulletin)
    # A demo is looked at in the middle of the night as well.
    told.update(sent_at=now, appears_at=now)
    keys = list(told.exclude(outlet=home).order_by("pk").values_list("pk", flat=True))
    told.filter(pk__in=keys[::CONFIRMED]).update(read_at=now, acknowledged_at=now)
    return bulletin
