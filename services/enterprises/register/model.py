"""An enterprise of the register: what kind it is, where, and whom to call."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.errors import BadInput, Conflict, NotFound
from services.enterprises.operation.model import OperationStatus


class EnterpriseKind(StrEnum):
    """What an enterprise 企业 does."""

    INDUSTRIAL = "INDUSTRIAL"
    SERVICE = "SERVICE"
    AGRICULTURE = "AGRICULTURE"
    CONSTRUCTION = "CONSTRUCTION"
    MERCHANT = "MERCHANT"


class EnterpriseSize(StrEnum):
    """How large an enterprise is, by the statistical classes."""

    LARGE = "LARGE"
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"
    MICRO = "MICRO"


class EnterpriseUnknown(NotFound):
    """There is no such enterprise within your scope.
    在您的权限范围内没有该企业。
    """


class EnterpriseAlreadyRegistered(Conflict):
    """An enterprise with this credit code is registered.
    该统一社会信用代码的企业已登记。
    """


class IndustryUnknown(BadInput):
    """There is no such industry in the classification GB/T 4754-2017.
    国民经济行业分类（GB/T 4754-2017）中没有该行业。
    """


class LiaisonTeamUnknown(BadInput):
    """There is no such liaison team.
    没有该助企服务组。
    """


class EnterpriseKindUnknown(BadInput):
    """A kind is INDUSTRIAL, SERVICE, AGRICULTURE, CONSTRUCTION or MERCHANT.
    企业类型须为工业、服务业、农业、建筑业或商户。
    """


class EnterpriseSizeUnknown(BadInput):
    """A size is LARGE, MEDIUM, SMALL or MICRO.
    企业规模须为大型、中型、小型或微型。
    """


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise as the other slices know it."""

    district_code: str
    id: UUID
    division_code: str
    credit_code: str
    name: str
    kind: EnterpriseKind
    size: EnterpriseSize
    industry_code: str
    liaison_team_id: UUID | None
    operation_status: OperationStatus
    capacity_percent: int | None
    resumed_on: date | None


def kind_of(value: str) -> EnterpriseKind:
    """Return a kind by its name, or refuse it."""
    if value not in EnterpriseKind.__members__:
        raise EnterpriseKindUnknown(path=("kind",))
    return EnterpriseKind(value)


def size_of(value: str) -> EnterpriseSize:
    """Return a size by its name, or refuse it."""
    if value not in EnterpriseSize.__members__:
        raise EnterpriseSizeUnknown(path=("size",))
    return EnterpriseSize(value)
