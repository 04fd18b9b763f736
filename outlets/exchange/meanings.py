"""What kinds and columns of spreadsheets mean, in words that a reader understands.

By the column's name; by kind and column where a name means something of its own. The
order of `KINDS` is the order in which a chain loads them.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outlets.exchange.kinds import Kind

KINDS: dict[str, tuple[Promise, Promise]] = {
    "regions": (_("Regions"), _("The tree of places: province, city, county, area.")),
    "outlets": (_("Outlets"), _("Where customers are served, and when it is open.")),
    "employees": (_("Employees"), _("The frontline staff, by employee number.")),
    "assignments": (_("Assignments"), _("Who works where, from when to when.")),
    "roster": (_("Roster"), _("Who works which shift on which day.")),
    "standards": (_("Checklists"), _("The items that daily checks are made of.")),
    "checks": (_("Daily checks"), _("What a check found, item by item.")),
    "questions": (
        _("Questions"),
        _("The bank that knowledge tests are drawn from."),
    ),
    "tests": (_("Knowledge tests"), _("Results of knowledge tests.")),
    "visits": (_("Mystery visits"), _("What mystery shoppers awarded.")),
    "ratings": (_("Ratings"), _("What customers said, one row per rating.")),
    "invitations": (_("SMS invitations"), _("Who was asked by SMS, and who replied.")),
    "customer_numbers": (
        _("Customers' numbers"),
        _("Whom the system may ask by SMS or call back, one row per ticket."),
    ),
    "complaints": (_("Complaints"), _("Cases with their verdict.")),
    "tickets": (_("Tickets"), _("The queue machine's tickets with their times.")),
    "ticket_events": (
        _("Ticket events"),
        _("What happened to tickets, one event a row, from any queue machine."),
    ),
    "counts": (_("Door counts"), _("People who came in, per stretch of time.")),
    "boards": (
        _("Waiting-time boards"),
        _("Readings of a board, where the queue system gives no tickets."),
    ),
    "transactions": (_("Transactions"), _("What was done at the counter, per day.")),
    "holidays": (
        _("Holidays"),
        _("Days that are not like their weekday, in a region and all below it."),
    ),
    "targets": (_("Targets"), _("Base and challenge targets per period.")),
}

COLUMNS: dict[str, Promise] = {
    "abandoned_at": _("When the customer left without being served"),
    "address": _("Postal address"),
    "agency": _("Who carried out the visit"),
    "amount": _("Amount in yuan"),
    "answer": _(
        "Numbers of the right options, 1 or 0 for a statement, or the texts accepted, "
        "separated by |; empty where options are put in order"
    ),
    "applies_to": _("person or outlet; empty means both"),
    "arrived_at": _("When the ticket was drawn"),
    "article": _("Code of the article that says more"),
    "at": _("When the board was read"),
    "base": _("Base target"),
    "brand_store": _("1 for a brand outlet, 0 for any other"),
    "by": _("Who made the check: a name or an employee number"),
    "called_at": _("When the customer was called to a counter"),
    "case_no": _("Number of the case"),
    "category": _("What it was about, in your own words"),
    "challenge": _("Challenge target, not below the base target"),
    "channel": _("How it reached us, in your own words"),
    "class": _("Class of the outlet: A, B, C or D"),
    "closed_at": _("When the case was closed"),
    "closed_on": _("Last day of business"),
    "code": _("Code, unique and never reused"),
    "comment": _("Remark"),
    "contract": _("regular, short_term or labour_service"),
    "counter": _("Counter that the customer was called to"),
    "critical": _("1 if failing it fails the whole check"),
    "date": _("Day, as in 2026-10-31"),
    "employee_number": _("Employee number"),
    "explanation_en": _("why it is right, in English"),
    "explanation_zh": _("why it is right, in Chinese"),
    "failed": _("Codes of the failed items, separated by |"),
    "finished_at": _("When the service ended"),
    "from": _("First day there"),
    "gender": _("F, M or empty"),
    "hired_on": _("First day of employment"),
    "hours": _("Opening hours, as in Mon-Fri 09:00-18:00; Sun closed"),
    "item": _("Code of the item"),
    "kind": _("attitude, wrong_transaction or other"),
    "kpi": _("Code of the indicator"),
    "latitude": _("Latitude in degrees"),
    "left_on": _("Last day of employment"),
    "level": _("province, city, county or area"),
    "longitude": _("Longitude in degrees"),
    "minutes": _("Length of the stretch in minutes"),
    "name": _("Name of the place or the person"),
    "not_applicable": _("Codes of items that did not apply, separated by |"),
    "not_observed": _("Codes of items that were not seen, separated by |"),
    "note": _("Remark"),
    "number": _("Employee number"),
    "opened_on": _("First day of business"),
    "options_en": _("Options in English, separated by |"),
    "options_zh": _("Options in Chinese, separated by |, in the same order"),
    "out_of": _("How many points were possible"),
    "outlet_code": _("Code of the outlet"),
    "ownership": _("self_operated, cooperative, outsourced, dealer or social"),
    "parent_code": _("Code of the region above; empty at the top"),
    "people": _("How many people came in"),
    "people_waiting": _("How many people were waiting"),
    "period": _("Month, quarter or year: 2026-10, 2026-Q3, 2026"),
    "points": _("Points awarded"),
    "post": _("clerk, flow_consultant, supervisor, store_manager or account_manager"),
    "priority": _("none, elderly, weak, sick, disabled, pregnant or vip"),
    "quantity": _("How many"),
    "question": _("Code of the question"),
    "rated_at": _("When the rating was given"),
    "rater": _("Opaque key of the customer, where known"),
    "received_at": _("When the complaint came in"),
    "region_code": _("Code of the region"),
    "replied": _("1 if the customer replied, 0 if not yet"),
    "rural": _("1 for a town outlet, 0 for an urban one"),
    "score": _("Score from 0 to 100"),
    "section": _("Heading under which the item stands"),
    "sent_at": _("When the SMS was sent"),
    "service": _("What the customer came for, in your own words"),
    "shift": _("Code of the shift, or off, or leave"),
    "slot": _("Round of the day, such as opening"),
    "standard": _("Code of the checklist"),
    "start": _("When the stretch began"),
    "summary": _("What happened"),
    "taken_on": _("Day of the test"),
    "test": _("Code of the test"),
    "text_en": _("The question in English"),
    "text_zh": _("The question in Chinese"),
    "ticket_no": _("Number on the ticket"),
    "timezone": _("Time zone, as in Asia/Shanghai"),
    "title_en": _("Title in English"),
    "title_zh": _("Title in Chinese"),
    "topic": _("Code of the topic"),
    "to": _("Last day there; empty while it lasts"),
    "uuid": _("UUID that the sending system gave"),
    "verdict": _("upheld or not_upheld; empty while open"),
    "visit_no": _("Number of the visit"),
    "wait_minutes": _("Minutes that the board announced"),
    "weight": _("Weight of the item; 1 where empty"),
    "who": _("F or M if the item is for one of them only"),
    "posts": _("posts of whom it is asked, separated by |; empty for every post"),
    "slots": _("rounds in which it is asked, separated by |; empty for every round"),
    "event": _("arrive, call, start, transfer, no_show, finish or abandon"),
    "evidence": _("what a failure asks for: note, photo or either"),
    "area": _("whose responsibility it is: reception, hygiene or safety"),
    "guide_en": _("when it passes, in English"),
    "guide_zh": _("when it passes, in Chinese"),
}

OF_KIND: dict[tuple[str, str], Promise] = {
    ("checks", "score"): _("Score from 0 to 100, only where items are not known"),
    ("checks", "employee_number"): _("Employee number; empty checks the outlet"),
    ("holidays", "name"): _("Name of the day; days of one name are alike"),
    ("invitations", "channel"): _("Always sms"),
    ("customer_numbers", "date"): _("Trading day of the ticket, as in 2026-10-31"),
    ("customer_numbers", "number"): _("Telephone number, 7 to 15 digits"),
    ("questions", "kind"): _("single, multiple, true_false, fill or order"),
    ("questions", "weight"): _("Weight of the question, 1 to 10; 1 where empty"),
    ("ratings", "channel"): _("pad, qr, sms or callback"),
    ("ratings", "score"): _("Score from 1 to 5"),
    ("roster", "outlet_code"): _("Code of the outlet; empty means the usual one"),
    ("ticket_events", "at"): _("When it happened"),
    ("ticket_events", "date"): _("Trading day of the ticket, as in 2026-10-31"),
    ("ticket_events", "employee_number"): _("Employee number of who dealt with it"),
    ("transactions", "employee_number"): _("Employee number; empty: whole outlet"),
}

# Headings met in the field, for guessing; the names above are always understood.
ALIASES: dict[str, tuple[str, ...]] = {
    "address": ("地址",),
    "amount": ("金额", "amount_yuan"),
    "arrived_at": ("取号时间", "到达时间"),
    "called_at": ("叫号时间",),
    "case_no": ("工单号", "投诉编号", "case", "case number"),
    "category": ("类别", "投诉类别"),
    "channel": ("渠道",),
    "class": ("营业厅等级", "等级", "grade"),
    "code": ("编码", "代码", "id"),
    "comment": ("备注", "意见", "remark"),
    "date": ("日期", "day"),
    "employee_number": ("工号", "员工工号", "badge", "staff no", "employee no"),
    "finished_at": ("结束时间", "办结时间"),
    "from": ("开始日期", "start date"),
    "gender": ("性别", "sex"),
    "hired_on": ("入职日期", "hire date"),
    "hours": ("营业时间", "opening hours"),
    "left_on": ("离职日期",),
    "level": ("级别", "层级"),
    "name": ("名称", "姓名", "full name"),
    "number": ("工号", "员工工号", "employee number", "badge", "staff no"),
    "outlet_code": ("营业厅编码", "网点编码", "厅编码", "outlet", "store", "branch"),
    "ownership": ("经营方式", "性质"),
    "parent_code": ("上级编码", "上级区域", "parent"),
    "period": ("周期", "月份", "month"),
    "post": ("岗位", "职位", "position", "job"),
    "quantity": ("数量", "业务量", "qty"),
    "received_at": ("投诉时间", "受理时间"),
    "region_code": ("区域编码", "地区编码", "region", "county"),
    "score": ("得分", "分数", "评分"),
    "service": ("业务类型", "业务"),
    "shift": ("班次",),
    "taken_on": ("考试日期",),
    "test": ("考试编号", "试卷"),
    "ticket_no": ("票号", "排队号", "ticket"),
    "to": ("结束日期", "end date"),
    "verdict": ("认定结果",),
    "visit_no": ("暗访编号", "visit"),
}


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """A column as a page shows it."""

    name: str
    meaning: Promise
    required: bool
    is_key: bool


def label(kind: str) -> str:
    return str(KINDS[kind][0]) if kind in KINDS else kind


def meaning_of(kind: type[Kind], column: str) -> Promise:
    return OF_KIND.get((kind.name, column)) or COLUMNS[column]


def columns_in_words(kind: type[Kind]) -> list[ColumnWords]:
    return [
        ColumnWords(
            column.name,
            meaning_of(kind, column.name),
            column.required,
            column.name in kind.key_columns,
        )
        for column in kind.columns
    ]


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def guess(
    kind: type[Kind], heading: list[str], remembered: dict[str, str]
) -> dict[str, str]:
    """Return which column each heading of a file seems to mean; "" for none.

    What somebody chose before wins over what the names suggest. No column is given
    twice, so that a wrong guess is never silently merged.
    """
    names = {column.name for column in kind.columns}
    by_plain = {_plain(name): name for name in names}
    for name in sorted(names):
        words = (*ALIASES.get(name, ()), str(meaning_of(kind, name)))
        for word in words:
            by_plain.setdefault(_plain(word), name)
    taken = {name for name in heading if name in names}
    chosen: dict[str, str] = {}
    for text in heading:
        if text in names:
            chosen[text] = text
            continue
        column = remembered.get(text, by_plain.get(_plain(text), ""))
        if column not in names or column in taken:
            column = ""
        chosen[text] = column
        taken.add(column)
    return chosen
