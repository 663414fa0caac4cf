"""Two browsers without a way to each other: the voice goes by way of the server, and both ends say so."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.ui.console.colleague import Colleague
from tests.ui.console.conftest import Bank
from tests.ui.page.customer import Customer

pytestmark = pytest.mark.browser
# what a network is like in which no packet passes from one browser to the other, and nobody set up a TURN server
NO_WAY = """(() => {
    const Real = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Real {
        constructor(config) { super({ ...config, iceServers: [], iceTransportPolicy: "relay" }); }
    };
})();"""
LOUD = 500  # of 32767


@dataclass
class Heard:
    """What comes over a page's desk line: frames, and those of them that are no silence."""

    frames: int = 0
    loud: int = 0
    open: list[WebSocket] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._line(socket) if socket.url.endswith("/line") else None)

    def _line(self, socket: WebSocket) -> None:
        self.open.append(socket)
        socket.on("framereceived", self._frame)
        socket.on("close", lambda _: self.open.remove(socket))

    def _frame(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            self.frames += 1
            self.loud += max(map(abs, array("h", data))) > LOUD


def test_that_the_voice_goes_by_way_of_the_server(window: Callable[[], Page], bank: Bank) -> None:
    here, there = window(), window()
    at_customer, at_desk = Heard(), Heard()
    for page, heard in ((here, at_customer), (there, at_desk)):
        page.set_default_timeout(90_000)  # two browsers on a small machine
        page.add_init_script(NO_WAY)
        heard.listen(page)
    customer, clerk = Customer(here, bank.url), Colleague(there, bank.url, "S001")
    customer.come()
    customer.say("转人工")
    clerk.come()
    clerk.sign_in(bank.passwords["S001"])
    clerk.take()
    side = customer.chat.locator(".side")
    side.locator("[data-call=ask]").click()
    side.locator("[data-call=video]").click()
    expect(side).to_contain_text("正在用语音", timeout=60_000)
    expect(clerk.talk).to_contain_text("通话已接通", timeout=60_000)
    for page, heard in ((here, at_customer), (there, at_desk)):
        for _ in range(40):  # the cameras' sound is a short beep each second
            if heard.loud > 1:
                break
            page.wait_for_timeout(250)
        assert heard.frames > 10
        assert heard.loud > 1

    clerk.say("看不到画面也没关系，我们说话就行")
    expect(customer.chat.locator(".colleague .bubble").last).to_contain_text("我们说话就行")
    side.get_by_role("button", name="挂断").click()
    expect(side.locator("[data-call=ask]")).to_be_visible()
    expect(clerk.page.locator("[data-call=video]")).to_be_visible()
    assert (at_customer.open, at_desk.open) == ([], [])
    clerk.back("advised")
    expect(side).to_be_hidden()
