"""Pictures for the document and face cards: by file or camera, and what happens without one."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.ui.page.contract_server import Scripted
from tests.ui.page.customer import Customer

pytestmark = pytest.mark.browser
Visit = Callable[..., Customer]


def photo(kind: str = "PNG") -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1500), (120, 140, 160)).save(out, kind)
    return {"name": "card.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_that_chosen_pictures_are_sent_small_and_as_jpeg(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.say("展示 document")
    card = c.card("document")
    send = card.get_by_role("button", name="提交证件", exact=True)
    expect(send).to_be_disabled()
    expect(card.locator(".shot input[type=file]")).to_have_count(2)
    first, second = card.locator(".shot input[type=file]").all()
    first.set_input_files(photo())
    expect(send).to_be_enabled()
    second.set_input_files(photo())
    expect(card.locator("img.taken:visible")).to_have_count(2)
    c.turn(send.click)
    sent = script.posts[-1]["input"]
    assert sent["type"] == "document"
    for side in ("front", "back"):
        picture = Image.open(io.BytesIO(base64.b64decode(sent["value"][side])))
        assert (picture.format, picture.size) == ("JPEG", (1600, 1000))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("card.pdf", b"%PDF-1.7", "PDF"),
        ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 64, "HEIC"),
        ("card.jpg", b"", "空的"),
        ("card.jpg", b"no picture at all", "打不开"),
        ("card.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "打不开"),
    ],
)
def test_that_what_is_no_picture_is_told_so(visit: Visit, script: Scripted, name: str, data: bytes, said: str) -> None:
    c = visit()
    c.say("展示 document")
    card = c.card("document")
    field = card.locator(".shot input[type=file]").first
    field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    expect(card.get_by_role("alert")).to_contain_text(said)
    expect(card.get_by_role("button", name="提交证件", exact=True)).to_be_disabled()
    field.set_input_files(photo())
    expect(card.get_by_role("alert")).to_have_count(0)
    expect(card.get_by_role("button", name="提交证件", exact=True)).to_be_enabled()


def test_that_what_takes_pictures_is_fetched_when_it_is_needed_and_again_when_that_failed(visit: Visit) -> None:
    c = visit()
    fetched = c.page.evaluate("performance.getEntriesByType('resource').map((r) => r.name).join()")
    assert "capture.js" not in fetched
    assert "capture.css" not in fetched
    c.page.route("**/capture.js", lambda route: route.abort())
    c.say("展示 document")
    card = c.card("document")
    expect(card.get_by_role("alert")).to_contain_text("没有加载出来")
    c.page.unroute("**/capture.js")
    card.get_by_role("button", name="再试一次").click()
    expect(card.locator(".shot input[type=file]")).to_have_count(2)
    expect(card.locator(".capture")).to_have_css("display", "grid")  # its styles came with it


CAMERA = """() => { navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 1280; canvas.height = 800;
    const brush = canvas.getContext("2d");
    setInterval(() => {
        for (let i = 0; i < 60; i += 1) {
            brush.fillStyle = `hsl(${Math.random() * 360} 40% 60%)`;
            brush.fillRect(Math.random() * 1200, Math.random() * 760, 80, 40);
        }
    }, 40);
    return canvas.captureStream(25);
}; }"""


def test_that_a_document_is_taken_by_the_camera_in_the_page(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.page.evaluate(CAMERA)
    c.say("展示 document")
    card = c.card("document")
    card.get_by_role("button", name="拍有照片的一面").click()
    expect(card.locator(".finder video")).to_be_visible()
    expect(card.locator(".hint")).not_to_be_empty()
    card.get_by_role("button", name="拍照", exact=True).click()
    expect(card.locator("img.taken:visible")).to_have_count(1)
    expect(card.locator(".finder")).to_have_count(0)
    c.turn(card.get_by_role("button", name="提交证件", exact=True).click)
    value = script.posts[-1]["input"]["value"]
    assert Image.open(io.BytesIO(base64.b64decode(value["front"]))).size == (1280, 800)
    assert value["back"] is None


def test_that_a_visitor_puts_their_own_face_on_the_specimen(visit: Visit, script: Scripted) -> None:
    c = visit()
    sent: list[Any] = []

    def face(route: Any) -> None:
        sent.append((route.request.method, route.request.post_data_json if route.request.post_data else None))
        answer = {"front": base64.b64encode(photo("JPEG")["buffer"]).decode()}
        route.fulfill(status=204) if route.request.method == "DELETE" else route.fulfill(status=201, json=answer)

    c.page.route("**/sandbox/sessions/*/face", face)
    c.page.evaluate(CAMERA)
    c.say("展示 document")
    card = c.card("document")
    card.get_by_role("button", name="用我自己的脸试试").click()
    card.get_by_role("button", name="拍照", exact=True).click()
    expect(card.locator("img.own")).to_be_visible()
    assert sent[0][0] == "POST"
    assert base64.b64decode(sent[0][1]["picture"]).startswith(b"\xff\xd8\xff")
    card.get_by_role("button", name="现在就删").click()
    expect(card.locator("img.own")).to_have_count(0)
    assert sent[1][0] == "DELETE"
    card.get_by_role("button", name="用我自己的脸试试").click()
    card.get_by_role("button", name="拍照", exact=True).click()
    c.turn(card.get_by_role("button", name="用这张证件").click)
    assert script.posts[-1]["input"] == {"type": "document", "value": "specimen"}


def test_that_a_camera_that_is_refused_leaves_the_file(visit: Visit) -> None:
    c = visit()
    c.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused')); }")
    c.say("展示 document")
    card = c.card("document")
    card.get_by_role("button", name="拍有照片的一面").click()
    expect(card.get_by_role("alert")).to_contain_text("选一张照片")
    expect(card.locator(".shot").first.get_by_role("button", name="选一张照片")).to_be_enabled()


def test_that_a_refused_camera_leaves_the_other_ways_open(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused')); }")
    c.say("展示 face")
    card = c.card("face")
    begin = card.get_by_role("button", name="打开摄像头，开始", exact=True)
    begin.click()
    expect(card.locator(".step")).to_contain_text("没有打开摄像头")
    expect(begin).to_be_enabled()
    expect(card.get_by_role("button", name="改由人工核验", exact=False)).to_be_enabled()


def test_that_the_camera_films_the_steps_in_order(visit: Visit, script: Scripted) -> None:
    c = visit()
    c.page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            const canvas = document.createElement("canvas");
            canvas.width = 640; canvas.height = 480;
            const brush = canvas.getContext("2d");
            setInterval(() => brush.fillRect(Math.random() * 600, Math.random() * 400, 40, 40), 40);
            return canvas.captureStream(25);
        }; }"""
    )
    c.say("展示 face")
    card = c.card("face")
    c.turn(
        lambda: (
            card.get_by_role("button", name="打开摄像头，开始", exact=True).click(),
            c.page.wait_for_timeout(16_000),
        )
    )
    value = script.posts[-1]["input"]["value"]
    assert 12 <= len(value["frames"]) <= 30
    assert all(base64.b64decode(frame).startswith(b"\xff\xd8\xff") for frame in value["frames"])
