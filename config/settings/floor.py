"""Daily checks and the customer flow of a hall."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import SECRET_KEY, env

# --- Daily checks ---------------------------------------------------------------------
# docs/tablet.md says what each of these means on the floor.

# Days within which a finding is put right where nobody names a day, and over which a
# failed item counts as repeated.
CHECKS_ACTION_DAYS = env.int("STARHALL_ACTION_DAYS", default=3)
CHECKS_REPEAT_DAYS = env.int("STARHALL_REPEAT_DAYS", default=28)

# A record that comes so long after it was seen, or on another trading day, is late.
CHECKS_LATE_AFTER = timedelta(minutes=env.int("CHECKS_LATE_MINUTES", default=60))
# How long a tablet without a connection may keep a record.
CHECKS_KEPT_ON_TABLET = timedelta(days=env.int("CHECKS_KEPT_ON_TABLET_DAYS", default=7))
# A tablet's clock is called wrong when it differs from ours by more than this.
CHECKS_CLOCK_TOLERANCE = timedelta(
    seconds=env.int("CHECKS_CLOCK_TOLERANCE_SECONDS", default=120)
)
# How long after its trading day a night shift may still record on that day's card.
CHECKS_NIGHT_GRACE = timedelta(
    minutes=env.int("CHECKS_NIGHT_GRACE_MINUTES", default=180)
)
# From the report of a spill to the confirmation that it is cleaned; longer fails.
CHECKS_SPILL_LIMIT = timedelta(minutes=env.int("CHECKS_SPILL_MINUTES", default=5))
# Trial devices working, of those installed, in percent.
CHECKS_DEVICES_TARGET = env.int("CHECKS_DEVICES_TARGET_PERCENT", default=95)
# Draws the hour of each outlet's random round; who knows it knows the hours to come.
CHECKS_DRAW_SECRET = env.str("CHECKS_DRAW_SECRET", default="") or SECRET_KEY
# What one photo may be; pixels are counted before the picture is unpacked.
CHECKS_PHOTO_MOST_BYTES = env.int("CHECKS_PHOTO_MOST_MEGABYTES", default=8) * 1024**2
CHECKS_PHOTO_MOST_PIXELS = (
    env.int("CHECKS_PHOTO_MOST_MEGAPIXELS", default=50) * 1_000_000
)
CHECKS_PHOTOS_PER_CHECK = env.int("CHECKS_PHOTOS_PER_CHECK", default=20)

# docs/honest-checking.md says what each of these means.
# An outlet is asked for live photos on one day in so many; 0 asks nobody.
CHECKS_LIVE_PHOTO_ONE_IN = env.int("CHECKS_LIVE_PHOTO_ONE_IN", default=5)
CHECKS_LIVE_PHOTO_PEOPLE = env.int("CHECKS_LIVE_PHOTO_PEOPLE", default=2)
# Seconds per person below which a card went too quickly, from how many people on.
CHECKS_QUICK_SECONDS = env.float("CHECKS_QUICK_SECONDS", default=3.0)
CHECKS_QUICK_PEOPLE = env.int("CHECKS_QUICK_PEOPLE", default=5)
# Days in a row with the same marks for everybody, and what makes all-passed strange.
CHECKS_SAME_DAYS = env.int("CHECKS_SAME_DAYS", default=5)
CHECKS_SAME_PEOPLE = env.int("CHECKS_SAME_PEOPLE", default=3)
CHECKS_OTHERS_LEAST = env.int("CHECKS_OTHERS_LEAST", default=20)
CHECKS_OTHERS_CHANCE = env.float("CHECKS_OTHERS_CHANCE", default=0.01)
# In how many of 64 bits a photo may differ from an earlier one to be the same again.
CHECKS_REUSED_BITS = env.int("CHECKS_REUSED_BITS", default=4)
CHECKS_REUSED_MONTHS = env.int("CHECKS_REUSED_MONTHS", default=3)
# Farther than this from the outlet a check was made elsewhere.
CHECKS_OFF_SITE_METRES = env.int("CHECKS_OFF_SITE_METRES", default=500)
# How long before opening and after closing a check is still made in hours.
CHECKS_HOURS_MARGIN = timedelta(
    minutes=env.int("CHECKS_HOURS_MARGIN_MINUTES", default=120)
)
# Fewest pairs from which an agreement is worked out, and checks of one re-check.
CHECKS_KAPPA_LEAST_PAIRS = env.int("CHECKS_KAPPA_LEAST_PAIRS", default=30)
CHECKS_RECHECK_PEOPLE = env.int("CHECKS_RECHECK_PEOPLE", default=5)
if min(CHECKS_LIVE_PHOTO_ONE_IN, CHECKS_LIVE_PHOTO_PEOPLE) < 0:
    raise ImproperlyConfigured("CHECKS_LIVE_PHOTO_… are 0 or more.")
if CHECKS_SAME_DAYS < 2:
    raise ImproperlyConfigured("CHECKS_SAME_DAYS is 2 or more.")

# --- Customer flow --------------------------------------------------------------------

# Staffing need: this share of the customers who come is to be served within so long.
FLOW_SERVED_WITHIN_SHARE = env.int("FLOW_SERVED_WITHIN_PERCENT", default=90) / 100
FLOW_WAIT_LIMIT_MINUTES = env.int("FLOW_WAIT_LIMIT_MINUTES", default=10)
# What every outlet's ticket desk offers; codes of `flow.desk.words`, or words of yours.
FLOW_SERVICES = env.list(
    "FLOW_SERVICES",
    default=["payment", "plan_change", "new_account", "broadband", "enquiry"],
)
# An outlet is idle that serves in less of its staffed time, and crowded where more of
# the customers called have waited over ten minutes.
FLOW_IDLE_BELOW_SHARE = env.int("FLOW_IDLE_BELOW_PERCENT", default=40) / 100
FLOW_CROWDED_ABOVE_SHARE = env.int("FLOW_CROWDED_ABOVE_PERCENT", default=10) / 100
# Services of tickets by which the queue machine says: sent on to self-service, or to an
# e-channel.
FLOW_TRIAGE_SERVICES = env.list(
    "FLOW_TRIAGE_SERVICES", default=["self-service", "e-channel"]
)
# Alerts; docs/metrics.md says what each of these means.
FLOW_PRIORITY_LIMIT_MINUTES = env.int("FLOW_PRIORITY_LIMIT_MINUTES", default=6)
FLOW_QUEUE_LIMIT = env.int("FLOW_QUEUE_LIMIT", default=15)
FLOW_NOBODY_SERVING_MINUTES = env.int("FLOW_NOBODY_SERVING_MINUTES", default=3)
FLOW_SILENT_MINUTES = env.int("FLOW_SILENT_MINUTES", default=30)
FLOW_ALERT_WEEKS = env.int("FLOW_ALERT_WEEKS", default=8)
# So long a link to what a forecast said leads to it.
FLOW_FORECASTS_KEPT_DAYS = env.int("FLOW_FORECASTS_KEPT_DAYS", default=60)
if (
    min(
        FLOW_PRIORITY_LIMIT_MINUTES,
        FLOW_QUEUE_LIMIT,
        FLOW_NOBODY_SERVING_MINUTES,
        FLOW_SILENT_MINUTES,
    )
    < 1
):
    raise ImproperlyConfigured("The limits of flow alerts are numbers from 1 on.")
if not 4 <= FLOW_ALERT_WEEKS <= 52:
    raise ImproperlyConfigured("FLOW_ALERT_WEEKS is a number of weeks, 4 to 52.")

if FLOW_FORECASTS_KEPT_DAYS < 1:
    raise ImproperlyConfigured(
        "FLOW_FORECASTS_KEPT_DAYS is a number of days from 1 on."
    )
