"""The forms that every district starts with; a district drafts later versions of them as of its own."""

from collections.abc import Mapping

from chassis.clock import Clock
from chassis.database import Transaction
from chassis.schedule import Job
from services.residents.form_sources.model import Filter, Format, Source, Unit
from services.residents.forms import queries
from services.residents.forms.drafting import store_version
from services.residents.forms.model import Column, Definition

DRAFTED_BY, ACTIVATED_BY = "product", "product-release"
TEXT, LABEL, NUMBER = Format.TEXT, Format.LABEL, Format.NUMBER
PLACE = (Column("镇街", "town_name", TEXT), Column("村社", "village_name", TEXT), Column("网格", "grid_name", TEXT))
PERSON = (
    Column("姓名", "name", TEXT),
    Column("证件号码", "document_number_masked", TEXT),
    Column("联系电话", "phone_masked", TEXT),
)

RETURNEES_DAILY = Definition(
    "返富人员日报表",
    "Daily report of people who return",
    "区疫情防控工作领导小组办公室",
    Source.RETURNEES,
    Unit.RECORD,
    (
        *PLACE,
        *PERSON,
        Column("来自", "origin_name", TEXT),
        Column("抵达日期", "arrives_on", Format.DAY),
        Column("交通方式", "transport_kind", LABEL),
        Column("车次航班", "transport_number", TEXT),
        Column("居住地址", "address", TEXT),
        Column("来源地风险", "risk_level", LABEL),
        Column("排查状态", "task_status", LABEL),
    ),
    (Filter.DIVISION, Filter.DAYS, Filter.STATUS),
)
QUARANTINE_REGISTER = Definition(
    "居家隔离人员登记表",
    "Register of people under quarantine",
    "区卫生健康局",
    Source.QUARANTINE_ORDERS,
    Unit.RECORD,
    (
        *PLACE,
        *PERSON,
        Column("性别", "sex", LABEL),
        Column("隔离地址", "address", TEXT),
        Column("隔离原因", "reason", LABEL),
        Column("隔离方式", "setting", LABEL),
        Column("起始日", "starts_on", Format.DAY),
        Column("截止日", "ends_on", Format.DAY),
        Column("状态", "status", LABEL),
        Column("送达时间", "delivered_at", Format.INSTANT),
        Column("已打卡次数", "checks_reported", NUMBER),
        Column("漏打卡次数", "checks_missed", NUMBER),
    ),
    (Filter.DIVISION, Filter.DAYS, Filter.STATUS),
)
HEALTH_CHECKS_DAILY = Definition(
    "健康监测日报",
    "Daily summary of health checks",
    "区疾病预防控制中心",
    Source.HEALTH_CHECKS,
    Unit.VILLAGE,
    (
        Column("村社代码", "code", TEXT),
        Column("镇街", "town_name", TEXT),
        Column("村社", "name", TEXT),
        Column("应测人次", "expected", NUMBER),
        Column("已测人次", "reported", NUMBER),
        Column("漏测人次", "missed", NUMBER),
        Column("待测人次", "waiting", NUMBER),
        Column("异常人次", "abnormal", NUMBER),
    ),
    (Filter.DIVISION, Filter.DAYS),
)
SCREENING_PROGRESS = Definition(
    "排查进度表",
    "Progress of screening by village",
    "区疫情防控工作领导小组办公室",
    Source.SCREENING_TASKS,
    Unit.VILLAGE,
    (
        Column("村社代码", "code", TEXT),
        Column("镇街", "town_name", TEXT),
        Column("村社", "name", TEXT),
        Column("任务总数", "tasks", NUMBER),
        Column("未联系", "open", NUMBER),
        Column("已联系", "contacted", NUMBER),
        Column("已核实", "verified", NUMBER),
        Column("已办结", "closed", NUMBER),
        Column("已上报", "escalated", NUMBER),
        Column("超期", "overdue", NUMBER),
        Column("完成率（%）", "done_percent", NUMBER),
    ),
    (Filter.DIVISION,),
)
FORMS: Mapping[str, Definition] = {
    "RETURNEES_DAILY": RETURNEES_DAILY,
    "QUARANTINE_REGISTER": QUARANTINE_REGISTER,
    "HEALTH_CHECKS_DAILY": HEALTH_CHECKS_DAILY,
    "SCREENING_PROGRESS": SCREENING_PROGRESS,
}


async def install_forms(db: Transaction, clock: Clock) -> int:
    """Give each district the forms that it lacks, in use at once; a job."""
    made = 0
    for code, definition in FORMS.items():
        for district_code in await queries.districts_without_form(db, code=code):
            await store_version(
                db,
                district_code,
                code,
                definition,
                drafted_by=DRAFTED_BY,
                now=clock.now(),
                activated_by=ACTIVATED_BY,
            )
            made += 1
    return made


JOBS = (Job("install_forms", 60, install_forms),)
