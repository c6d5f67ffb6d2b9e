"""What enterprises do and how they are called."""

from dataclasses import dataclass
from random import Random

from infra.seed.draws import pick, words


@dataclass(frozen=True, slots=True)
class Trade:
    """A division of the industry classification, the word for it in names, needed in any case?"""

    code: str
    word: str
    essential: bool = False


INDUSTRIES: dict[str, tuple[Trade, ...]] = {
    "INDUSTRIAL": (
        Trade("22", "纸业"),
        Trade("22", "造纸"),
        Trade("38", "线缆"),
        Trade("38", "电器"),
        Trade("39", "通信器材"),
        Trade("34", "机械"),
        Trade("33", "五金"),
        Trade("33", "金属制品"),
        Trade("35", "装备"),
        Trade("36", "汽车零部件"),
        Trade("26", "化工"),
        Trade("29", "塑料制品"),
        Trade("30", "建材"),
        Trade("17", "纺织"),
        Trade("18", "服饰"),
        Trade("24", "体育用品"),
        Trade("21", "家具"),
        Trade("14", "食品", essential=True),
        Trade("27", "药业", essential=True),
    ),
    "SERVICE": (
        Trade("51", "贸易"),
        Trade("51", "商贸"),
        Trade("54", "物流", essential=True),
        Trade("59", "仓储"),
        Trade("64", "网络科技"),
        Trade("65", "信息技术"),
        Trade("70", "置业"),
        Trade("72", "企业管理"),
        Trade("72", "人力资源"),
        Trade("74", "工程设计"),
        Trade("78", "环境服务", essential=True),
        Trade("82", "保洁"),
        Trade("84", "门诊部", essential=True),
        Trade("88", "文化创意"),
    ),
    "CONSTRUCTION": (
        Trade("47", "建筑工程"),
        Trade("48", "市政工程"),
        Trade("49", "安装工程"),
        Trade("50", "装饰工程"),
    ),
    "AGRICULTURE": (
        Trade("01", "蔬菜", essential=True),
        Trade("01", "茶叶"),
        Trade("02", "竹笋"),
        Trade("03", "养殖", essential=True),
        Trade("04", "水产"),
    ),
    "MERCHANT": (
        Trade("52", "超市", essential=True),
        Trade("52", "药店", essential=True),
        Trade("52", "服装店"),
        Trade("52", "五金店"),
        Trade("52", "手机店"),
        Trade("52", "水果店"),
        Trade("62", "小吃店"),
        Trade("62", "面馆"),
        Trade("62", "饭店"),
        Trade("61", "民宿"),
        Trade("80", "理发店"),
        Trade("80", "洗衣店"),
        Trade("81", "汽车修理店"),
        Trade("81", "家电维修部"),
        Trade("90", "棋牌室"),
    ),
}
STYLES = "恒宏鑫华富春登江源盛泰永佳瑞祥兴隆金星龙飞东明正万天海新安和"
ENDINGS = "达丰通源利发昌顺康洲鹏友联泽宇辉成邦力信"
FAMILIES = words("老王 阿芳 小李 孙记 何记 徐家 阿土 金凤 永庆 文华 阿平 丽丽 国强 春燕 大江 老街")


def style_name(random: Random, trade: Trade, kind: str, town: str) -> str:
    """Return a name as enterprises of its kind bear it."""
    style = pick(random, STYLES) + pick(random, ENDINGS)
    if kind == "MERCHANT":
        return f"富阳区{town}{pick(random, FAMILIES)}{style}{trade.word}"
    if kind == "AGRICULTURE":
        return f"杭州富阳{style}{trade.word}专业合作社"
    return f"杭州{'富阳' if random.random() < 0.5 else ''}{style}{trade.word}有限公司"
