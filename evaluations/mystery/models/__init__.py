from evaluations.mystery.models.appeals import (
    AppealEventKind,
    AppealGround,
    AppealStatus,
    Effect,
    VisitAppeal,
    VisitAppealEvent,
)
from evaluations.mystery.models.questionnaires import (
    QUESTION_FIELDS,
    EvidenceKind,
    QuestionKind,
    Questionnaire,
    QuestionnaireDraft,
    QuestionnaireVersion,
    Section,
    VisitQuestion,
    plans_visits,
    reads_plans,
    rule_of,
)
from evaluations.mystery.models.reports import (
    Answer,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    VisitEvidence,
)
from evaluations.mystery.models.sendings import HeldBecause, Sending
from evaluations.mystery.models.shoppers import Shopper
from evaluations.mystery.models.visits import Visit, enters_visits, handles_visits
from evaluations.mystery.models.waves import Quota, Scenario, Wave, WaveState

__all__ = [
    "QUESTION_FIELDS",
    "Answer",
    "AppealEventKind",
    "AppealGround",
    "AppealStatus",
    "Effect",
    "EvidenceKind",
    "HeldBecause",
    "QuestionKind",
    "Questionnaire",
    "QuestionnaireDraft",
    "QuestionnaireVersion",
    "Quota",
    "Report",
    "ReportActionKind",
    "ReportEvent",
    "ReportState",
    "Scenario",
    "Section",
    "Sending",
    "Shopper",
    "Visit",
    "VisitAppeal",
    "VisitAppealEvent",
    "VisitEvidence",
    "VisitQuestion",
    "Wave",
    "WaveState",
    "enters_visits",
    "handles_visits",
    "plans_visits",
    "reads_plans",
    "rule_of",
]
