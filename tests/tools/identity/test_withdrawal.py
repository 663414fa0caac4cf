"""A consent that is withdrawn: nothing is kept, nothing goes on that rested on it, and the words are on record."""

from __future__ import annotations

from tests.tools.gate.bench import Counter, OnlySpecimen, Visit
from tools.gate import events
from tools.gate.views import CollectView, ConfirmView, ConsentView, DocumentView, EndedView, FaceView, OtpView
from tools.rendering import render


def stored(counter: Counter) -> int:
    return int(counter.sql("SELECT count(*) FROM evidence")[0][0])


def withdraw(visit: Visit) -> EndedView:
    visit.open("privacy.withdraw_consent")
    return visit.confirm()


def at_the_face(counter: Counter) -> tuple[Visit, FaceView]:
    visit = counter.sign_in("C1003")
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, FaceView):
        visit.step()
    return visit, visit.view


def test_that_withdrawing_deletes_pictures_and_measures_and_is_on_record(counter: Counter) -> None:
    visit, _ = at_the_face(counter)
    assert stored(counter) == 3
    counter.clock.advance(minutes=2)
    other = counter.sign_in("C1003")
    assert isinstance(other.open("privacy.withdraw_consent"), OtpView), "taken back by whoever holds the phone, too"
    ended = other.confirm()
    assert ended.status == "done"
    assert "一并删除" in render(ended.said[0], "zh-CN").text
    assert stored(counter) == 0
    assert counter.sql("SELECT count(*) FROM forgettings")[0][0] == 0
    given, taken_back = visit.state()["consents"]
    assert (given["given"], taken_back["given"]) == (True, False)
    assert given["withdrawn"] == taken_back["at"]
    assert given["version"] == taken_back["version"]
    row = counter.sql("SELECT text FROM consents WHERE NOT given")[0]
    assert "撤回人脸识别" in row.text
    assert ("privacy.withdraw_consent", "done") in other.requests()
    assert "execute:done" in other.log()
    assert any("撤回授权" in message["text"] for message in other.phone() if message["kind"] == "notice")
    assert counter.verify() > 0


def test_that_what_stood_on_the_consent_asks_for_it_again(counter: Counter) -> None:
    visit, face = at_the_face(counter)
    assert withdraw(counter.sign_in("C1003")).status == "done"
    assert isinstance(visit.act(events.Face(face.challenge, "specimen")), ConsentView)
    assert visit.level() == 1
    assert isinstance(visit.act(events.Document("specimen")), ConsentView)
    assert stored(counter) == 0
    while not isinstance(visit.view, FaceView):
        visit.step()
    visit.step()
    assert visit.level() == 3, "and whoever agrees anew goes on"


def test_that_there_must_be_something_to_withdraw(counter: Counter) -> None:
    visit = counter.sign_in("C1003")
    ended = visit.open("privacy.withdraw_consent")
    assert isinstance(ended, EndedView)
    assert tuple(ended.reasons) == ("no_consent",)
    at_the_face(counter)
    again = counter.sign_in("C1003")
    counter.clock.advance(minutes=1)
    assert withdraw(again).status == "done"
    assert isinstance(again.open("privacy.withdraw_consent"), EndedView)
    assert [row["given"] for row in again.state()["consents"]] == [True, False]


def test_that_nobody_withdraws_for_another_and_nothing_happens_before_a_yes(counter: Counter) -> None:
    at_the_face(counter)
    other = counter.sign_in("C1001")
    assert isinstance(other.open("privacy.withdraw_consent", consent="facial_recognition"), EndedView | CollectView)
    own = counter.sign_in("C1003")
    own.open("privacy.withdraw_consent")
    assert isinstance(own.give_code(), ConfirmView)
    assert stored(counter) == 3


def test_that_a_passed_check_leaves_no_measure_of_the_face(counter: Counter) -> None:
    visit, _ = at_the_face(counter)
    visit.step()
    assert visit.level() == 3
    kinds = {row.kind for row in counter.sql("SELECT kind FROM evidence")}
    assert kinds == {"front", "back"}


class Elsewhere(OnlySpecimen):
    """A verifier of the bank's that cannot be reached at first."""

    def __init__(self) -> None:
        self.there, self.gone = False, list[str]()

    def forget(self, customer: str) -> bool:
        if self.there:
            self.gone.append(customer)
        return self.there


def test_that_a_verifier_that_cannot_be_reached_is_asked_again(counter: Counter) -> None:
    verifier = Elsewhere()
    bank = Counter(counter.db, verifier=verifier)
    visit = bank.sign_in("C1003")
    visit.open("account.activate_dormant")
    while not isinstance(visit.view, DocumentView):
        visit.step()
    assert withdraw(bank.sign_in("C1003")).status == "done"
    assert counter.sql("SELECT customer FROM forgettings")[0][0] == "C1003"
    bank.gate.forget_due()
    assert verifier.gone == []
    verifier.there = True
    bank.gate.forget_due()
    bank.gate.forget_due()
    assert verifier.gone == ["C1003"]
