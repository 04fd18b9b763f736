"""Customers' ratings, call-backs and complaints, and how people are told."""

from datetime import time, timedelta

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, DEMO, SECRET_KEY, env

# Where to e-mail goes: smtp+tls://user:password@host:587. Without one, nothing is sent
# and the sign-in page offers no reset; the demo prints its messages.
vars().update(
    env.email_url(
        "EMAIL_URL", default="consolemail://" if DEBUG or DEMO else "dummymail://"
    )
)
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Starhall <starhall@localhost>")

# --- Notices --------------------------------------------------------------------------

# When people are not told what can wait, until they choose otherwise; the same time
# twice means never.
_quiet = env.str("QUIET_HOURS", default="22:00-07:00").partition("-")
try:
    QUIET_HOURS = (time.fromisoformat(_quiet[0]), time.fromisoformat(_quiet[2]))
except ValueError:
    raise ImproperlyConfigured(
        "QUIET_HOURS is two times of the clock, such as 22:00-07:00."
    ) from None

# --- The customer's voice: docs/ratings.md and docs/call-backs.md ---------------------

# Marks at one counter count only so far apart, where no ticket tells visits apart.
FEEDBACK_PAD_REST = timedelta(seconds=env.int("FEEDBACK_PAD_REST_SECONDS", default=15))
# How long the pad says thank you before it asks the next customer.
FEEDBACK_PAD_THANKS_SECONDS = env.int("FEEDBACK_PAD_THANKS_SECONDS", default=4)
# What a tablet kept for longer does not count any more.
FEEDBACK_PAD_KEPT = timedelta(days=env.int("FEEDBACK_PAD_KEPT_DAYS", default=7))
# How long after its end a ticket still tells whom a mark at its counter is about.
FEEDBACK_TICKET_LASTS = timedelta(
    minutes=env.int("FEEDBACK_TICKET_LASTS_MINUTES", default=10)
)
# One phone rates one outlet once in so long.
FEEDBACK_PHONE_REST = timedelta(hours=env.int("FEEDBACK_PHONE_REST_HOURS", default=4))
# Nobody reads a mark about herself sooner than this after it was given.
FEEDBACK_OWN_AFTER = timedelta(hours=env.int("FEEDBACK_OWN_AFTER_HOURS", default=24))
# Draws whom the system asks; who knows it knows whom it will.
FEEDBACK_DRAW_SECRET = env.str("FEEDBACK_DRAW_SECRET", default="") or SECRET_KEY
# The gateway that sends rating SMS; without an address nothing is drawn or sent. The
# secret signs the replies that it hands on.
FEEDBACK_SMS_GATEWAY = env.str("FEEDBACK_SMS_GATEWAY", default="")
FEEDBACK_SMS_TOKEN = env.str("FEEDBACK_SMS_TOKEN", default="")
FEEDBACK_SMS_SECRET = env.str("FEEDBACK_SMS_SECRET", default="")
if FEEDBACK_SMS_GATEWAY and len(FEEDBACK_SMS_SECRET) < 16:
    raise ImproperlyConfigured("FEEDBACK_SMS_SECRET is 16 or more random characters.")
# How many of a hundred visits are asked, and how long a number is left alone.
FEEDBACK_SMS_PERCENT = env.int("FEEDBACK_SMS_PERCENT", default=30)
FEEDBACK_SMS_NUMBER_REST = timedelta(
    days=env.int("FEEDBACK_SMS_NUMBER_REST_DAYS", default=30)
)
FEEDBACK_SMS_AFTER = timedelta(
    minutes=env.int("FEEDBACK_SMS_AFTER_MINUTES", default=10)
)
FEEDBACK_SMS_REPLY_WITHIN = timedelta(
    hours=env.int("FEEDBACK_SMS_REPLY_WITHIN_HOURS", default=72)
)
# Also ask whether anybody asked for a good mark.
FEEDBACK_SMS_ASKS = env.bool("FEEDBACK_SMS_ASKS", default=True)
_quiet = env.str("FEEDBACK_SMS_QUIET", default="20:30-09:00").partition("-")
try:
    FEEDBACK_SMS_QUIET = (time.fromisoformat(_quiet[0]), time.fromisoformat(_quiet[2]))
except ValueError:
    raise ImproperlyConfigured(
        "FEEDBACK_SMS_QUIET is two times of the clock, such as 20:30-09:00."
    ) from None
# What is aimed at, in percent: replies to the messages sent, and satisfied replies.
FEEDBACK_REPLY_TARGET = env.int("FEEDBACK_REPLY_TARGET_PERCENT", default=15)
FEEDBACK_SATISFIED_TARGET = env.int("FEEDBACK_SATISFIED_TARGET_PERCENT", default=90)
# Call-backs of each clerk a month, drawn from the last so many days; tries of one call;
# the mark from which on, downwards, a case is opened.
FEEDBACK_CALL_SAMPLE = env.int("FEEDBACK_CALL_SAMPLE", default=5)
FEEDBACK_CALL_DAYS = env.int("FEEDBACK_CALL_DAYS", default=7)
FEEDBACK_CALL_TRIES = env.int("FEEDBACK_CALL_TRIES", default=3)
FEEDBACK_CASE_FROM = env.int("FEEDBACK_CASE_FROM_MARK", default=2)
if not 0 <= FEEDBACK_SMS_PERCENT <= 100:
    raise ImproperlyConfigured("FEEDBACK_SMS_PERCENT is 0 to 100.")
if min(FEEDBACK_CALL_DAYS, FEEDBACK_CALL_TRIES) < 1 or FEEDBACK_CALL_SAMPLE < 0:
    raise ImproperlyConfigured("FEEDBACK_CALL_… are 1 or more, the sample 0 or more.")
if not 0 <= FEEDBACK_CASE_FROM <= 3:
    raise ImproperlyConfigured("FEEDBACK_CASE_FROM_MARK is 0 to 3; 0 opens no case.")

# --- Complaints: domain.md 9.4 and 9.6 ----------------------------------------------

COMPLAINTS_CLOSE_WITHIN = timedelta(hours=env.int("COMPLAINTS_CLOSE_HOURS", default=48))
COMPLAINTS_CLOSE_WARN_AFTER = timedelta(
    hours=env.int("COMPLAINTS_CLOSE_WARN_HOURS", default=36)
)
# Local time of the outlet; the reply itself is due by its midnight.
COMPLAINTS_REPLY_WARN_AT = time(env.int("COMPLAINTS_REPLY_WARN_HOUR", default=20))
# Each further level up the path takes so much more of the closure clock.
COMPLAINTS_ESCALATE_EVERY = timedelta(
    hours=env.int("COMPLAINTS_ESCALATE_HOURS", default=24)
)
if not timedelta() < COMPLAINTS_CLOSE_WARN_AFTER <= COMPLAINTS_CLOSE_WITHIN:
    raise ImproperlyConfigured(
        "COMPLAINTS_CLOSE_WARN_HOURS is more than 0 and at most COMPLAINTS_CLOSE_HOURS."
    )
if timedelta() >= COMPLAINTS_ESCALATE_EVERY:
    raise ImproperlyConfigured("COMPLAINTS_ESCALATE_HOURS is more than 0.")
