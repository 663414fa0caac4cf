"""Educate: the lessons that apply to this service, this customer and this risk, before anything is read back."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from tools.clock import SHANGHAI
from tools.gate import phrases
from tools.gate.lessons import Lesson, QuizQuestion
from tools.gate.risk.facts import all_facts, of_the_decision
from tools.gate.run import Quiz, Run
from tools.gate.views import GateView, LessonView
from tools.wording import line

QUIZ_WRONG_MAX = 2


def lessons_for(run: Run) -> Sequence[Lesson]:
    """All lessons for the present parameters; none for reads and for what is urgent."""
    if run.service.entry.risk_class in ("read", "none") or run.service.entry.urgent:
        return ()
    facts = all_facts(run) if run.state.risk is None else run.state.risk.all_facts()  # what risk has just looked at
    true = {name for name, value in facts.items() if value is True} | of_the_decision(run)
    on = run.now.astimezone(SHANGHAI).date()
    return run.parts.book.lessons(run.service.id, frozenset(true), run.session.locale, on)


def educate(run: Run) -> GateView | None:
    """Lessons to acknowledge first, then a quiz; those that only inform are told with the read-back."""
    if run.service.entry.risk_class == "read":
        return None
    if run.service.entry.urgent:
        run.log("educate", "skipped_urgent")
        return None
    waiting = [lesson for lesson in lessons_for(run) if lesson.id not in run.state.taught]
    to_acknowledge = [lesson for lesson in waiting if lesson.mode == "acknowledge"]
    if to_acknowledge:
        run.log("educate", "shown")
        return LessonView(run.row.id, run.service, run.problem, to_acknowledge, None, ())
    for lesson in waiting:
        if lesson.mode == "quiz":
            run.log("educate", "shown")
            return _quiz_view(run, lesson)
    return None


def acknowledge(run: Run) -> None:
    """The customer has taken note of the lessons that were waiting for it."""
    done = [
        lesson.id for lesson in lessons_for(run) if lesson.mode == "acknowledge" and lesson.id not in run.state.taught
    ]
    if done:
        run.state.taught += done
        run.log("educate", "acknowledged")


def answer_quiz(run: Run, option: str) -> None:
    """Right: understood. Wrong: explained, and another question; wrong again: risk decides (review)."""
    lesson = next((item for item in lessons_for(run) if run.state.quiz and item.id == run.state.quiz.lesson), None)
    if run.state.quiz is None or lesson is None:
        return
    quiz = run.state.quiz
    question = _question(lesson, quiz)
    chosen = next((i for i in quiz.options if _option_id(run, question, i) == option), None)
    if chosen is None:
        return
    if question.options[chosen].right:
        run.state.taught.append(lesson.id)
        run.state.quiz = None
        run.log("educate", "understood")
        return
    quiz.wrong += 1
    run.log_always("educate", f"wrong_answer_{quiz.wrong}")
    if quiz.wrong >= QUIZ_WRONG_MAX:
        run.state.quiz_failed = True
        return
    run.problem = line(phrases.QUIZ_WRONG, why=question.why)
    _next_question(run, lesson, quiz)


def right_option(run: Run) -> str | None:
    """The option that an attentive customer would pick now (sandbox only)."""
    if run.state.quiz is None or run.state.outcome is not None or not run.complete():
        return None
    lesson = next((item for item in lessons_for(run) if item.id == run.state.quiz.lesson), None)
    if lesson is None:
        return None
    question = _question(lesson, run.state.quiz)
    return next(_option_id(run, question, i) for i, option in enumerate(question.options) if option.right)


def _quiz_view(run: Run, lesson: Lesson) -> LessonView:
    quiz = run.state.quiz
    if quiz is None or quiz.lesson != lesson.id:
        quiz = run.state.quiz = Quiz(lesson=lesson.id)
        _next_question(run, lesson, quiz)
    question = _question(lesson, quiz)
    options = [(_option_id(run, question, i), question.options[i].text) for i in quiz.options]
    return LessonView(run.row.id, run.service, run.problem, [lesson], question, options)


def _next_question(run: Run, lesson: Lesson, quiz: Quiz) -> None:
    """Another question than those asked; the order depends on the action, so it differs from time to time."""
    order = random.Random(f"{run.row.id}:{lesson.id}")  # noqa: S311 - shuffling, not secrecy
    ids = [question.id for question in lesson.questions]
    order.shuffle(ids)
    fresh = [question for question in ids if question not in quiz.asked] or ids
    quiz.asked.append(fresh[0])
    question = _question(lesson, quiz)
    quiz.options = list(range(len(question.options)))
    random.Random(f"{run.row.id}:{question.id}").shuffle(quiz.options)  # noqa: S311


def _question(lesson: Lesson, quiz: Quiz) -> QuizQuestion:
    return next(question for question in lesson.questions if question.id == quiz.asked[-1])


def _option_id(run: Run, question: QuizQuestion, index: int) -> str:
    return "opt_" + hashlib.sha256(f"{run.row.id}:{question.id}:{index}".encode()).hexdigest()[:10]
