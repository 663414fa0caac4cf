"""Her face and voice in a browser without a graphics card: frames, CPU, lips against sound, silence after a stop, weight.

``python -m bench.face [--minutes 1] [--seconds 15] [--url http://127.0.0.1:7860]``

Opens ``/embed`` in Chromium, of the counter at ``--url`` or of one that it runs as a process of its own. CPU is that of all the browser's processes, in
percent of one core; lips are compared with the sound that comes out of the player: short tones, each with an open mouth.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from eval.server import product
from eval.stats import quantile

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]
VIEWS = {"bust, 330 px wide": (1060, 760), "portrait, 44 px wide": (390, 844)}
DROWSY_S = 32  # after so long she only blinks
EARLY_MS, LATE_MS = -125, 45  # lips before the sound, lips after it: what viewers take for synchronous (ITU-R BT.1359)

TALK = """(seconds) => { const face = document.querySelector('skyteller-chat').presence.face;
  const shapes = ['rest', 'closed', 'open', 'wide', 'round', 'narrow', 'teeth', 'tongue'];
  face.state = 'speaking';
  face.speak(Array.from({length: seconds * 10}, (_, i) => ({at_s: i / 10, shape: shapes[(i * 3 + 2) % 8]})), performance.now() / 1000); }"""
GAPS = """(seconds) => new Promise((done) => { const face = document.querySelector('skyteller-chat').presence.face; const at = []; let last = face.frames;
  const end = performance.now() + seconds * 1000;
  const look = (now) => { if (face.frames !== last) { at.push(now); last = face.frames; }
    if (now < end) requestAnimationFrame(look); else done(at.slice(1).map((t, i) => t - at[i])); };
  requestAnimationFrame(look); })"""
# tones of 0.3 s at every whole second, each with an open mouth; when does each begin to be heard, and to be seen?
LIPS = """async (seconds) => { const base = document.querySelector('script[type=module]').src.replace('counter.js', '');
  const { Player, RATE } = await import(base + 'player.js');
  const player = new Player(); await player.unlock();
  const context = player.output.context, analyser = new AnalyserNode(context, {fftSize: 256, smoothingTimeConstant: 0});
  player.output.connect(analyser);
  const face = document.querySelector('skyteller-chat').presence.face; face.state = 'speaking';
  const mouths = new Map(), heard = [], seen = [], wave = new Float32Array(256);
  player.addEventListener('begin', ({detail: {clause, start}}) => face.speak(mouths.get(clause), start, player.clock));
  const length = 10, clauses = seconds / length;
  for (let c = 1; c <= clauses; c += 1) {
    const samples = new Float32Array(length * RATE);
    mouths.set(c, []);
    for (let s = 0; s < length; s += 1) {
      for (let i = 0; i < 0.3 * RATE; i += 1) samples[(s + 0.5) * RATE + i] = 0.2 * Math.sin(i / 8);
      mouths.get(c).push({at_s: s + 0.5, shape: 'open'}, {at_s: s + 0.8, shape: 'rest'});
    }
    player.add(c, 0, samples, true);
  }
  let loud = false, open = false;
  const hole = face.shadowRoot.querySelector('.m-hole');
  const late = () => (context.outputLatency || context.baseLatency || 0) * 1000;
  return new Promise((done) => {
    const channel = new MessageChannel(); // polls as fast as the page can
    const end = performance.now() + seconds * 1000 + 1500;
    channel.port1.onmessage = () => {
      const now = performance.now();
      analyser.getFloatTimeDomainData(wave);
      const is = wave.some((v) => Math.abs(v) > 0.02);
      if (is && !loud) heard.push(now + late());
      loud = is;
      const ys = hole.getAttribute('d').match(/-?[\\d.]+/g).map(Number).filter((_, i) => i % 2);
      const opened = Math.max(...ys) - Math.min(...ys) > 12;
      if (opened && !open) seen.push(now);
      open = opened;
      if (now < end) setTimeout(() => channel.port2.postMessage(0), 2); else done([heard, seen]);
    };
    channel.port2.postMessage(0);
  }); }"""
STOP = """async () => { const base = document.querySelector('script[type=module]').src.replace('counter.js', '');
  const { Player, RATE } = await import(base + 'player.js');
  const player = new Player(); await player.unlock();
  const analyser = new AnalyserNode(player.output.context, {fftSize: 256}), wave = new Float32Array(256);
  player.output.connect(analyser);
  const quiet = () => { analyser.getFloatTimeDomainData(wave); return !wave.some((v) => Math.abs(v) > 0.002); };
  const until = (test) => new Promise((done) => { const look = () => (test() ? done(performance.now()) : setTimeout(look, 2)); look(); });
  const took = [];
  for (let n = 1; n <= 20; n += 1) {
    player.add(n, 0, new Float32Array(3 * RATE).map((_, i) => 0.2 * Math.sin(i / 8)), true);
    await until(() => !quiet());
    await new Promise((done) => setTimeout(done, 200));
    const asked = performance.now();
    player.flush();
    took.push((await until(quiet)) - asked);
  }
  player.close();
  return took; }"""

Out = Callable[[str], None]


def main() -> int:
    """Prints the tables; 0 when everything could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="of speech for the lips")
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement of frames and CPU")
    parser.add_argument("--url", help="a running counter")
    parser.add_argument("--reports", type=Path, default=Path("reports"))
    args = parser.parse_args()
    lines: list[str] = []

    def out(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    out(f"{os.cpu_count()} CPUs, load average at the start {os.getloadavg()[0]:.1f}")
    running = contextlib.nullcontext(args.url) if args.url else _own()
    with running as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        out(f"Chromium {browser.version}, without a graphics card")
        weight(browser, base, out)
        for name, size in VIEWS.items():
            moving(browser, base, name, size, args.seconds, out)
        sound(browser, base, args.minutes, out)
        browser.close()
    args.reports.mkdir(parents=True, exist_ok=True)
    path = args.reports / f"bench-face-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("kept in", path)
    return 0


def chromium() -> str:
    """The browser of this machine; the program ends where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("Chromium is missing: install it")
    return found


@contextlib.contextmanager
def _own() -> Iterator[str]:
    with product(llm=False) as running:
        yield running.base


def _open(browser: Browser, base: str, size: tuple[int, int]) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(f"{base}/embed")
    page.locator("skyteller-chat .theirs[data-turn] .bubble").first.wait_for()
    return page


def weight(browser: Browser, base: str, out: Out) -> None:
    """What comes over the wire, and when the greeting is seen: the first time, and with everything kept by the browser."""
    first, again = [], []
    for _ in range(3):
        page = _open(browser, base, (390, 844))
        first.append(_greeted(page))
        page.wait_for_timeout(1000)
        resources: list[list[Any]] = page.evaluate(
            "performance.getEntriesByType('resource').map((r) => [r.name, r.encodedBodySize, r.decodedBodySize])"
        )
        page.evaluate("sessionStorage.clear()")
        page.reload()
        page.locator("skyteller-chat .theirs[data-turn] .bubble").first.wait_for()
        again.append(_greeted(page))
        page.context.close()
    files = [entry for entry in resources if "/static/" in entry[0]]
    sent, whole = sum(entry[1] for entry in files), sum(entry[2] for entry in files)
    out(
        f"/embed: {len(files)} files, {sent / 1024:.0f} KiB on the wire ({whole / 1024:.0f} KiB unpacked), voice included"
    )
    out(
        f"greeting seen after {min(first):.0f} ms the first time, {min(again):.0f} ms with a filled cache (best of 3, same machine)"
    )


def _greeted(page: Page) -> float:
    return float(page.evaluate("Math.max(...performance.getEntriesByType('paint').map((p) => p.startTime))"))


def moving(browser: Browser, base: str, name: str, size: tuple[int, int], seconds: int, out: Out) -> None:
    """Frames a second and CPU while she speaks, right afterwards, and when nobody has done anything for a while."""
    page = _open(browser, base, size)
    page.wait_for_timeout(2000)
    page.evaluate(TALK, seconds + 2)
    cpu = _Cpu()
    gaps = page.evaluate(GAPS, seconds)
    out(
        f"{name:22s} speaking  {1000 / (sum(gaps) / len(gaps)):5.1f} frames/s  p95 gap {quantile(gaps, 0.95):5.1f} ms  CPU {cpu.percent():5.1f} %"
    )
    page.wait_for_timeout(3000)
    for label in ("awake", "at rest"):
        before, cpu = page.evaluate("document.querySelector('skyteller-chat').presence.face.frames"), _Cpu()
        page.wait_for_timeout(seconds * 1000)
        frames = page.evaluate("document.querySelector('skyteller-chat').presence.face.frames") - before
        out(f"{name:22s} {label:9s} {frames / seconds:5.1f} frames/s  {'':16s}  CPU {cpu.percent():5.1f} %")
        page.wait_for_timeout(max(0, DROWSY_S - seconds) * 1000)
    page.context.close()


def sound(browser: Browser, base: str, minutes: float, out: Out) -> None:
    """Lips against sound, and how fast she is silent."""
    page = _open(browser, base, VIEWS["bust, 330 px wide"])
    heard, seen = page.evaluate(LIPS, max(10, round(minutes * 6) * 10))
    offsets = [min((at - tone for at in seen), key=abs) for tone in heard]
    inside = sum(EARLY_MS <= offset <= LATE_MS for offset in offsets)
    out(
        f"lips against sound over {minutes:g} min: {len(offsets)} tones, offset p5 {quantile(offsets, 0.05):+.0f}, p50 {quantile(offsets, 0.5):+.0f}, "
        f"p95 {quantile(offsets, 0.95):+.0f} ms (minus: lips first); {inside / len(offsets):.1%} inside {EARLY_MS}/{LATE_MS:+d} ms"
    )
    took: Sequence[float] = page.evaluate(STOP)
    out(
        f"silent after a stop: p50 {quantile(list(took), 0.5):.0f} ms, p95 {quantile(list(took), 0.95):.0f} ms, of {len(took)}"
    )
    page.context.close()


class _Cpu:
    """CPU of this process's browser, all its processes, since it was made."""

    def __init__(self) -> None:
        self.began, self.before = time.monotonic(), self._spent()

    def percent(self) -> float:
        return 100 * (self._spent() - self.before) / (time.monotonic() - self.began)

    def _spent(self) -> float:
        return sum(_seconds(pid) for pid in _descendants(os.getpid()))


def _descendants(pid: int) -> list[int]:
    """The browser's processes below ``pid``."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text(encoding="ascii").split()):
            found += [child, *_descendants(child)]
    return found


def _seconds(pid: int) -> float:
    """CPU seconds of a process of Chromium; 0 of any other, and of one that is gone."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").partition(")")
    except OSError:
        return 0.0
    fields = rest.split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if "chrom" in name else 0.0


if __name__ == "__main__":
    sys.exit(main())
