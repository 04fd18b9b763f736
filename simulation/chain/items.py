"""The items of the shipped standards, with how often an average person fails them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """`fails` and `unseen` are chances on one check of an average person."""

    code: str
    fails: float
    who: str = ""
    unseen: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A standard as it is used on the floor: one check a slot."""

    standard: str
    slot: str
    items: tuple[Item, ...]


GROOMING = Sheet(
    "GROOMING",
    "opening",
    (
        Item("G01", 0.005, note="未穿统一工装,已要求更换"),
        Item("G02", 0.022, note="工装有褶皱"),
        Item("G03", 0.019, note="工号牌未佩戴,已提醒"),
        Item("G04", 0.003),
        Item("G05", 0.002),
        Item("G06", 0.004, note="染发颜色偏浅"),
        Item("G07", 0.018, note="头发未梳理整齐"),
        Item("G08", 0.026, "F", note="长发未盘,未用统一发结"),
        Item("G09", 0.011, note="刘海过眉"),
        Item("G10", 0.006),
        Item("G11", 0.006),
        Item("G12", 0.004, "M", note="头发过长,约定本周修剪"),
        Item("G13", 0.03, "M", note="未剃须"),
        Item("G14", 0.05, "F", note="未化淡妆"),
        Item("G15", 0.01, note="涂有色指甲油"),
        Item("G16", 0.008),
        Item("G17", 0.014, note="饰物超过两件"),
    ),
)
CONDUCT = Sheet(
    "CONDUCT",
    "floor",
    (
        Item("C01", 0.034, note="站姿松散"),
        Item("C02", 0.03, note="与客户缺少目光交流"),
        Item("C03", 0.04, note="表情严肃,少微笑"),
        Item("C04", 0.02, unseen=0.05),
        Item("C05", 0.03),
        Item("C06", 0.03, note="五声服务不完整"),
        Item("C07", 0.028, note="未使用规范迎客语"),
        Item("C08", 0.04, unseen=0.03, note="送客时无送别语"),
        Item("C09", 0.07, note="忙时未做到来有迎声"),
        Item("C10", 0.014, note="用方言接待,客户听不懂"),
        Item("C11", 0.01),
        Item("C12", 0.015, note="语速偏快"),
        Item("C13", 0.004),
        Item("C14", 0.005, note="打断客户讲话"),
        Item("C15", 0.002, note="与客户发生争执"),
        Item("C16", 0.02, unseen=0.05, note="直接回答“不能办”,未说明原因"),
        Item("C17", 0.03, note="客户徘徊无人主动询问"),
        Item("C18", 0.012),
        Item("C19", 0.004),
        Item("C20", 0.05, unseen=0.08, note="未推荐新业务"),
        Item("C21", 0.004),
        Item("C22", 0.01, unseen=0.04),
        Item("C23", 0.022, unseen=0.1, note="未提醒所需证件"),
    ),
)
DISCIPLINE = Sheet(
    "DISCIPLINE",
    "floor",
    (
        Item("D01", 0.04, note="台席有水杯等私人物品"),
        Item("D02", 0.02, note="到岗晚于开门时间"),
        Item("D03", 0.004),
        Item("D04", 0.014, note="号码录入有误,已更正"),
        Item("D05", 0.001, unseen=0.04),
        Item("D06", 0.006, unseen=0.03),
        Item("D07", 0.001),
    ),
)
ENVIRONMENT = Sheet(
    "ENVIRONMENT",
    "opening",
    (
        Item("E01", 0.01),
        Item("E02", 0.02, note="墙面有污渍"),
        Item("E03", 0.02),
        Item("E04", 0.05, note="柜台杂物未清"),
        Item("E05", 0.005),
        Item("E06", 0.06, note="地面有纸屑"),
        Item("E07", 0.03, unseen=0.1, note="水渍超过5分钟才清理"),
        Item("E08", 0.05, note="宣传片未播放"),
        Item("E09", 0.05, note="宣传单页不足"),
        Item("E10", 0.06, note="一台体验机无法开机"),
        Item("E11", 0.04),
        Item("E12", 0.05, note="自助终端缺纸"),
        Item("E13", 0.01),
        Item("E14", 0.02),
        Item("E15", 0.03),
        Item("E16", 0.015, note="新资费未公示"),
    ),
)
PERSONAL = (GROOMING, CONDUCT, DISCIPLINE)
# A failed item that leaves others unjudged.
OVERRIDES = {"G12": ("G10", "G11")}
