"""Time and memory of passage search as documents grow in number, with FAISS alone beside it (see bench.documents).

Each size runs in a process of its own, so that memory is its own. Passages are made of Chinese words drawn with a seed.
Embedding a hundred thousand of them takes hours on two cores and changes nothing that is measured here, so vectors are
drawn too; questions are embedded for real, and the time to embed a passage is measured apart.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np

from knowledge.embeddings import Embedder, Vectors, embedded, unit
from knowledge.passage_index import Indexed, PassageIndex
from knowledge.passages import Passage

SIZES = (300, 10_000, 100_000)
CHARS = (60, 100)  # of a passage: a clause; it is one piece
QUESTIONS = 60
SEED = 11
_WORDS = [
    "客户",
    "银行",
    "账户",
    "存款",
    "转账",
    "限额",
    "身份",
    "证件",
    "办理",
    "申请",
    "费用",
    "通知",
    "规定",
    "应当",
    "可以",
    "不得",
    "自收到",
    "之日起",
    "工作日",
    "柜台",
    "手机",
    "网上",
    "短信",
    "密码",
    "挂失",
    "冻结",
    "解除",
    "利息",
    "到期",
    "提前",
    "支取",
    "理财",
    "风险",
    "评估",
    "贷款",
    "还款",
    "逾期",
    "征信",
    "投诉",
    "处理",
    "答复",
    "个人",
    "信息",
    "同意",
    "授权",
    "撤回",
    "删除",
    "查询",
    "明细",
    "凭证",
    "合同",
    "条款",
    "生效",
    "变更",
    "注销",
    "代理",
    "监护",
    "未成年",
    "境外",
    "外币",
    "兑换",
    "现金",
    "保管",
    "贵重",
    "物品",
    "开箱",
    "年费",
    "减免",
    "优惠",
    "积分",
    "兑付",
    "汇率",
    "牌价",
    "结算",
    "清算",
    "对账",
    "差错",
    "更正",
    "退回",
]


def _passages(size: int, rng: np.random.Generator) -> list[Indexed]:
    out = []
    for at in range(size):
        length = int(rng.integers(*CHARS))
        words = rng.choice(_WORDS, size=length // 2)
        text = "".join(words)[:length] + f"编号{at}。"
        out.append(
            Indexed(at // 100, "云桥银行规则", Passage("article", "第一章", "", f"{at}", "", f"a{at}", None, text))
        )
    return out


def _questions(rng: np.random.Generator) -> list[str]:
    return ["".join(rng.choice(_WORDS, size=int(rng.integers(3, 9)))) + "吗" for _ in range(QUESTIONS)]


def _times(name: str, do: Callable[[str], object], asked: Sequence[str]) -> dict[str, float]:
    """Milliseconds by the clock on the wall, and of the processors (what other work on the machine does not touch)."""
    wall, used = [], []
    for one in asked:
        start, before = time.perf_counter(), time.process_time()
        do(one)
        wall.append((time.perf_counter() - start) * 1000)
        used.append((time.process_time() - before) * 1000)
    p50, p95 = np.quantile(wall, [0.5, 0.95])
    cpu50, cpu95 = np.quantile(used, [0.5, 0.95])
    return {f"{name}_p50": p50, f"{name}_p95": p95, f"{name}_cpu_p50": cpu50, f"{name}_cpu_p95": cpu95}


class _Remembered:
    """An embedder that embeds a question once, so that the ranking can be timed without it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._known = embedder, dict[str, Vectors]()
        self.name, self.dim = embedder.name, embedder.dim

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        (text,) = texts
        if text not in self._known:
            self._known[text] = self._embedder.embed_queries([text])
        return self._known[text]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(texts)


def _memory_mb() -> float:
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(size: int) -> dict[str, float]:
    """One size, in this process."""
    rng = np.random.default_rng(SEED)
    embedders = [_Remembered(one) for one in embedded()]
    asked = _questions(rng)
    some = [one.passage.text for one in _passages(20, rng)]
    for embedder in embedders:
        embedder.embed_passages(some[:1])
    start = time.process_time()
    for embedder in embedders:
        embedder.embed_passages(some)
    embed_ms = (time.process_time() - start) * 1000 / len(some)
    passages = _passages(size, rng)
    vectors = {one.name: unit(rng.standard_normal((size, one.dim), dtype=np.float32)) for one in embedders}
    centres = {(one.name, flag): np.zeros((1, one.dim), np.float32) for one in embedders for flag in (True, False)}
    before = _memory_mb()
    start = time.perf_counter()
    index = PassageIndex(passages, np.arange(size), vectors, centres, embedders)
    build_s = time.perf_counter() - start
    memory = _memory_mb() - before
    allowed = np.ones(size // 100 + 1, dtype=np.bool_)
    index.find("问", allowed, 5)
    first = embedders[0]
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(first.dim)
    flat.add(vectors[first.name])
    return {
        "size": size,
        **_times("search", lambda one: index.find(one, allowed, 5), asked),  # embeds each question
        **_times("rank", lambda one: index.find(one, allowed, 5), asked),  # knows them now
        **_times("faiss", lambda one: flat.search(first.embed_queries([one]), 5), asked),
        "build_s": build_s,
        "memory_mb": memory,
        "embed_passage_cpu_ms": embed_ms,
    }


def growth(plot: Path | None) -> None:
    """Measure every size, print a table and draw it."""
    found = []
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bench._growth", str(size)],
            check=True,
            capture_output=True,
            text=True,
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
        print(", ".join(f"{name} {value:,.1f}" for name, value in found[-1].items()), flush=True)
    if plot is not None:
        draw(found, plot)


def draw(found: Sequence[dict[str, float]], path: Path) -> None:
    """Time on the left, memory and build time on the right, both over the number of passages."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    sizes = [one["size"] for one in found]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    for name, label in (
        ("search_p95", "search, p95"), ("search_p50", "search, p50"), ("rank_p50", "without embedding the question, p50"),
        ("rank_cpu_p50", "the same, processor time"), ("faiss_p50", "FAISS flat alone, embeddings A, p50"),
    ):  # fmt: skip
        left.plot(sizes, [one[name] for one in found], marker="o", label=label)
    left.set(xscale="log", yscale="log", xlabel="passages", ylabel="ms", title="A question")
    left.legend()
    right.plot(sizes, [one["memory_mb"] for one in found], marker="o", label="index, MB")
    right.plot(sizes, [one["build_s"] for one in found], marker="o", label="index build without embedding, s")
    right.set(xscale="log", yscale="log", xlabel="passages", title="Memory and build")
    right.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
