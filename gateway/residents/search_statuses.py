"""What residents are searched by."""

from enum import Enum

import strawberry

from gateway.shared.types import value


@strawberry.enum(description="What residents are searched by (检索方式)")
class ResidentSearchBy(Enum):
    """Ways."""

    NAME = value("NAME", "Beginning of the name, or of what follows any character of it 姓名")
    INITIALS = value("INITIALS", "Beginning of the pinyin initials: wxm 拼音首字母")
    DOCUMENT = value("DOCUMENT", "Whole document number; needs a purpose and is logged 证件号")
    PHONE = value("PHONE", "Whole phone number or its last four digits; needs a purpose and is logged 手机号")
    ADDRESS = value("ADDRESS", "Beginning of the address, or of a number in it: 3幢, 12号 地址")
