"""Who sends people to the checkpoints: 65 district organs, 221 enterprises and institutions."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.seed.divisions import towns
from infra.seed.draws import apportion, between, named_id, rng, words
from infra.seed.names import any_name
from infra.seed.records import Organization, Staff

ORGANS = words(
    "区委办公室 区人大常委会办公室 区政府办公室 区政协办公室 区纪委区监委机关 区委组织部 区委宣传部 "
    "区委统战部 区委政法委 区委改革办 区委编办 区委老干部局 区直属机关工委 区信访局 区委党校 区档案馆 "
    "区融媒体中心 区人民法院 区人民检察院 区发展和改革局 区经济和信息化局 区教育局 区科学技术局 "
    "区民族宗教事务局 公安富阳分局 区民政局 区司法局 区财政局 区人力资源和社会保障局 "
    "规划和自然资源局富阳分局 生态环境局富阳分局 区住房和城乡建设局 区交通运输局 区林业水利局 "
    "区农业农村局 区商务局 区文化和广电旅游体育局 区卫生健康局 区退役军人事务局 区应急管理局 区审计局 "
    "区市场监督管理局 区统计局 区综合行政执法局 区医疗保障局 区投资促进局 区数据资源管理局 "
    "区行政服务中心 区公共资源交易中心 区机关事务服务中心 区住房保障中心 区供销合作社 区总工会 "
    "共青团富阳区委 区妇女联合会 区科学技术协会 区工商业联合会 区文学艺术界联合会 区归国华侨联合会 "
    "区残疾人联合会 区红十字会 区消防救援大队 区税务局 区气象局 区烟草专卖局"
)
PROPERTY_COMPANY = "杭州鹿山物业服务有限公司"  # guards the gates of 山水社区
INSTITUTIONS = ("中心卫生院", "初级中学", "中心小学", "中心幼儿园", "文化站")  # one of each a town
TRADES = ("物业服务", "建设工程", "水务", "客运", "市政园林")
HOUSES = words("富春 鹳山 恩波 秦望 春江 银湖 东洲 龙门 新沙 江南 桂花 文居 金桥 迎宾 花坞 公望 北支 高尔夫 受降 青云")
STAFF_OF_THE_DISTRICT = 8_400
ORGANS_AT = {"story": 3, "town": 12, "district": 65}
UNITS_AT = {"story": 3, "town": 12, "district": 221}


@dataclass(frozen=True, slots=True)
class Employer:
    """An organization with its staff's number, the same at every scale."""

    name: str
    kind: str
    strength: int


def employers(scale: str) -> list[Employer]:
    """Return the organizations of a scale: the first ones of the district's."""
    units = [(PROPERTY_COMPANY, "ENTERPRISE")]
    units += [(f"{t.name}{i}", "INSTITUTION") for t in towns() for i in INSTITUTIONS]
    units += [(f"杭州{h}{t}有限公司", "ENTERPRISE") for h in HOUSES for t in TRADES]
    every = [(_full_name(name), "DISTRICT_ORGAN") for name in ORGANS] + units
    weights = [2.0 if kind == "DISTRICT_ORGAN" else 1.0 for _, kind in every]
    strengths = apportion(STAFF_OF_THE_DISTRICT, weights)
    made = [Employer(n, k, s) for (n, k), s in zip(every, strengths, strict=True)]
    count = len(ORGANS)
    return made[: ORGANS_AT[scale]] + made[count : count + UNITS_AT[scale]]


def _full_name(organ: str) -> str:
    return f"富阳{organ}" if organ.startswith("区") else organ


def organization_records(seed: int, scale: str) -> Iterator[Organization]:
    """Yield the organizations."""
    for employer in employers(scale):
        yield Organization(id=organization_id(seed, employer.name), name=employer.name, kind=employer.kind)


def staff_records(seed: int, scale: str) -> Iterator[Staff]:
    """Yield everybody who may be sent to a checkpoint."""
    for employer in employers(scale):
        random = rng(seed, "staff", employer.name)
        for number in range(employer.strength):
            yield Staff(
                id=staff_id(seed, employer.name, number),
                name=any_name(random, between(random, 1961, 1997)),
                organization_id=organization_id(seed, employer.name),
            )


def organization_id(seed: int, name: str) -> str:
    """Return an organization's id."""
    return named_id(seed, "organization", name)


def staff_id(seed: int, organization: str, number: int) -> str:
    """Return the id of one of an organization's staff, counted from 0."""
    return named_id(seed, "staff", f"{organization}:{number}")
