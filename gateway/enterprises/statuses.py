"""Closed sets of the enterprises domain."""

from enum import Enum

import strawberry

from gateway.shared.types import value


@strawberry.enum(description="What an enterprise does (企业类型)")
class EnterpriseKind(Enum):
    """Kinds."""

    INDUSTRIAL = value("INDUSTRIAL", "Industry 工业")
    SERVICE = value("SERVICE", "Services 服务业")
    AGRICULTURE = value("AGRICULTURE", "Agriculture 农业")
    CONSTRUCTION = value("CONSTRUCTION", "Construction 建筑业")
    MERCHANT = value("MERCHANT", "Merchant 个体商户")


@strawberry.enum(description="Statistical class of an enterprise (企业规模)")
class EnterpriseSize(Enum):
    """Sizes."""

    LARGE = value("LARGE", "Large 大型")
    MEDIUM = value("MEDIUM", "Medium 中型")
    SMALL = value("SMALL", "Small 小型")
    MICRO = value("MICRO", "Micro 微型")


@strawberry.enum(description="How far an enterprise's work has come (经营状态)")
class OperationStatus(Enum):
    """States."""

    STOPPED = value("STOPPED", "Stopped 停工")
    RESUMED = value("RESUMED", "Partly at work again 部分复工")
    FULL = value("FULL", "At full capacity 全面复工")
    SUSPENDED = value("SUSPENDED", "Ordered to stop 责令停工")
    RECTIFYING = value("RECTIFYING", "Mending what was found 整改中")
    REINSPECTED = value("REINSPECTED", "Inspected again 已复查")


@strawberry.enum(description="How far a resumption application has come (复工申请状态)")
class ResumptionApplicationStatus(Enum):
    """States."""

    DRAFT = value("DRAFT", "Not submitted 草稿")
    SUBMITTED = value("SUBMITTED", "Submitted 已提交")
    PRECHECKED = value("PRECHECKED", "Prechecked 已预审")
    UNDER_REVIEW = value("UNDER_REVIEW", "With a reviewer 受理中")
    RETURNED = value("RETURNED", "To be mended and submitted again 退回补正")
    INSPECTING = value("INSPECTING", "Inspected on site 现场核查")
    APPROVED = value("APPROVED", "May resume 已批准")
    REJECTED = value("REJECTED", "May not resume 已驳回")
    RESUMED = value("RESUMED", "At work again 已复工")
    WITHDRAWN = value("WITHDRAWN", "Withdrawn by the enterprise 已撤回")


@strawberry.enum(description="How resumption is admitted (复工管理方式)")
class ResumptionMode(Enum):
    """Modes."""

    CLOSED = value("CLOSED", "Only who is on the white list 白名单")
    APPROVAL = value("APPROVAL", "By approval 审批制")
    FILING = value("FILING", "By filing 备案制")
    PLEDGE = value("PLEDGE", "By a pledge 承诺制")
    NONE = value("NONE", "No permission is needed 无需审批")


@strawberry.enum(description="Who decides an application (审核层级)")
class ReviewLevel(Enum):
    """Levels."""

    TOWN = value("TOWN", "The town 镇街")
    DISTRICT = value("DISTRICT", "The district 区")
    CITY = value("CITY", "The city 市")


@strawberry.enum(description="How far a worker's return has come (返岗状态)")
class RosterStatus(Enum):
    """States."""

    LISTED = value("LISTED", "Named, nothing else known 已列入")
    DECLARED = value("DECLARED", "Will come 已申报")
    ARRIVED = value("ARRIVED", "Has come 已返回")
    OBSERVING = value("OBSERVING", "Stays away from work for a time 观察中")
    CLEARED = value("CLEARED", "May go to work 可返岗")
    ON_POST = value("ON_POST", "At work 已上岗")
    LEFT = value("LEFT", "Works there no more 已离开")


@strawberry.enum(description="How far a problem ticket has come (难题工单状态)")
class ProblemTicketStatus(Enum):
    """States."""

    OPENED = value("OPENED", "Opened 已登记")
    TRIAGED = value("TRIAGED", "Looked at 已分类")
    ASSIGNED = value("ASSIGNED", "Has one owner 已派单")
    WORKING = value("WORKING", "Worked on 处理中")
    SOLVED = value("SOLVED", "Solved 已解决")
    CONFIRMED = value("CONFIRMED", "Confirmed by the enterprise 企业已确认")
    CLOSED = value("CLOSED", "Closed 已办结")
    REOPENED = value("REOPENED", "Not solved after all 重新打开")
    ESCALATED = value("ESCALATED", "Handed up 已上报")


@strawberry.enum(description="How a problem came in (难题来源)")
class ProblemTicketChannel(Enum):
    """Channels."""

    CALL = value("CALL", "A call 来电")
    VISIT = value("VISIT", "A visit 走访")
    APP = value("APP", "The enterprise portal 应用")
    HOTLINE = value("HOTLINE", "The hotline 热线")


@strawberry.enum(description="How the canteen keeps people apart (食堂方案)")
class CanteenPlan(Enum):
    """Plans."""

    STAGGERED = value("STAGGERED", "In shifts 错峰就餐")
    BOXED_MEALS = value("BOXED_MEALS", "Boxed meals 分餐")
    PARTITIONED = value("PARTITIONED", "With partitions 隔板就餐")
    NO_CANTEEN = value("NO_CANTEEN", "No canteen 不设食堂")
