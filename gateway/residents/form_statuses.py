"""Closed sets of forms and their exports."""

from enum import Enum

import strawberry

from gateway.shared.types import value


@strawberry.enum(description="Which records a form is a view over (表单数据来源)")
class FormSource(Enum):
    """Sources."""

    RETURNEES = value("RETURNEES", "Returnees 返回人员")
    QUARANTINE_ORDERS = value("QUARANTINE_ORDERS", "Quarantine orders 隔离单")
    HEALTH_CHECKS = value("HEALTH_CHECKS", "Health checks 健康打卡")
    SCREENING_TASKS = value("SCREENING_TASKS", "Screening tasks 排查任务")
    RESIDENTS = value("RESIDENTS", "Residents 居民")
    HOUSEHOLDS = value("HOUSEHOLDS", "Households 户")


@strawberry.enum(description="What a row of a form stands for (表单行单位)")
class FormUnit(Enum):
    """Units."""

    RECORD = value("RECORD", "One record 逐条")
    VILLAGE = value("VILLAGE", "The counts of a village or community 按村社汇总")
    TOWN = value("TOWN", "The counts of a town 按镇街汇总")


@strawberry.enum(description="How a value is written in a form (单元格格式)")
class FormColumnFormat(Enum):
    """Formats."""

    TEXT = value("TEXT", "As it is 文本")
    DAY = value("DAY", "2020-01-28 日期")
    DAY_IN_WORDS = value("DAY_IN_WORDS", "1月28日 中文日期")
    INSTANT = value("INSTANT", "2020-01-28 15:04 时间")
    NUMBER = value("NUMBER", "A number 数字")
    LABEL = value("LABEL", "A state or kind in words 名称")


@strawberry.enum(description="By what the rows of a form may be narrowed (表单筛选项)")
class FormFilter(Enum):
    """Filters."""

    DIVISION = value("DIVISION", "By division 区划")
    DAYS = value("DAYS", "By days 日期范围")
    STATUS = value("STATUS", "By the state of its records 状态")


@strawberry.enum(description="Where a version of a form stands (表单版本状态)")
class FormVersionStatus(Enum):
    """States."""

    DRAFT = value("DRAFT", "Drafted, not in use 草稿")
    ACTIVE = value("ACTIVE", "In use 启用")
    RETIRED = value("RETIRED", "Not in use any more 停用")


@strawberry.enum(description="Where an export stands (导出状态)")
class FormExportStatus(Enum):
    """States."""

    REQUESTED = value("REQUESTED", "Waits for a second person 待审批")
    APPROVED = value("APPROVED", "Approved, to be prepared 已批准")
    REFUSED = value("REFUSED", "Refused, or blocked for its size 已驳回")
    PREPARING = value("PREPARING", "The file is being written 生成中")
    READY = value("READY", "The file may be downloaded for 24 hours 可下载")
    DOWNLOADED = value("DOWNLOADED", "Downloaded at least once 已下载")
    EXPIRED = value("EXPIRED", "The time is over, the file is gone 已过期")
    CANCELLED = value("CANCELLED", "Withdrawn, the file is gone 已撤回")


@strawberry.enum(description="How an exported file is written (导出格式)")
class FormExportFormat(Enum):
    """Formats."""

    CSV = value("CSV", "A table for spreadsheets, UTF-8 表格")
    HTML = value("HTML", "A printable page 可打印页面")


@strawberry.enum(description="What an export is for (导出用途)")
class FormExportPurpose(Enum):
    """Purposes."""

    SCREENING = value("SCREENING", "Screening 排查")
    QUARANTINE = value("QUARANTINE", "Quarantine 隔离管理")
    GATE = value("GATE", "Checks at gates 卡口查验")
    RESUMPTION = value("RESUMPTION", "Resumption of work 复工复产")
    HELP = value("HELP", "Help 帮扶服务")
    AUDIT = value("AUDIT", "Audit 审计")
    SUPPORT = value("SUPPORT", "Support 系统支持")
