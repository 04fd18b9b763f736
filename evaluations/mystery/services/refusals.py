"""Why something about a shopper or a report cannot be done right now."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from evaluations.mystery.rules.filling import Lack
from outlets.exchange.errors import DomainError


class ShopperOnRecord(DomainError):
    code = "shopper_on_record"
    message = _("Your agency already has a shopper %(code)s.")


class ShopperStopped(DomainError):
    code = "shopper_stopped"
    message = _("This shopper is stopped: let her work again first.")


class ShopperSignsIn(DomainError):
    code = "shopper_signs_in"
    message = _("This shopper already has an account.")


class NoAccount(DomainError):
    code = "shopper_no_account"
    message = _("This shopper has no account yet.")


class NoQuestions(DomainError):
    code = "report_no_questions"
    message = _("The questionnaire of this visit has no version yet.")


class WaveOver(DomainError):
    code = "report_wave_over"
    message = _("The wave is closed: no more visits are begun.")


class NotBegun(DomainError):
    code = "report_not_begun"
    message = _("Begin the visit first: its questions are fixed then.")


class BegunByShopper(DomainError):
    code = "report_begun_by_shopper"
    message = _("The shopper has begun this visit on her phone: she reports it.")


class ReportIncomplete(DomainError):
    """`lacks` say what is wrong where; `words.lack_words` says it to a person."""

    code = "report_incomplete"
    message = _("Something is missing or cannot be right. It is marked below.")

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__()
        self.lacks = tuple(lacks)


class NothingScored(DomainError):
    code = "report_nothing_scored"
    message = _("No question that counts was answered: the visit has no points.")


class EvidenceMissing(DomainError):
    """`missing` are the files that have not come yet."""

    code = "evidence_missing"
    message = _("A photo or recording has not arrived yet. Send it again.")

    def __init__(self, missing: Sequence[UUID]) -> None:
        super().__init__()
        self.missing = tuple(missing)


class EvidenceTooLarge(DomainError):
    code = "visit_evidence_too_large"
    message = _("A file may have at most %(most)d MB.")


class EvidenceUnknown(DomainError):
    code = "visit_evidence_unknown"
    message = _(
        "This file is not kept: a photo is JPEG, PNG or WebP, a receipt that or a PDF, "
        "a recording MP3, M4A, AAC, OGG, WAV, WebM or AMR."
    )


class EvidenceTooMany(DomainError):
    code = "visit_evidence_too_many"
    message = _("A report has at most %(most)d files.")


class EvidenceElsewhere(DomainError):
    code = "visit_evidence_elsewhere"
    message = _("This file belongs to another visit or question.")


class PieceOutOfPlace(DomainError):
    """`offset` is how much has come."""

    code = "piece_out_of_place"
    message = _("Send on from byte %(offset)d.")

    def __init__(self, offset: int) -> None:
        super().__init__(offset=offset)
        self.offset = offset


class WordsNeeded(DomainError):
    code = "report_words_needed"
    message = _("Say what has to be changed.")


class VisitReleased(DomainError):
    code = "report_visit_released"
    message = _("The visit is released: it stands as it is.")
