"""Closed sets of the residents domain."""

from enum import Enum

import strawberry

from gateway.shared.types import value


@strawberry.enum(description="Health code color (健康码颜色)")
class HealthCodeColor(Enum):
    """Colors."""

    GREEN = value("GREEN", "May move freely 绿码")
    YELLOW = value("YELLOW", "Stays at home for a shorter time 黄码")
    RED = value("RED", "Stays at home or in a facility 红码")


@strawberry.enum(description="Whether a person lives in the district (在册状态)")
class ResidentStatus(Enum):
    """The record of who left or died stays."""

    REGISTERED = value("REGISTERED", "Lives here 在册")
    LEFT = value("LEFT", "Left the district 迁出")
    DECEASED = value("DECEASED", "Died 死亡")


@strawberry.enum(description="What a member is to the head of the household (与户主关系)")
class HouseholdRelation(Enum):
    """Relations."""

    HEAD = value("HEAD", "The head, one at most 户主")
    SPOUSE = value("SPOUSE", "Spouse 配偶")
    CHILD = value("CHILD", "Child 子女")
    PARENT = value("PARENT", "Parent 父母")
    OTHER = value("OTHER", "Another 其他")


@strawberry.enum(description="Where a quarantine order stands (隔离单状态)")
class QuarantineOrderStatus(Enum):
    """In force from ISSUED to RELEASE_DUE."""

    DRAFT = value("DRAFT", "Prepared, the person has not arrived 草拟")
    ISSUED = value("ISSUED", "In force, the notice is not delivered 已下达")
    DELIVERED = value("DELIVERED", "In force, the notice is delivered 已送达")
    ACTIVE = value("ACTIVE", "In force, health checks are reported 隔离中")
    RELEASE_DUE = value("RELEASE_DUE", "The last day has passed 待解除")
    RELEASED = value("RELEASED", "Ended by release 已解除")
    TRANSFERRED_MEDICAL = value("TRANSFERRED_MEDICAL", "Ended by transfer to a hospital 转诊")
    TRANSFERRED_FACILITY = value("TRANSFERRED_FACILITY", "Ended by transfer to a facility 转集中隔离")
    REVOKED = value("REVOKED", "Ended by two persons' revocation 已撤销")
    MERGED = value("MERGED", "Ended because the longer order of the same person goes on 已合并")


@strawberry.enum(description="Where quarantine is kept (隔离方式)")
class QuarantineSetting(Enum):
    """Settings."""

    HOME = value("HOME", "At home 居家隔离")
    FACILITY = value("FACILITY", "In a facility 集中隔离")


@strawberry.enum(description="Why a person is under quarantine (隔离原因)")
class QuarantineReason(Enum):
    """Reasons."""

    TRAVEL_FROM_RISK_AREA = value("TRAVEL_FROM_RISK_AREA", "Came from a risk region 来自风险地区")
    TRAVEL_FROM_ELSEWHERE = value("TRAVEL_FROM_ELSEWHERE", "Came from elsewhere 外地返回")
    CLOSE_CONTACT = value("CLOSE_CONTACT", "Close contact of a case 密切接触者")
    SHARED_HOUSEHOLD = value("SHARED_HOUSEHOLD", "Lives with somebody under quarantine 同住人员")
    OTHER = value("OTHER", "Another reason 其他")


@strawberry.enum(description="How a notice reached the person (送达方式)")
class NoticeDeliveryMethod(Enum):
    """Methods."""

    IN_PERSON = value("IN_PERSON", "Handed over 当面送达")
    PHONE = value("PHONE", "Read out on the phone 电话告知")
    MESSAGE = value("MESSAGE", "Sent as a message 短信或消息")
    POSTED = value("POSTED", "Posted on the door 张贴")


@strawberry.enum(description="Where a person under quarantine is transferred (转运去向)")
class QuarantineDestination(Enum):
    """Destinations."""

    MEDICAL = value("MEDICAL", "A hospital 医院")
    FACILITY = value("FACILITY", "A quarantine facility 集中隔离点")


@strawberry.enum(description="Where a health check stands (健康打卡状态)")
class HealthCheckStatus(Enum):
    """States."""

    EXPECTED = value("EXPECTED", "To be reported 待打卡")
    REPORTED = value("REPORTED", "Reported, nothing abnormal 已打卡")
    RECHECK_DUE = value("RECHECK_DUE", "A first abnormal reading, to be taken again 待复测")
    MISSED = value("MISSED", "Not reported in time 漏打卡")
    ABNORMAL = value("ABNORMAL", "Abnormal twice 异常")
    ESCALATED = value("ESCALATED", "Handed to an officer 已上报")
    REVIEWED = value("REVIEWED", "An officer has concluded 已审核")


@strawberry.enum(description="What a person feels beside the temperature (症状)")
class Symptom(Enum):
    """Symptoms."""

    COUGH = value("COUGH", "Cough 咳嗽")
    FATIGUE = value("FATIGUE", "Fatigue 乏力")
    SORE_THROAT = value("SORE_THROAT", "Sore throat 咽痛")
    SHORTNESS_OF_BREATH = value("SHORTNESS_OF_BREATH", "Shortness of breath 气促")
    HEADACHE = value("HEADACHE", "Headache 头痛")
    MUSCLE_ACHE = value("MUSCLE_ACHE", "Muscle ache 肌肉酸痛")
    DIARRHEA = value("DIARRHEA", "Diarrhea 腹泻")
    OTHER = value("OTHER", "Another 其他")


@strawberry.enum(description="What an officer concludes from an escalated check (异常打卡结论)")
class HealthCheckConclusion(Enum):
    """Conclusions."""

    NO_CONCERN = value("NO_CONCERN", "Nothing to fear 无异常")
    REFERRED = value("REFERRED", "Referred to a fever clinic 转发热门诊")


@strawberry.enum(description="Where a screening task stands (排查任务状态)")
class ScreeningTaskStatus(Enum):
    """States."""

    OPEN = value("OPEN", "Nobody has taken it 待指派")
    ASSIGNED = value("ASSIGNED", "A grid worker has it 已指派")
    CONTACTED = value("CONTACTED", "The person was reached 已联系")
    NO_ANSWER = value("NO_ANSWER", "Nobody answered, tried again later 无应答")
    NOT_HERE = value("NOT_HERE", "The person is not in this grid 不在本网格")
    TRANSFERRED = value("TRANSFERRED", "Open in another grid 已移交")
    REFUSED = value("REFUSED", "The person refused to answer 拒绝配合")
    ESCALATED = value("ESCALATED", "An officer looks at it 已上报")
    VERIFIED = value("VERIFIED", "Everything is known 已核实")
    CLOSED = value("CLOSED", "Done 已关闭")


@strawberry.enum(description="Why somebody is screened (排查原因)")
class ScreeningTaskReason(Enum):
    """Reasons."""

    RETURN_FROM_RISK_REGION = value("RETURN_FROM_RISK_REGION", "Returns from a risk region 风险地区返回")
    RETURN = value("RETURN", "Returns from elsewhere 外地返回")
    ROUND = value("ROUND", "A round asks every household 排查轮次")
    RESCREEN = value("RESCREEN", "A new risk region concerns the household 新增风险地区复核")


@strawberry.enum(description="Level of a risk region (风险等级)")
class RiskLevel(Enum):
    """Levels."""

    LOW = value("LOW", "Low 低风险")
    MEDIUM = value("MEDIUM", "Medium 中风险")
    HIGH = value("HIGH", "High 高风险")


@strawberry.enum(description="How somebody travels (交通方式)")
class TransportKind(Enum):
    """Kinds."""

    TRAIN = value("TRAIN", "Train 火车")
    PLANE = value("PLANE", "Plane 飞机")
    BUS = value("BUS", "Bus 客车")
    CAR = value("CAR", "Car 自驾")
    SHIP = value("SHIP", "Ship 轮船")
    OTHER = value("OTHER", "Another 其他")


@strawberry.enum(description="Where a returnee list import stands (名单导入状态)")
class ReturneeListImportStatus(Enum):
    """States."""

    QUEUED = value("QUEUED", "Received, not yet read 已接收")
    RUNNING = value("RUNNING", "Being read 读取中")
    DONE = value("DONE", "Every row stored or refused 已完成")
    FAILED = value("FAILED", "The file could not be read, or the import fell over 失败")
    CANCELLED = value("CANCELLED", "Somebody stopped it; the rows stored stay 已取消")


@strawberry.enum(description="Whether a returnee is somebody of the roster (匹配状态)")
class ReturneeMatch(Enum):
    """Whether."""

    MATCHED = value("MATCHED", "It is known who it is 已匹配")
    PROBABLE = value("PROBABLE", "Waits for a person's eye 待人工判定")
    UNMATCHED = value("UNMATCHED", "Nobody of the roster 未匹配")


@strawberry.enum(description="By what a returnee was matched (匹配依据)")
class ReturneeMatchedBy(Enum):
    """By what."""

    DOCUMENT = value("DOCUMENT", "By the document 证件号码")
    PHONE_AND_NAME = value("PHONE_AND_NAME", "By phone and name 手机号和姓名")
    REGISTERED = value("REGISTERED", "Entered the roster with the return 随返回登记入册")
    PERSON = value("PERSON", "By a person's eye 人工判定")


@strawberry.enum(description="What a list says otherwise of a person than another version of it (变更栏目)")
class ReturneeListColumn(Enum):
    """Columns."""

    NAME = value("name", "Name 姓名")
    PHONE = value("phone", "Mobile number 手机号")
    ORIGIN_CODE = value("origin_code", "Where from 来源地")
    ARRIVES_ON = value("arrives_on", "Day of arrival 返回日期")
    TRANSPORT = value("transport", "How 交通方式")
    DESTINATION_GRID_CODE = value("destination_grid_code", "Grid of the destination 目的网格")
    ADDRESS = value("address", "Address of the destination 目的地址")
