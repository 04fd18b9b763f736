"""Discipline at the post, and the local items that a company may add."""

from django.utils.translation import gettext_noop

from evaluations.standards.rules import PERSON
from evaluations.standards.shipped.shape import ShippedItem, ShippedStandard

AT_THE_POST = gettext_noop("At the post")
CARE = gettext_noop("Care with customers' business")
LOCAL_RULES = gettext_noop("Local rules")

DISCIPLINE = ShippedStandard(
    "DISCIPLINE",
    "Discipline",
    "岗位纪律",
    PERSON,
    "floor",
    True,
    (
        ShippedItem(
            "D01",
            AT_THE_POST,
            "tangibles",
            "No private things on the counter",
            "台席无私人物品",
            "Nothing private lies on the counter position.",
            "台席上不摆放私人物品。",
        ),
        ShippedItem(
            "D02",
            AT_THE_POST,
            "reliability",
            "Open on time",
            "准时到岗营业",
            "Present and open for business on time.",
            "按时到岗，准时营业。",
        ),
        ShippedItem(
            "D03",
            AT_THE_POST,
            "reliability",
            "Company rules applied",
            "执行公司规定",
            "Company rules are known and applied without local deviation.",
            "熟知并执行公司规定，不自行变通。",
        ),
        ShippedItem(
            "D04",
            CARE,
            "reliability",
            "Careful keying",
            "业务录入准确",
            "Numbers and services are keyed with care and read back.",
            "号码与业务录入仔细，逐项核对。",
        ),
        ShippedItem(
            "D05",
            CARE,
            "assurance",
            "Nothing without confirmation",
            "未经确认不办理",
            "Nothing is activated or changed without the customer's confirmation.",
            "未经客户确认，不开通、不变更任何业务。",
            critical=True,
        ),
        ShippedItem(
            "D06",
            CARE,
            "assurance",
            "Identity checked",
            "核验证件",
            "Identity documents are checked wherever the business requires it.",
            "按规定核验客户身份证件。",
        ),
        ShippedItem(
            "D07",
            CARE,
            "assurance",
            "Customer data protected",
            "保护客户信息",
            "Customer information is neither looked up nor disclosed without need.",
            "无业务需要不查询、不泄露客户信息。",
            critical=True,
        ),
    ),
)

DISCIPLINE_LOCAL = ShippedStandard(
    "DISCIPLINE_LOCAL",
    "Discipline, local items",
    "岗位纪律（本地项）",
    PERSON,
    "floor",
    False,
    (
        ShippedItem(
            "D51",
            LOCAL_RULES,
            "reliability",
            "No late arrival",
            "不迟到",
            "At the post when the shift begins.",
            "班次开始时已在岗。",
            local=True,
        ),
        ShippedItem(
            "D52",
            LOCAL_RULES,
            "reliability",
            "Does not leave the post unannounced",
            "不擅自离岗",
            "Leaves the post only after telling somebody.",
            "离岗前告知同事或值班负责人。",
            local=True,
        ),
        ShippedItem(
            "D53",
            LOCAL_RULES,
            "responsiveness",
            "No private phone use",
            "不使用私人手机",
            "The private phone stays away while at the post.",
            "在岗期间不使用私人手机。",
            local=True,
        ),
        ShippedItem(
            "D54",
            LOCAL_RULES,
            "tangibles",
            "No eating at the counter",
            "台席不进食",
            "Food is eaten in the break, away from the counter.",
            "不在台席吃东西，用餐在休息时间进行。",
            local=True,
        ),
        ShippedItem(
            "D55",
            LOCAL_RULES,
            "responsiveness",
            "No chatting while customers wait",
            "客户等候时不闲聊",
            "Private talk waits until no customer does.",
            "有客户等候时不闲聊。",
            local=True,
        ),
    ),
)
