"""Rounds and nominations, what comes of them, and what is said against it."""

from evaluations.awards.models.certificates import Certificate, CertificateQuerySet
from evaluations.awards.models.giving import (
    Account,
    Bonus,
    Fund,
    FundLine,
    LineChanged,
    PointLine,
)
from evaluations.awards.models.lists import (
    OUTLET_TITLES,
    Award,
    AwardList,
    AwardState,
    Level,
    ListStatus,
    OutletAward,
    Title,
    lasting_id,
)
from evaluations.awards.models.nominations import (
    Ballot,
    BallotChoice,
    Conflict,
    Nomination,
    NominationState,
    Step,
    StepChanged,
    StepKind,
)
from evaluations.awards.models.objections import (
    Objection,
    ObjectionKind,
    ObjectionState,
)
from evaluations.awards.models.orders import NominationOrder
from evaluations.awards.models.rounds import (
    Candidate,
    Extension,
    ExtensionChanged,
    Member,
    Round,
    RoundState,
)

__all__ = [
    "Account",
    "Award",
    "AwardList",
    "AwardState",
    "Ballot",
    "BallotChoice",
    "Bonus",
    "Candidate",
    "Certificate",
    "CertificateQuerySet",
    "Conflict",
    "Extension",
    "ExtensionChanged",
    "Fund",
    "FundLine",
    "Level",
    "LineChanged",
    "ListStatus",
    "Member",
    "Nomination",
    "NominationOrder",
    "NominationState",
    "OUTLET_TITLES",
    "Objection",
    "ObjectionKind",
    "ObjectionState",
    "OutletAward",
    "PointLine",
    "Round",
    "RoundState",
    "Step",
    "StepChanged",
    "StepKind",
    "Title",
    "lasting_id",
]
