"""Why something about a project or a contest cannot be done right now."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class WorksNowhere(DomainError):
    code = "project_without_outlet"
    message = _("You work at no such outlet today: a suggestion belongs to an outlet.")


class ProjectMoved(DomainError):
    code = "project_moved"
    message = _("The project is “%(state)s”: that cannot be done now. Reload the page.")


class ReasonNeeded(DomainError):
    code = "project_reason_missing"
    message = _("Write why in a few words: whoever reads it later has nothing else.")


class ScoreOutOfRange(DomainError):
    code = "project_score_range"
    message = _("A score lies between 0 and 10, with at most one decimal.")


class MonthNotScored(DomainError):
    code = "project_month_not_scored"
    message = _("%(month)s has no score yet. Score it first.")


class ScoredAlready(DomainError):
    code = "project_scored_already"
    message = _(
        "%(month)s is scored already, and a score is never rewritten. Correct it, with "
        "a reason."
    )


class MonthClosed(DomainError):
    code = "project_month_closed"
    message = _("%(month)s is closed: no first score is given to it any more.")


class OutsideTheMonths(DomainError):
    code = "project_month_outside"
    message = _("Score a month from %(first)s to %(last)s.")


class FileTooLarge(DomainError):
    code = "project_file_too_large"
    message = _("A file may have at most %(most)d MB.")


class FileUnknown(DomainError):
    code = "project_file_unknown"
    message = _("A file is a JPEG or PNG picture or a PDF. Save it as one of these.")


class TooManyFiles(DomainError):
    code = "project_too_many_files"
    message = _("A project takes at most %(most)d files.")


class ContestMoved(DomainError):
    code = "contest_moved"
    message = _("The contest is “%(state)s”: that cannot be done now. Reload the page.")


class OutsideTheWindow(DomainError):
    code = "contest_window"
    message = _("This is possible from %(first)s to %(last)s only.")


class WindowsCrossed(DomainError):
    code = "contest_windows_crossed"
    message = _(
        "The days must follow each other: entries first, then the contest and the "
        "judging, which ends on the day of the contest or later."
    )


class NoDisciplines(DomainError):
    code = "contest_without_disciplines"
    message = _("Name at least one discipline with its maximum marks.")


class NotForHer(DomainError):
    code = "contest_not_for_her"
    message = _("%(number)s works today at no outlet that you may enter here.")


class EnteredAlready(DomainError):
    code = "contest_entered_already"
    message = _("%(number)s is entered already.")


class TooCloseToJudge(DomainError):
    code = "contest_judge_too_close"
    message = _(
        "%(judge)s competes, works at a contestant's outlet or leads one: somebody "
        "else has to judge."
    )


class NothingToJudge(DomainError):
    code = "contest_without_people"
    message = _("There have to be two contestants, and a judge where judges mark.")


class MarkOutOfRange(DomainError):
    code = "contest_mark_range"
    message = _("“%(discipline)s” takes marks from 0 to %(most)d, with one decimal.")


class MarksMissing(DomainError):
    code = "contest_marks_missing"
    message = _("%(count)d marks are missing. Results are released when all are in.")
