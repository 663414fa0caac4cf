"""The process that holds the embedded language model: ``python -m agent.llm.server``, started by EmbeddedModel.

llama.cpp keeps the interpreter to itself for seconds while it loads, and ends its process when memory or a file fails it;
a process of its own keeps both away from the counter. It reads its parameters as one line of JSON from standard input,
writes its address as one line of JSON to standard output, and ends when standard input does: with its parent, however
that ended.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TypedDict


class Parameters(TypedDict):
    """What the parent sends; the key travels here because arguments can be seen by other users."""

    file: str
    api_key: str
    threads: int
    context: int


def serve(parameters: Parameters) -> None:
    """Load the model and serve it on a free loopback port until standard input ends."""
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = parameters["file"]
    wanted.model_alias = {"embedded"}
    wanted.api_keys = [parameters["api_key"]]
    wanted.port = 0
    wanted.n_ctx = parameters["context"]
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = parameters["threads"]
    wanted.n_gpu_layers = 0
    # Its weights are rearranged for the processor while they load; a mapped file would stay in memory beside the copy (600 MB).
    wanted.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    # Two conversations with the model (choosing and speaking) keep their prompts' beginnings in one cache side by side,
    # and older ones in some memory: reading 260 tokens anew takes 4 s, going on from a known beginning 0.2 s.
    wanted.n_parallel = 2
    wanted.kv_unified = True
    wanted.cache_ram_mib = 128
    wanted.ui = wanted.endpoint_slots = wanted.fit_params = False
    server = xllamacpp.Server(wanted)
    print(json.dumps({"address": server.listening_address}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    try:
        serve(json.loads(sys.stdin.readline()))
    except BaseException:  # a parent that is gone before the address could be told, too: threads would keep the process
        os._exit(1)
    os._exit(0)  # at once, without the seconds of taking the model apart
