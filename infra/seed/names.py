"""Invented names: common surnames of the region and given names of their time."""

from functools import cache
from random import Random

from infra.seed.draws import pick

SURNAMES_COMMON = "王李张陈孙何章徐周吴"  # each counts five times in the draw
SURNAMES = (
    "俞夏陆朱胡沈蒋汪叶金盛董方杨郑钱倪裘许楼羊骆邵赵黄林郭潘谢程"
    "姚洪丁余傅华申申屠唐冯袁凌柴喻包施罗马高宋江史祝鲍汤戴童柳孔"
)
OLD_UNTIL, MIDDLE_UNTIL = 1965, 1989

FIRST = {
    ("OLD", "MALE"): "国建志德金水荣根祥土柏关洪加炳阿文永",
    ("OLD", "FEMALE"): "秀桂兰美金水月雪素彩玉春凤阿爱菊杏仙",
    ("MIDDLE", "MALE"): "建国伟志海永晓立军小文华利红成明东学",
    ("MIDDLE", "FEMALE"): "丽晓小红海燕雪爱亚春利文慧静敏玲美华",
    ("YOUNG", "MALE"): "子浩宇梓俊逸嘉奕皓铭晨佳泽思文天博睿",
    ("YOUNG", "FEMALE"): "欣雨梓诗思佳怡可语若心沐依嘉雅芷艺晨",
}
SECOND = {
    ("OLD", "MALE"): "生法根林明华荣庆良祥兴标土松泉贤元富",
    ("OLD", "FEMALE"): "英珍娣花娟仙凤芬琴妹香莲云芳珠菊红兰",
    ("MIDDLE", "MALE"): "平强军锋勇峰良斌华刚忠伟波杰民飞江东",
    ("MIDDLE", "FEMALE"): "芳萍燕琴芬娟霞英飞萍君群红丹珍洁波云",
    ("YOUNG", "MALE"): "轩豪涵杰宇泽辰阳航睿然恒熙霖瑞翔凯桐",
    ("YOUNG", "FEMALE"): "涵怡萱彤妍琪悦婷欣瑶晗菲颖宁诺琳蕾汐",
}
SINGLE = {"OLD": "", "MIDDLE": "伟强军勇斌峰杰刚芳燕萍霞静敏丽琴", "YOUNG": "涵轩睿晨宇欣怡悦琪妍"}


@cache
def surnames() -> tuple[str, ...]:
    """Return the surnames, the common ones several times."""
    compound = ("申屠", "欧阳", "诸葛")
    return (*SURNAMES_COMMON * 5, *SURNAMES.replace("申屠", ""), *compound)


@cache
def given_names(era: str, sex: str) -> tuple[str, ...]:
    """Return the given names of an era: mostly two characters, some one."""
    double = [a + b for a in FIRST[era, sex] for b in SECOND[era, sex] if a != b]
    return (*double, *SINGLE[era] * 2)


def era_of(birth_year: int) -> str:
    """Return the era whose names a year's children got."""
    if birth_year <= OLD_UNTIL:
        return "OLD"
    return "MIDDLE" if birth_year <= MIDDLE_UNTIL else "YOUNG"


def any_name(random: Random, birth_year: int) -> str:
    """Return a full name of a person of either sex."""
    sex = "MALE" if random.random() < 0.5 else "FEMALE"
    return pick(random, surnames()) + pick(random, given_names(era_of(birth_year), sex))
