"""Why something about a red-line file cannot be done right now."""

from django.utils.translation import gettext_lazy as _

from evaluations.complaints.services.refusals import WordsMissing
from outlets.exchange.errors import DomainError

__all__ = ["WordsMissing"]

# So many signs at least say why somebody was not heard.
LEAST_WORDS = 20


class NamedAlready(DomainError):
    code = "red_line_named_already"
    message = _("The file names %(name)s already.")


class NamesHerself(DomainError):
    code = "red_line_names_herself"
    message = _("You cannot name yourself in a file that you decide on.")


class NamesSomebody(DomainError):
    code = "red_line_names_somebody"
    message = _("The file names somebody: decide about her instead.")


class SetAside(DomainError):
    code = "red_line_set_aside"
    message = _("The report was set aside. Report it anew if there is more to it.")


class EvidenceTooLarge(DomainError):
    code = "red_line_evidence_too_large"
    message = _("A piece of evidence may have at most %(most)d MB.")


class EvidenceUnknown(DomainError):
    code = "red_line_evidence_unknown"
    message = _("Evidence is a JPEG or PNG picture or a PDF. Save it as one of these.")


class PartyMoved(DomainError):
    code = "red_line_moved"
    message = _("This has changed meanwhile: “%(state)s”. Reload the page.")


class SecondPerson(DomainError):
    code = "red_line_second_person"
    message = _("You proposed this decision: somebody else has to confirm it.")


class NotHeard(DomainError):
    code = "red_line_not_heard"
    message = _(
        "She has not answered yet. Wait for her answer, or write in a sentence when "
        "she was asked and why it cannot wait."
    )


class WrongConsequence(DomainError):
    code = "red_line_wrong_consequence"
    message = _(
        "This does not go together: a breach has dismissal or expulsion for who did or "
        "ordered it, a disciplinary measure or removal for who shielded it; without a "
        "breach nothing follows."
    )
