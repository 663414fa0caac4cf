"""Educate: what informs is told with the read-back, what is to be acknowledged waits, a quiz is understood or leads to staff."""

from __future__ import annotations

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.gate import events
from tools.gate.views import ConfirmView, EndedView, LessonView
from tools.rendering import render


def at_the_quiz(counter: Counter) -> Visit:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, LessonView):
        visit.step()
    return visit


def wrong(visit: Visit) -> str:
    assert isinstance(visit.view, LessonView)
    return next(option for option, _ in visit.view.options if option != visit.right())


def question(visit: Visit) -> str:
    assert isinstance(visit.view, LessonView)
    assert visit.view.question is not None
    return visit.view.question.id


def test_that_what_informs_comes_with_the_read_back(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("card.replace", card="6688")
    view = visit.prepare()
    assert [lesson.id for lesson in view.lessons] == ["card.note"]
    assert "educate:informed" in visit.log(view.action)


def test_that_an_acknowledgement_is_waited_for(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="张伟", amount="100", purpose="family")
    view = visit.give_code()
    assert isinstance(view, LessonView)
    assert [lesson.id for lesson in view.lessons] == ["transfer.stranger"]
    for event in (events.Confirm("x"), events.QuizAnswer("x"), events.Look(), events.Fill({})):
        assert isinstance(visit.act(event), LessonView)
    assert isinstance(visit.act(events.Acknowledge()), ConfirmView)


def test_that_a_known_payee_needs_no_acknowledgement(counter: Counter) -> None:
    visit = counter.sign_in()
    visit.open("transfer.create", payee="王芳", amount="100")
    assert isinstance(visit.give_code(), ConfirmView)


def test_that_what_is_urgent_is_never_delayed_by_a_lesson(counter: Counter) -> None:
    visit = counter.sign_in("C1006")
    visit.open("transfer.cancel")
    view = visit.give_code()
    assert isinstance(view, ConfirmView)
    assert list(view.lessons) == []
    assert "educate:skipped_urgent" in visit.log(view.action)


def test_that_options_are_shuffled_and_the_right_one_is_accepted(counter: Counter) -> None:
    orders = set()
    for _ in range(12):
        visit = at_the_quiz(counter)
        assert isinstance(visit.view, LessonView)
        orders.add((question(visit), tuple(label for _, label in visit.view.options)))
        assert len({option for option, _ in visit.view.options}) == 3
        assert isinstance(visit.act(events.QuizAnswer(visit.right())), ConfirmView)
    assert len(orders) > 2
    assert "educate:understood" in visit.log(visit.view.action)


def test_that_a_wrong_answer_is_explained_and_brings_another_question(counter: Counter) -> None:
    visit = at_the_quiz(counter)
    first = question(visit)
    view = visit.act(events.QuizAnswer(wrong(visit)))
    assert isinstance(view, LessonView)
    assert view.problem is not None
    assert "因为" in render(view.problem, "zh-CN").text
    assert question(visit) != first
    assert isinstance(visit.step(), ConfirmView)


def test_that_twice_wrong_goes_to_staff_with_one_row(counter: Counter) -> None:
    visit = at_the_quiz(counter)
    visit.act(events.QuizAnswer(wrong(visit)))
    ended = visit.act(events.QuizAnswer(wrong(visit)))
    assert isinstance(ended, EndedView)
    assert (ended.status, ended.handoff, ended.recorded) == ("in_review", True, True)
    assert visit.requests() == [("account.activate_dormant", "in_review")]
    assert visit.state()["accounts"][0]["status"] == "dormant"
    assert visit.at.gate.right_quiz_option(visit.session) is None


@pytest.mark.parametrize("option", ["", "opt_x", "对", "1", "x" * 10_000])
def test_that_what_is_no_option_is_no_answer(counter: Counter, option: str) -> None:
    visit = at_the_quiz(counter)
    first = question(visit)
    for _ in range(3):
        assert isinstance(visit.act(events.QuizAnswer(option)), LessonView)
    assert question(visit) == first
    assert not [entry for entry in visit.log() if "wrong_answer" in entry]


def test_that_an_answer_to_the_question_before_does_not_count(counter: Counter) -> None:
    visit = at_the_quiz(counter)
    stale = visit.right()
    visit.act(events.QuizAnswer(wrong(visit)))
    assert isinstance(visit.act(events.QuizAnswer(stale)), LessonView)


def test_that_wrong_answers_stay_counted_when_a_parameter_changes(counter: Counter) -> None:
    from tests.tools.gate.bench import LESSONS, QUESTIONS, Taught

    counter.book.pages = {**LESSONS, "card.replace": (Taught("card.quiz", "quiz", questions=QUESTIONS),)}
    visit = counter.sign_in()
    visit.open("card.replace", card="6688")
    visit.give_code()
    visit.act(events.QuizAnswer(wrong(visit)))
    assert isinstance(visit.fill(card="3021"), LessonView)
    ended = visit.act(events.QuizAnswer(wrong(visit)))
    assert isinstance(ended, EndedView)
    assert ended.status == "in_review"


def test_that_a_lesson_understood_is_not_taught_twice_in_one_action(counter: Counter) -> None:
    visit = at_the_quiz(counter)
    visit.step()
    counter.clock.advance(minutes=15)
    visit.look()
    visit.step()
    assert isinstance(visit.step(), ConfirmView)


def test_that_the_elder_and_the_new_device_are_facts_for_lessons(counter: Counter) -> None:
    seen: list[frozenset[str]] = []
    plain = counter.book.lessons
    counter.book.lessons = lambda service, facts, locale, on: seen.append(facts) or plain(service, facts, locale, on)  # type: ignore[method-assign, func-returns-value]
    visit = counter.sign_in("C1002", device="new")
    visit.open("card.replace")
    visit.prepare()
    assert {"elder", "new_device"} <= seen[-1]
    young = counter.sign_in("C1001")
    young.open("card.replace", card="6688")
    young.prepare()
    assert not {"elder", "new_device"} & seen[-1]
    chosen = counter.sign_in("C1001", mode="elder")
    chosen.open("card.replace", card="6688")
    chosen.prepare()
    assert "elder" in seen[-1], "who chose elder mode is taught as such"
