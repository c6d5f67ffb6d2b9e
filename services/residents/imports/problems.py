"""Why lists, their rows and their imports are refused."""

from chassis.errors import BadInput, Conflict, NotFound, OutOfScope, Problem, TooLarge


class ListNameMalformed(BadInput):
    """A list has a name of 1 to 60 characters.
    名单名称应为 1 至 60 个字符。
    """


class ListEmpty(BadInput):
    """The list is empty.
    名单为空。
    """


class ListTooLarge(TooLarge):
    """A list has at most {limit} bytes.
    名单最大 {limit} 字节。
    """


class ScopeRequired(OutOfScope):
    """You have no scope to import a list for.
    您没有可导入名单的权限范围。
    """


class ColumnMissing(BadInput):
    """The first line does not name the column {column}; it names {columns}.
    首行缺少列 {column}；须包含 {columns}。
    """


class ColumnRepeated(BadInput):
    """The first line names the column {column} twice.
    首行重复列 {column}。
    """


class HeaderMalformed(BadInput):
    """The first line cannot be read as the names of columns.
    首行无法识别为列名。
    """


class RowMalformed(BadInput):
    """A row has as many fields as the first line, and at most {limit} characters.
    每行字段数须与首行一致，且最多 {limit} 个字符。
    """


class RowUndecodable(BadInput):
    """The row holds bytes that are no text in the encoding of the list.
    该行含有无法按名单编码识别的字节。
    """


class ArrivalDayMalformed(BadInput):
    """The day of arrival is written as 2020-01-28 or 2020/1/28.
    返回日期应写作 2020-01-28 或 2020/1/28。
    """


class DuplicateRow(Conflict):
    """The same person with the same day of arrival stands in line {first_line} already.
    同一人员同一返回日期已在第 {first_line} 行出现。
    """


class ImportUnknown(NotFound):
    """There is no such import within your scope.
    在您的权限范围内没有该导入。
    """


class ImportEnded(Conflict):
    """The import has ended; it is {status}.
    该导入已结束，当前状态为 {status}。
    """


class ImportNotFailed(Conflict):
    """Only a failed import is run again; this one is {status}.
    只有失败的导入可以重试，当前状态为 {status}。
    """


class ListForgotten(Conflict):
    """The file has been forgotten since; upload it again.
    文件已清除，请重新上传。
    """


class ImportBroken(Problem):
    """The import fell over {attempts} times at the same place; run it again, or tell whoever runs the system.
    导入在同一位置连续出错 {attempts} 次，请重试或联系系统运维人员。
    """
