"""Why two records are not merged, or a merge is not undone."""

from chassis.errors import BadInput, Conflict, NotFound


class MergeUnknown(NotFound):
    """There is no such merge within your scope.
    在您的权限范围内没有该合并记录。
    """


class MergeWithItself(BadInput):
    """A record is not merged with itself.
    同一条记录不能与自身合并。
    """


class MergeNoteRequired(BadInput):
    """Say in the note why the two are one person.
    请在备注中说明两条记录为同一人的理由。
    """


class ResidentAlreadyMerged(Conflict):
    """This record has been merged into another already.
    该记录已并入另一条记录。
    """


class DocumentsContradict(Conflict):
    """Both records have a national ID number, and the numbers differ; correct the wrong one first.
    两条记录的身份证号不同；如其中一个有误，请先更正。
    """


class BirthDatesContradict(Conflict):
    """The two records have different birth dates; correct the wrong one first.
    两条记录的出生日期不同；如其中一个有误，请先更正。
    """


class SexesContradict(Conflict):
    """The two records say a different sex; correct the wrong one first.
    两条记录的性别不同；如其中一个有误，请先更正。
    """


class GuardianOfTheOther(Conflict):
    """One of the two is the other's guardian or proxy; they are two people.
    其中一人是另一人的监护人或代报人，不是同一人。
    """


class SurvivorClosed(Conflict):
    """The record that would survive is closed and the other is not; merge them the other way round.
    拟保留的记录已注销而另一条未注销，请对调后合并。
    """


class WardsAlike(Conflict):
    """Both are guardian of a child of one name and birth date; merge the children first.
    两条记录名下有同名同出生日期的被监护人，请先合并被监护人的记录。
    """


class MergeAlreadyUndone(Conflict):
    """The merge has been undone already.
    该合并已撤销。
    """


class MergeUndoTooLate(Conflict):
    """A merge can be undone for 24 hours; this one until {until}.
    合并后 24 小时内可以撤销，该合并的撤销期限为 {until}。
    """


class MergeBuiltUpon(Conflict):
    """The merge cannot be undone any more: {what}.
    该合并已无法撤销：{what}。
    """
