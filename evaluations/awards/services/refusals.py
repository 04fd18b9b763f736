"""Why something about an award cannot be done right now."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class RunNotReviewed(DomainError):
    code = "run_not_reviewed"
    message = _("Review the ranking first: winners are drawn from a reviewed run.")


class RunNotPublished(DomainError):
    code = "run_not_published"
    message = _("Publish the ranking first: a list must rest on frozen figures.")


class ListNotDraft(DomainError):
    code = "list_not_draft"
    message = _("This list has been decided already.")


class RunSuperseded(DomainError):
    code = "run_superseded"
    message = _("A newer revision has been published: draw its winners instead.")


class ListDrawnAlready(DomainError):
    code = "award_list_drawn_already"
    message = _(
        "There is a list or a round for this title and level already. Choose another."
    )


class NobodyOnTheList(DomainError):
    code = "award_round_without_candidates"
    message = _("Nobody is eligible at this level: there is nobody to nominate.")


class TitleNeedsOtherLevel(DomainError):
    code = "award_round_level"
    message = _("Outlets are ranked in county, city, province or the whole chain.")


class RoundNotOpen(DomainError):
    code = "award_round_not_open"
    message = _("This round is “%(state)s”: that cannot be done any more.")


class OutsideTheWindow(DomainError):
    code = "award_round_window"
    message = _("This was possible from %(first)s to %(last)s only.")


class ExtendsNothing(DomainError):
    code = "award_round_extends_nothing"
    message = _(
        "Choose a day that is not past and later than %(last)s, the last day now."
    )


class StillUndecided(DomainError):
    code = "award_round_undecided"
    message = _("%(count)s nominations still wait for a decision. Decide them first.")


class NominationsOpen(DomainError):
    code = "award_round_nominations_open"
    message = _(
        "Nominations can be submitted up to and including %(last)s: winners can be "
        "shown from %(first)s on."
    )


class NobodyApproved(DomainError):
    code = "award_round_without_winners"
    message = _("No nomination is approved: there is nothing to show.")


class StillOnDisplay(DomainError):
    code = "award_round_on_display"
    message = _("The winners stay on public display up to and including %(last)s.")


class ObjectionsOpen(DomainError):
    code = "award_round_objections_open"
    message = _("%(count)s objections wait for an answer. Answer them first.")


class NotInThatState(DomainError):
    code = "nomination_not_in_that_state"
    message = _(
        "This has changed meanwhile: the nomination is “%(state)s”. Reload the page."
    )


class ReasonMissing(DomainError):
    code = "nomination_reason_missing"
    message = _("Write the reason: it is told to whom it concerns.")


class ExceptionMissing(DomainError):
    code = "nomination_beyond_the_list"
    message = _(
        "%(name)s is not on the list of this round. Say in writing why an exception is "
        "made."
    )


class StarsMissing(DomainError):
    code = "nomination_stars_missing"
    message = _("Say how many stars the outlet should have, from 1 to 5.")


class StarsNotAsked(DomainError):
    code = "nomination_stars_not_asked"
    message = _("Only a Star Outlet has stars. Leave them out for this title.")


class NominatedAlready(DomainError):
    code = "nominated_already"
    message = _("%(name)s has been nominated in this round already.")


class NotRanked(DomainError):
    code = "nominee_not_ranked"
    message = _("The ranking of this round does not know whom you name. Check it.")


class NominatorLeadsNot(DomainError):
    code = "nominator_leads_not"
    message = _(
        "%(number)s does not nominate at this outlet. Name who leads it and signs in "
        "here."
    )


class NotYourself(DomainError):
    code = "nominee_is_nominator"
    message = _("Nobody nominates herself. Ask somebody else who leads the outlet.")


class CaseOpen(DomainError):
    code = "nominee_case_open"
    message = _(
        "%(name)s: %(cases)s is open. The nomination cannot move on until that is "
        "decided."
    )


class NotEligible(DomainError):
    code = "nominee_not_eligible"
    message = _("%(name)s cannot win: %(reasons)s.")


class PlacesTaken(DomainError):
    code = "award_places_taken"
    message = _("All %(places)s places of %(place)s are taken. Reject or withdraw one.")


class SeatTakenAlready(DomainError):
    code = "award_seat_taken_away"
    message = _("This seat has been taken away already.")


class NotHeld(DomainError):
    code = "award_not_held_back"
    message = _(
        "Only an award that was held back is decided by hand; this one is “%(state)s”."
    )


class CommitteeSaysNo(DomainError):
    code = "award_committee_against"
    message = _("The committee has voted against it.")


class NoQuorum(DomainError):
    code = "award_committee_no_quorum"
    message = _(
        "Only %(counted)s of the %(quorum)s ballots needed count. Who has stepped back "
        "is not among them."
    )


class InConflict(DomainError):
    code = "award_member_in_conflict"
    message = _("You have to step back here: you are too close to the nominee.")


class ObjectedAlready(DomainError):
    code = "award_objected_already"
    message = _("You have said this already; it waits for an answer.")


class NothingToObjectTo(DomainError):
    code = "award_nothing_to_object_to"
    message = _("Objections are taken while the winners are on public display.")


class NothingToAppeal(DomainError):
    code = "award_nothing_to_appeal"
    message = _(
        "You can appeal when a nomination of your own was rejected or an award taken "
        "away: up to %(days)s days after it, or after the first day of the public "
        "display where that is later."
    )


class AnsweredAlready(DomainError):
    code = "award_objection_answered"
    message = _("This has been answered already.")


class NotAwarded(DomainError):
    code = "award_not_held"
    message = _("That is for an award that stands; this one is “%(state)s”.")


class NoKey(DomainError):
    code = "certificate_key_missing"
    message = _(
        "There is no key to sign certificates with. An administrator sets "
        "CERTIFICATE_KEYS."
    )


class AboveTheLimit(DomainError):
    code = "award_bonus_above_limit"
    message = _("At most %(limit)s can be given for this title.")


class FundTooSmall(DomainError):
    code = "reward_fund_too_small"
    message = _("The fund holds %(balance)s only.")


class GivenAlready(DomainError):
    code = "award_bonus_given"
    message = _("A bonus has been given for this award already.")


class KeyUsedAlready(DomainError):
    code = "award_key_used"
    message = _(
        "This form was sent before with something else in it, which is booked; this is "
        "not. Open the form anew."
    )


class TooManyPoints(DomainError):
    code = "points_above_limit"
    message = _("At most %(limit)s points at a time, and not none.")


class NotThere(DomainError):
    code = "points_not_there"
    message = _("%(number)s did not work at one of your outlets on that day.")
