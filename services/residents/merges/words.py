"""What a merge moved, said in both languages: ids of records, codes and days, nobody's name or number."""

from datetime import date
from uuid import UUID

from chassis.language import Said


def left_household(division_code: str) -> Said:
    """Say where the lost record lived."""
    return Said(
        f"The lost record leaves its household in grid {division_code}.",
        f"被并入的记录不再列入网格 {division_code} 的原住户。",
    )


def took_over(what: list[Said]) -> Said:
    """Say what the survivor has from the lost record."""
    english, chinese = ", ".join(w.en for w in what), "、".join(w.zh for w in what)
    return Said(f"The survivor takes over: {english}.", f"保留的记录接收：{chinese}。")


DOCUMENT = Said("the document", "证件")
PHONE = Said("the phone number", "手机号")
GUARDIAN = Said("the guardian", "监护人")
PROXY = Said("the proxy", "代报人")
SEX = Said("the sex", "性别")
BIRTH = Said("the birth date", "出生日期")
HEAD = Said("the place of the head of the household", "户主身份")


def ward() -> Said:
    """Say that somebody has another guardian."""
    return Said("A person in the lost record's care is in the survivor's.", "被并入记录的被监护人改由保留的记录监护。")


def proxied() -> Said:
    """Say that somebody has another proxy."""
    return Said(
        "A person the lost record reports for has the survivor as proxy.", "被并入记录代报的人员改由保留的记录代报。"
    )


def days(starts_on: date, ends_on: date) -> str:
    """Return an order's days."""
    return f"{starts_on} - {ends_on}"


def order_moved(period: str, division_code: str) -> Said:
    """Say that an order is the survivor's."""
    return Said(
        f"The quarantine order of {period} from grid {division_code} is the survivor's.",
        f"网格 {division_code} 的隔离单（{period}）转至保留的记录。",
    )


def order_ended(period: str, other: str) -> Said:
    """Say that an order ended because another goes on."""
    return Said(
        f"The quarantine order of {period} ended as merged; the one of {other} goes on.",
        f"隔离单（{period}）因合并结束，隔离单（{other}）继续执行。",
    )


def task_moved(division_code: str) -> Said:
    """Say that a task is the survivor's."""
    return Said(
        f"A screening task of grid {division_code} is the survivor's.",
        f"网格 {division_code} 的排查任务转至保留的记录。",
    )


def task_closed(division_code: str, goes_on: UUID) -> Said:
    """Say that a task was closed because another asks the same."""
    return Said(
        f"A screening task of grid {division_code} was closed as merged; task {goes_on} asks the same.",
        f"网格 {division_code} 的排查任务因合并关闭，由任务 {goes_on} 继续。",
    )


def returnee_moved() -> Said:
    """Say that a return is the survivor's."""
    return Said("A return is the survivor's.", "返回登记转至保留的记录。")


def candidacy_moved() -> Said:
    """Say that somebody else is the one to look at."""
    return Said("A probable match of a return names the survivor.", "返回人员的疑似匹配对象改为保留的记录。")


def standing_removed() -> Said:
    """Say that one standing is left."""
    return Said(
        "The lost record's health code ends; the survivor's was decided anew.",
        "被并入记录的健康码注销，保留记录的健康码重新计算。",
    )


def earlier_merge(lost_id: UUID) -> Said:
    """Say that a record merged before follows."""
    return Said(
        f"The record {lost_id}, merged into the lost one before, follows.",
        f"此前并入该记录的记录 {lost_id} 一并转入。",
    )


def order_gone(period: str, status: str) -> Said:
    """Say that an order that was open has ended since."""
    return Said(f"the order of {period} is {status} since", f"隔离单（{period}）其后已变为 {status}")


def order_opened(period: str) -> Said:
    """Say that an order was opened for the one person since."""
    return Said(f"an order of {period} was opened since", f"其后新开了隔离单（{period}）")


def corrected(what: Said) -> Said:
    """Say that something taken over was changed since."""
    return Said(f"{what.en} was changed since", f"{what.zh}其后已变更")


RETURNED = Said("a return was registered with the lost record's document since", "其后以被并入记录的证件登记了返回信息")
TASK_CHANGED = Said("a screening task closed by the merge was changed since", "因合并关闭的排查任务其后已变更")
