"""How closed sets are written in a form: in Chinese, as the office reads them."""

ORDER_STATUS = {
    "DRAFT": "草拟",
    "ISSUED": "已下达",
    "DELIVERED": "已送达",
    "ACTIVE": "隔离中",
    "RELEASE_DUE": "待解除",
    "RELEASED": "已解除",
    "TRANSFERRED_MEDICAL": "转诊",
    "TRANSFERRED_FACILITY": "转集中隔离",
    "REVOKED": "已撤销",
    "MERGED": "已合并",
}
ORDER_SETTING = {"HOME": "居家隔离", "FACILITY": "集中隔离"}
ORDER_REASON = {
    "TRAVEL_FROM_RISK_AREA": "来自风险地区",
    "TRAVEL_FROM_ELSEWHERE": "外地返回",
    "CLOSE_CONTACT": "密切接触者",
    "SHARED_HOUSEHOLD": "同住人员",
    "OTHER": "其他",
}
DELIVERY = {"IN_PERSON": "当面送达", "PHONE": "电话告知", "MESSAGE": "短信或消息", "POSTED": "张贴"}
SLOT_STATUS = {
    "EXPECTED": "待打卡",
    "REPORTED": "已打卡",
    "RECHECK_DUE": "待复测",
    "MISSED": "漏打卡",
    "ABNORMAL": "异常",
    "ESCALATED": "已上报",
    "REVIEWED": "已审核",
}
TASK_STATUS = {
    "OPEN": "待指派",
    "ASSIGNED": "已指派",
    "CONTACTED": "已联系",
    "NO_ANSWER": "无应答",
    "NOT_HERE": "不在本网格",
    "TRANSFERRED": "已移交",
    "REFUSED": "拒绝配合",
    "ESCALATED": "已上报",
    "VERIFIED": "已核实",
    "CLOSED": "已关闭",
}
TASK_REASON = {"RETURN_FROM_RISK_REGION": "风险地区返回", "RETURN": "外地返回"}
TRANSPORT = {"TRAIN": "火车", "PLANE": "飞机", "BUS": "客车", "CAR": "自驾", "SHIP": "轮船", "OTHER": "其他"}
MATCH = {"MATCHED": "已比中", "PROBABLE": "疑似", "UNMATCHED": "未比中"}
RISK_LEVEL = {"LOW": "低风险", "MEDIUM": "中风险", "HIGH": "高风险"}
SEX = {"MALE": "男", "FEMALE": "女", "UNKNOWN": "未知"}
