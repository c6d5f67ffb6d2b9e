"""Why something may not happen to a form."""

from chassis.errors import BadInput, Conflict, Forbidden, NotFound


class FormUnknown(NotFound):
    """There is no such form, or none in use.
    没有该表单，或该表单未启用。
    """


class FormVersionUnknown(NotFound):
    """There is no such version of a form.
    没有该表单版本。
    """


class FormCodeMalformed(BadInput):
    """A form's code has 3 to 40 capital letters, digits and _, a letter first.
    表单代码为 3 至 40 个大写字母、数字或下划线，以字母开头。
    """


class FormTextMalformed(BadInput):
    """{field} is one line of 1 to {limit} characters that no spreadsheet takes for a formula.
    {field} 须为 1 至 {limit} 个字符的单行文本，且不以表格公式字符开头。
    """


class FormUnitUnfit(BadInput):
    """{source} has no rows by {unit}.
    {source} 不能按 {unit} 汇总。
    """


class FormColumnsOutOfRange(BadInput):
    """A form has between 1 and {limit} columns.
    表单须有 1 至 {limit} 列。
    """


class FormColumnUnknown(BadInput):
    """{source} by {unit} has no column {column}; it has {columns}.
    {source}（{unit}）没有列 {column}，可用的列为 {columns}。
    """


class FormHeaderRepeated(BadInput):
    """Two columns have the header {header}.
    列标题 {header} 重复。
    """


class FormHeaderReserved(BadInput):
    """The header {header} is kept for the check that every exported row carries.
    列标题 {header} 专用于导出行的校验码。
    """


class FormFormatUnfit(BadInput):
    """{column} is not written as {format}; it is written as {formats}.
    列 {column} 不能使用格式 {format}，可用格式为 {formats}。
    """


class FormFilterUnfit(BadInput):
    """{source} by {unit} is not narrowed by {filter}.
    {source}（{unit}）不能按 {filter} 筛选。
    """


class FormFilterRepeated(BadInput):
    """The filter {filter} stands twice.
    筛选项 {filter} 重复。
    """


class FormNotDraft(Conflict):
    """Only a draft is activated; this version is {status}.
    只有草稿可以启用，该版本状态为 {status}。
    """


class FormNotActive(Conflict):
    """Only a version in use is retired or exported; this one is {status}.
    只有已启用的版本可以停用或导出，该版本状态为 {status}。
    """


class FormVersionOlder(Conflict):
    """Version {active} is in use already, which is newer.
    已启用更新的版本 {active}。
    """


class ActivationNeedsSecondPerson(Forbidden):
    """Another person than the one who drafted a form activates it.
    表单须由起草人以外的第二人启用。
    """


class FormFilterNotOffered(BadInput):
    """This form is not narrowed by {filter}.
    该表单不支持按 {filter} 筛选。
    """


class FormStatusUnknown(BadInput):
    """{status} is none of the states of this form's records.
    {status} 不是该表单记录的状态。
    """


class FormDaysUnfit(BadInput):
    """A form covers between 1 and {limit} days, the first not after the last.
    表单须覆盖 1 至 {limit} 天，且起始日不晚于截止日。
    """
