"""Her voice in the loudspeaker."""

from __future__ import annotations

import pytest

from tests.ui.embed.conftest import Open

pytestmark = pytest.mark.browser


def test_that_what_is_said_while_the_old_answer_fades_is_heard(open_talking: Open) -> None:
    page = open_talking()
    page.wait_for_function("document.querySelector('skyteller-chat').presence.voice !== undefined")
    page.mouse.click(5, 5)  # sound wants a gesture
    ended = page.evaluate(
        """async () => {
        const RATE = 24000;
        const player = new (document.querySelector('skyteller-chat').presence.voice.player.constructor)();
        await player.unlock();
        const happens = (name, clause) => new Promise((resolve) => {
            player.addEventListener(name, ({detail}) => { if (detail.clause === clause) resolve(true); });
            setTimeout(() => resolve(false), 5000); });
        const tone = () => new Float32Array(RATE).fill(0.1);
        const answers = [];
        for (let clause = 1; clause < 20; clause += 2) {
            const begun = happens('begin', clause);
            player.add(clause, 0, tone(), true);
            await begun;
            await new Promise((resolve) => setTimeout(resolve, 200));
            const ended = happens('end', clause + 1);
            player.flush();
            player.add(clause + 1, 0, new Float32Array(RATE / 5).fill(0.1), true);
            answers.push(await ended && !player.busy);
        }
        player.close();
        return answers; }"""
    )
    assert ended == [True] * 10
