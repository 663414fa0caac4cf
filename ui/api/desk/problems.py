"""What can go wrong at the desk, as problem documents."""

from __future__ import annotations

from collections.abc import Mapping

from tools.wording import Text
from ui.api.problems import Kind, Problem


def _kind(code: str, status: int, zh: tuple[str, str], en: tuple[str, str]) -> Kind:
    """Title and detail in each language."""
    return Kind(f"desk-{code.replace('_', '-')}", status, Text(zh[0], en[0]), Text(zh[1], en[1]))


_ALL = (
    _kind("sign_in", 401, ("工号或密码不对", "请再输入一次。"), ("Wrong number or password", "Please try again.")),
    _kind(
        "locked_out", 429, ("登录已锁定", "连续输错五次，请 15 分钟后再试。"),
        ("Sign-in is locked", "Five wrong passwords in a row: try again in 15 minutes."),
    ),
    _kind("signed_out", 401, ("没有登录", "请先登录柜台。"), ("Not signed in", "Sign in at the desk first.")),
    _kind(
        "csrf", 403, ("请求来源不对", "请在柜台页面里操作，或刷新页面。"),
        ("The request does not come from the desk", "Work in the desk's own page, or reload it."),
    ),
    _kind(
        "taken", 409, ("已经有人接了", "这位客户已由同事接待，请接下一位。"),
        ("Somebody was faster", "A colleague serves this customer already; take the next one."),
    ),
    _kind(
        "not_yours", 403, ("这不是您的客户", "只有接待的同事可以操作。"),
        ("Not your case", "Only the colleague who holds it can do this."),
    ),
    _kind(
        "too_many", 409, ("手上的客户太多了", "请先办完一位再接。"),
        ("You hold too many cases", "Finish one before you take another."),
    ),
    _kind("unknown_case", 404, ("没有这个客户", "请刷新队列。"), ("No such case", "Look at the queue again.")),
    _kind("over", 409, ("这次接待已经结束", "请刷新队列。"), ("The case is over", "Look at the queue again.")),
    _kind(
        "left", 409, ("客户已经离开", "会话已结束，可以回电或结束接待。"),
        ("The customer has left", "The session is over: call back, or end the case."),
    ),
    _kind(
        "overtaken", 409, ("客户刚刚已经决定了", "请看最新的结果。"),
        ("The customer has just decided", "Look at what came of it."),
    ),
    _kind(
        "no_video", 409, ("视频还没有接通", "核验身份要先和客户视频。"),
        ("No video yet", "An identity is checked in a video call that has connected."),
    ),
    _kind(
        "visitor", 409, ("客户没有登录", "访客只能咨询，请客户先登录。"),
        ("The customer is not signed in", "A visitor can only ask; let them sign in first."),
    ),
    _kind(
        "locked", 409, ("核验已锁定", "连续三次没有通过，请 30 分钟后再核验。"),
        ("The check is locked", "It failed three times; it can be done again in 30 minutes."),
    ),
    _kind(
        "callback_time", 422, ("这个时间不能回电", "请选七天内、早上八点到晚上八点之间的时间。"),
        ("We cannot call then", "Choose a time within seven days, between 8:00 and 20:00."),
    ),
    _kind(
        "unknown_outcome", 422, ("没有这个结果代码", "请从列表里选。"),
        ("No such outcome", "Choose one from the list."),
    ),
    _kind(
        "unknown_service", 422, ("没有这项业务或这个栏目", "请从列表里选。"),
        ("No such service or field", "Choose one from the list."),
    ),
    _kind(
        "not_in_review", 409, ("这笔不在待复核", "可能已经有人决定了，请刷新。"),
        ("It is not in review", "Somebody may have decided already; look again."),
    ),
    _kind(
        "supervisor_needed", 403, ("要主管决定", "这类业务的复核由主管来做。"),
        ("A supervisor decides this", "Requests of this class are a supervisor's to approve or refuse."),
    ),
    _kind(
        "own_proposal", 403, ("不能复核自己填的单", "请另一位主管来复核。"),
        ("You filled this in yourself", "Somebody else has to look at it."),
    ),
    _kind(
        "unknown_reason", 422, ("请选拒绝的原因", "请从列表里选。"),
        ("A refusal needs a reason", "Choose one from the list."),
    ),
)  # fmt: skip
DESK_KINDS: Mapping[str, Kind] = {kind.slug: kind for kind in _ALL}


def desk_problem(code: str) -> Problem:
    """The problem of a refusal's code."""
    return Problem(DESK_KINDS[f"desk-{code.replace('_', '-')}"])
