"""The gate's decision: a versioned table, of which the first rule that fits decides.

The table is that of `RULE_VERSION`; a change of any line is a new version. A passage keeps the version
and the facts it was decided by.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.checkpoints.passages.model import Facts, Outcome
from services.checkpoints.watchlist.model import RISKY, RiskLevel

RULE_VERSION = "gate-2020-01-28"

HOME_DAYS_HIGH = 14
HOME_DAYS_OTHER = 7


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate does and says, by which rules."""

    outcome: Outcome
    instruction_code: str
    instruction_en: str
    instruction_zh: str
    quarantine_days: int | None
    rule_version: str = RULE_VERSION


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    fits: Callable[[Facts], bool]
    outcome: Outcome
    code: str
    en: str
    zh: str
    days: int | None = None


TABLE = (
    Rule(
        lambda f: f.emergency,
        Outcome.EMERGENCY_ADMITTED,
        "CARE_FIRST",
        "Let them pass at once; the passage is reviewed later.",
        "立即放行，先救治，事后复核。",
    ),
    Rule(
        lambda f: f.fever and f.risky,
        Outcome.HELD,
        "CALL_120",
        "Keep them apart from others and call 120.",
        "就地隔离，拨打 120 转运。",
    ),
    Rule(
        lambda f: f.fever and not f.rechecked,
        Outcome.HELD,
        "MEASURE_AGAIN",
        "Let them rest for ten minutes and measure again; from 37.3 °C on, to the fever clinic.",
        "休息十分钟后复测，仍达 37.3℃ 的，前往发热门诊。",
    ),
    Rule(
        lambda f: f.fever,
        Outcome.TURNED_BACK,
        "FEVER_CLINIC",
        "Send them to the fever clinic of the district's hospital.",
        "请前往区医院发热门诊就诊。",
    ),
    Rule(
        lambda f: not f.identified,
        Outcome.HELD,
        "SHOW_DOCUMENT",
        "The pass cannot be verified here; ask for an identity document and scan again.",
        "通行凭证无法核验，请出示身份证件后重新登记。",
    ),
    Rule(
        lambda f: f.order_in_force and not f.entering,
        Outcome.TURNED_BACK,
        "STAY_UNTIL_RELEASED",
        "A quarantine order is in force; they stay at home until released.",
        "居家隔离期内不得外出，请立即返回住处。",
    ),
    Rule(
        lambda f: f.color == "RED" and not f.entering,
        Outcome.TURNED_BACK,
        "CODE_RED",
        "The health code is red; they stay where they are and call the community.",
        "健康码为红码，请返回住处并联系社区。",
    ),
    Rule(
        lambda f: f.color == "YELLOW" and not f.entering,
        Outcome.TURNED_BACK,
        "CODE_YELLOW",
        "The health code is yellow; they stay at home and call the community.",
        "健康码为黄码，请返回住处并联系社区。",
    ),
    Rule(
        lambda f: not f.entering,
        Outcome.ADMITTED,
        "PASS",
        "They may pass.",
        "准予通行。",
    ),
    Rule(
        lambda f: f.order_in_force and f.order_setting == "FACILITY",
        Outcome.TURNED_BACK,
        "BACK_TO_FACILITY",
        "A quarantine order is in force in a facility; they go back there.",
        "集中隔离期内，请返回集中隔离点。",
    ),
    Rule(
        lambda f: f.order_in_force,
        Outcome.ADMITTED_REGISTERED,
        "STRAIGHT_HOME",
        "A quarantine order is in force; they go straight home and stay there until released.",
        "居家隔离期内，请直接回家，解除前不得外出。",
    ),
    Rule(
        lambda f: f.origin_level is RiskLevel.HIGH and f.home_here,
        Outcome.ADMITTED_REGISTERED,
        "STAY_AT_HOME_14",
        "They go straight home and stay at home for 14 days.",
        "请直接回家，居家隔离 14 天。",
        HOME_DAYS_HIGH,
    ),
    Rule(
        lambda f: f.origin_level is RiskLevel.MEDIUM and f.home_here,
        Outcome.ADMITTED_REGISTERED,
        "STAY_AT_HOME_7",
        "They go straight home and stay at home for 7 days.",
        "请直接回家，居家隔离 7 天。",
        HOME_DAYS_OTHER,
    ),
    Rule(
        lambda f: f.origin_level in RISKY,
        Outcome.TURNED_BACK,
        "FACILITY",
        "They have no home in the district; they go to the quarantine facility.",
        "在本区无住所，请前往集中隔离点。",
    ),
    Rule(
        lambda f: f.color == "RED",
        Outcome.HELD,
        "CODE_RED",
        "The health code is red; keep them apart from others and call the community's health team.",
        "健康码为红码，就地等候，联系社区卫生服务中心。",
    ),
    Rule(
        lambda f: f.from_elsewhere and f.home_here,
        Outcome.ADMITTED_REGISTERED,
        "STAY_AT_HOME_7",
        "They go straight home and stay at home for 7 days.",
        "请直接回家，居家隔离 7 天。",
        HOME_DAYS_OTHER,
    ),
    Rule(
        lambda f: f.from_elsewhere,
        Outcome.TURNED_BACK,
        "FACILITY",
        "They have no home in the district; they go to the quarantine facility.",
        "在本区无住所，请前往集中隔离点。",
    ),
    Rule(
        lambda f: f.color == "YELLOW",
        Outcome.ADMITTED_REGISTERED,
        "CODE_YELLOW",
        "The health code is yellow; they go straight home and call the community.",
        "健康码为黄码，请直接回家并联系社区。",
    ),
    Rule(
        lambda f: not f.known,
        Outcome.ADMITTED_REGISTERED,
        "VISITOR",
        "They are registered as a visitor and may pass.",
        "已登记为访客，准予通行。",
    ),
    Rule(
        lambda f: True,
        Outcome.ADMITTED,
        "PASS",
        "They may pass.",
        "准予通行。",
    ),
)


def decide(facts: Facts) -> Decision:
    """Return what the first rule that fits says."""
    rule = next(rule for rule in TABLE if rule.fits(facts))
    return Decision(rule.outcome, rule.code, rule.en, rule.zh, rule.days)
