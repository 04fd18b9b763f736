"""Knowledge tests and mystery shopping."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

# --- Knowledge tests: domain.md 8.1 and docs/knowledge.md -----------------------------

# What passes, in points of 100, where the blueprint of a post does not say otherwise.
KNOWLEDGE_PASS_MARK = env.int("KNOWLEDGE_PASS_MARK", default=80)
if not 0 <= KNOWLEDGE_PASS_MARK <= 100:
    raise ImproperlyConfigured("KNOWLEDGE_PASS_MARK is 0 to 100.")
# So many days before Sunday, the last day, who has not begun is reminded; 0: never.
KNOWLEDGE_REMIND_DAYS = env.int("KNOWLEDGE_REMIND_DAYS", default=1)
if not 0 <= KNOWLEDGE_REMIND_DAYS <= 6:
    raise ImproperlyConfigured("KNOWLEDGE_REMIND_DAYS is 0 to 6.")
# Figures of questions: over so many weeks, flagged from so many answers on.
KNOWLEDGE_FIGURES_WEEKS = env.int("KNOWLEDGE_FIGURES_WEEKS", default=26)
KNOWLEDGE_FIGURES_LEAST = env.int("KNOWLEDGE_FIGURES_LEAST", default=30)
# Too hard below, too easy above so many right of 100; and the discrimination, in
# hundredths, below which a question does not tell strong from weak.
KNOWLEDGE_TOO_HARD = env.int("KNOWLEDGE_TOO_HARD_PERCENT", default=20)
KNOWLEDGE_TOO_EASY = env.int("KNOWLEDGE_TOO_EASY_PERCENT", default=95)
KNOWLEDGE_TOO_WEAK = env.int("KNOWLEDGE_TOO_WEAK_HUNDREDTHS", default=10)
if min(KNOWLEDGE_FIGURES_WEEKS, KNOWLEDGE_FIGURES_LEAST) < 1:
    raise ImproperlyConfigured("KNOWLEDGE_FIGURES_WEEKS and …_LEAST are 1 or more.")
if not 0 <= KNOWLEDGE_TOO_HARD <= KNOWLEDGE_TOO_EASY <= 100:
    raise ImproperlyConfigured(
        "KNOWLEDGE_TOO_HARD_PERCENT and …_TOO_EASY_PERCENT are 0 to 100, hard first."
    )
if not 0 <= KNOWLEDGE_TOO_WEAK <= 100:
    raise ImproperlyConfigured("KNOWLEDGE_TOO_WEAK_HUNDREDTHS is 0 to 100.")

# --- Mystery shopping: domain.md 8.5 and docs/mystery.md -----------------------------

# Working days: to appeal after the release of a visit, and to decide on an appeal.
MYSTERY_APPEAL_DAYS = env.int("MYSTERY_APPEAL_DAYS", default=5)
MYSTERY_DECIDE_DAYS = env.int("MYSTERY_DECIDE_DAYS", default=5)
# A report that comes so many days after the last planned one is not late; one that
# comes later is taken.
MYSTERY_SLACK_DAYS = env.int("MYSTERY_SLACK_DAYS", default=3)
# Evidence that a shopper brings: its size, and how much of it one report has.
MYSTERY_EVIDENCE_MOST_BYTES = (
    env.int("MYSTERY_EVIDENCE_MOST_MEGABYTES", default=30) * 1024**2
)
MYSTERY_EVIDENCE_MOST = env.int("MYSTERY_EVIDENCE_MOST", default=20)
if MYSTERY_SLACK_DAYS < 0:
    raise ImproperlyConfigured("MYSTERY_SLACK_DAYS is 0 or more.")
# What the planner takes for granted, in points of 100: how far shoppers differ in
# severity, outlets in what they are, and two visits to one outlet by one shopper.
MYSTERY_SEVERITY_SD = env.float("MYSTERY_SEVERITY_SD", default=8.0)
MYSTERY_OUTLET_SD = env.float("MYSTERY_OUTLET_SD", default=10.0)
MYSTERY_VISIT_SD = env.float("MYSTERY_VISIT_SD", default=8.0)
# An outlet's own checks are far kinder than visitors from this many spreads above the
# usual difference on, among outlets with this many visits or more.
MYSTERY_KINDER_VISITS = env.int("MYSTERY_KINDER_VISITS", default=3)
MYSTERY_KINDER_SPREADS = env.float("MYSTERY_KINDER_SPREADS", default=3.0)
if MYSTERY_KINDER_VISITS < 1 or MYSTERY_KINDER_SPREADS <= 0:
    raise ImproperlyConfigured("MYSTERY_KINDER_… are above 0.")
if min(MYSTERY_APPEAL_DAYS, MYSTERY_DECIDE_DAYS) < 1:
    raise ImproperlyConfigured("MYSTERY_APPEAL_DAYS and …_DECIDE_DAYS are 1 or more.")
if min(MYSTERY_SEVERITY_SD, MYSTERY_OUTLET_SD, MYSTERY_VISIT_SD) <= 0:
    raise ImproperlyConfigured("MYSTERY_…_SD are above 0.")
