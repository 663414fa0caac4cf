"""Her face: it moves while she speaks, is still when nothing happens, and says in words what it shows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.embed.conftest import Open

pytestmark = pytest.mark.browser

SHAPES = ["rest", "closed", "open", "wide", "round", "narrow", "teeth", "tongue"]
MODULE = "const m = await import(document.querySelector('link[href*=\"embed/static/face.js\"]').href.replace('face.js', '%s'));"
TALK = "([shapes, count]) => Array.from({length: count}, (_, i) => ({at_s: i * 0.1, shape: shapes[(i * 3 + 2) % shapes.length]}))"


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page()
    expect(page.locator("skyteller-chat .theirs .bubble").first).to_be_visible()
    return page


@pytest.fixture
def face(page: Page) -> Locator:
    found = page.locator("skyteller-face")
    expect(found).to_be_visible()
    return found


def run(page: Page, module: str, script: str, argument: object = None) -> Any:
    """Evaluate in the browser with ``m``, one of her modules."""
    return page.evaluate(f"async (given) => {{ {MODULE % module} {script} }}", argument)


def talk(face: Locator, seconds: float) -> None:
    mouths = face.page.evaluate(TALK, [SHAPES, int(seconds * 10)])
    face.evaluate("(e, mouths) => e.speak(mouths, performance.now() / 1000)", mouths)


def frames(face: Locator, seconds: float) -> float:
    """Frames a second over some time."""
    count = "e => [e.frames, performance.now()]"
    before, since = face.evaluate(count)
    face.page.wait_for_timeout(seconds * 1000)
    after, until = face.evaluate(count)
    return float((after - before) / (until - since) * 1000)


def test_that_every_shape_of_the_contract_has_a_mouth_of_its_own(page: Page) -> None:
    drawn = run(page, "mouth.js", "return Object.fromEntries(given.map((n) => [n, m.lines(m.SHAPES[n]).hole]))", SHAPES)
    assert len(set(drawn.values())) == len(SHAPES)


def test_that_lips_meet_at_a_short_m_and_never_jump(page: Page) -> None:
    script = """const track = new m.Track();
    track.add([{at_s: 0, shape: 'open'}, {at_s: .3, shape: 'closed'}, {at_s: .37, shape: 'open'}, {at_s: .6, shape: 'rest'}], 5);
    return Array.from({length: 80}, (_, i) => track.at(5 + i / 100).o)"""
    opened = run(page, "mouth.js", script)
    assert max(opened[8:25]) > 14
    assert min(opened[30:38]) < 5
    assert max(abs(a - b) for a, b in pairwise(opened)) < 3.5
    assert opened[-1] == 0


def test_that_the_mouth_depends_on_the_time_alone(page: Page) -> None:
    script = """const mouths = [{at_s: 0, shape: 'wide'}, {at_s: .2, shape: 'tongue'}, {at_s: .4, shape: 'rest'}];
    const [one, other] = [new m.Track(), new m.Track()];
    one.add(mouths, 1); other.add(mouths, 1);
    for (let t = 1; t < 1.3; t += .01) one.at(t);
    return [one.at(1.3), other.at(1.3)]"""
    often, once = run(page, "mouth.js", script)
    assert often == once


def test_that_she_moves_smoothly_while_she_speaks(face: Locator) -> None:
    talk(face, 4)
    assert face.evaluate("e => e.speaking")
    assert frames(face, 2) >= 20  # on a machine that the tests share; the figure itself is bench/face.py's
    mouths = set()
    for _ in range(12):
        mouths.add(face.evaluate("e => e.shadowRoot.querySelector('.m-upper').getAttribute('d')"))
        face.page.wait_for_timeout(60)
    assert len(mouths) > 8


def test_that_she_stops_in_the_middle_of_a_word(face: Locator) -> None:
    talk(face, 5)
    face.page.wait_for_timeout(600)
    face.evaluate("e => e.stop()")
    face.page.wait_for_timeout(700)
    assert not face.evaluate("e => e.speaking")
    assert face.evaluate("e => e.mouthShape") == "rest"
    assert face.get_attribute("talking") is None


def test_that_she_is_nearly_still_when_nothing_happens(face: Locator) -> None:
    face.page.wait_for_timeout(1500)
    assert frames(face, 4) < 16  # breath, a glance and a blink
    face.evaluate("e => { e.style.display = 'none'; }")
    face.page.wait_for_timeout(300)
    assert frames(face, 2) == 0


def test_that_reduced_motion_keeps_her_still(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    face = page.locator("skyteller-face")
    expect(face).to_be_visible()
    page.wait_for_timeout(800)
    place = "e => e.shadowRoot.querySelector('.head').getAttribute('transform')"
    before = face.evaluate(place)
    talk(face, 2)
    assert frames(face, 2) < 8
    assert face.evaluate(place) == before


def test_that_she_looks_and_points_at_the_card_that_waits(page: Page, face: Locator) -> None:
    field = page.locator("skyteller-chat textarea")
    hand = "e => e.shadowRoot.querySelector('.hand').getAttribute('visibility')"
    assert face.evaluate(hand) == "hidden"
    field.fill("我这张卡插ATM读不出来了")
    expect(face).to_have_attribute("state", "listening")
    field.press("Enter")
    expect(page.locator("skyteller-chat [data-card=choices]")).to_be_visible()
    expect(face).to_have_attribute("state", "waiting")
    page.wait_for_timeout(900)
    assert face.evaluate(hand) == "visible"
    gaze = face.evaluate("e => e.shadowRoot.querySelector('.right.ball').getAttribute('transform')")
    assert float(gaze.removeprefix("translate(").split()[0]) > 2  # to the right, where the conversation is


def test_that_what_she_shows_is_said_in_words(face: Locator) -> None:
    for state, words in [
        ("listening", "在听您说"),
        ("thinking", "在想"),
        ("speaking", "在说话"),
        ("waiting", "在等您"),
    ]:
        face.evaluate("(e, state) => { e.state = state; }", state)
        name = face.page.get_by_role("img", name=f"小岚, AI 数字人: {words}")
        expect(name).to_be_visible()
    face.evaluate("e => { e.state = 'dancing'; }")
    expect(face).to_have_attribute("state", "waiting")
    expect(face.locator(".tag")).to_have_text("AI 数字人")
    expect(face.locator(".tag")).to_be_visible()


def test_that_a_phone_has_her_portrait_in_the_header(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    face = page.locator("skyteller-chat .teller skyteller-face")
    expect(face).to_have_attribute("view", "portrait")
    box = face.bounding_box()
    assert box
    assert box["width"] < 60
    expect(page.locator("skyteller-chat .ai")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("skyteller-chat .stage skyteller-face")).to_have_attribute("view", "bust")
