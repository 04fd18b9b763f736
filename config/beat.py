"""What Celery beat starts, and when: the clock of the whole house.

A number is so many seconds; hours are those of `TIME_ZONE`.
"""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "draw-rating-messages": {
        "task": "evaluations.feedback.tasks.draw_messages",
        "schedule": 600,
    },
    "send-rating-messages": {
        "task": "evaluations.feedback.tasks.send_messages",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "draw-call-backs": {
        "task": "evaluations.feedback.tasks.draw_calls",
        "schedule": crontab(minute="7,37"),
    },
    "forget-customers": {
        "task": "evaluations.feedback.tasks.forget_customers",
        "schedule": crontab(hour=3, minute=50),
    },
    "send-webhooks": {
        "task": "evaluations.feed.tasks.send_webhooks",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "keep-feed-day": {
        "task": "evaluations.feed.tasks.keep_feed_day",
        "schedule": crontab(minute=1),
    },
    "forget-tombstones": {
        "task": "evaluations.feed.tasks.forget_tombstones",
        "schedule": crontab(hour=3, minute=50),
    },
    "remove-expired-exports": {
        "task": "evaluations.feed.tasks.remove_expired_exports",
        "schedule": crontab(minute=25),
    },
    "settle-the-ledger": {
        "task": "evaluations.ledger.tasks.settle_yesterday",
        "schedule": 3600,
    },
    "keep-drawn-hours": {
        "task": "evaluations.checks.tasks.keep_draws",
        "schedule": 900,
    },
    "draw-live-photos": {
        "task": "evaluations.checks.tasks.draw_live_photos",
        "schedule": crontab(minute=2),
    },
    "flag-checked-days": {
        "task": "evaluations.checks.tasks.flag_checked_days",
        "schedule": crontab(hour=4, minute=20),
    },
    "prepare-knowledge-tests": {
        "task": "evaluations.knowledge.tasks.prepare_sittings",
        "schedule": crontab(minute=3),
    },
    "tell-of-knowledge-tests": {
        "task": "evaluations.knowledge.tasks.tell_of_tests",
        "schedule": crontab(minute=6),
    },
    "close-knowledge-tests": {
        "task": "evaluations.knowledge.tasks.close_sittings",
        "schedule": 300,
    },
    "escalate-complaints": {
        "task": "evaluations.complaints.tasks.escalate_cases",
        "schedule": 300,
    },
    "escalate-orders": {
        "task": "evaluations.complaints.tasks.escalate_orders",
        "schedule": 900,
    },
    "tell-of-yesterdays-complaints": {
        "task": "evaluations.complaints.tasks.tell_of_yesterday",
        "schedule": crontab(hour=7, minute=30),
    },
    "watch-volume-of-complaints": {
        "task": "evaluations.complaints.tasks.watch_volume",
        "schedule": 900,
    },
    "watch-floors": {
        "task": "outlets.flow.tasks.watch_floors",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "compare-hours": {
        "task": "outlets.flow.tasks.compare_hours",
        "schedule": crontab(minute=12),
    },
    "forecast-outlets": {
        "task": "outlets.flow.tasks.forecast_outlets",
        "schedule": crontab(hour=5, minute=10),
    },
    "lapse-past-swaps": {
        "task": "staffing.rosters.tasks.lapse_past_swaps",
        "schedule": crontab(minute=12),
    },
    "deliver-bulletins": {
        "task": "staffing.notices.tasks.deliver_bulletins",
        "schedule": crontab(hour=6, minute=5),
    },
    "remind-of-rosters": {
        "task": "staffing.rosters.tasks.remind_of_rosters",
        "schedule": crontab(hour=9, minute=0),
    },
    "clear-expired-tokens": {
        "task": "staffing.accounts.tasks.clear_expired_tokens",
        "schedule": 86400,
    },
    "keep-nothing-too-long": {
        "task": "staffing.people.tasks.apply_retention",
        "schedule": crontab(hour=3, minute=30),
    },
    "remove-expired-files": {
        "task": "staffing.people.tasks.remove_expired_files",
        "schedule": 900,
    },
    "notice-interrupted-imports": {
        "task": "outlets.exchange.tasks.notice_interrupted_imports",
        "schedule": 300,
    },
    "delete-old-import-files": {
        "task": "outlets.exchange.tasks.delete_old_import_files",
        "schedule": 24 * 3600,
    },
}
