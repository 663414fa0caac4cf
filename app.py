"""Skyteller's one composition root: reads the settings, builds every real thing once and serves it.

``python app.py`` serves; ``python app.py --prepare`` only trains and builds what a first start needs.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from fastapi import FastAPI
from sqlalchemy.orm import Session
from tqdm import tqdm

from agent.answers import Answers
from agent.casework.build import Office, build_desk
from agent.casework.staff import BadRoster
from agent.conversations import SqlConversations, checkpoints
from agent.desk import Desk
from agent.llm.port import LanguageModel
from agent.llm.select import language_model
from agent.minds import Minds, feed, minds
from agent.model_fetch import store_of
from agent.models import ModelMissing, ModelStore
from agent.nodes import Nodes
from agent.operations import AuditLog, Sandbox, Services, SqlUsedTokens
from agent.policy import Policy
from agent.recordings import Recordings
from agent.rephrase import Rephraser
from agent.settings import Settings, load_or_exit
from agent.spoken import said
from agent.teller import SkyTeller
from agent.understand.examples import DATA, read
from agent.understand.tuned import BadPatch
from knowledge.library import Library
from knowledge.port import CannotServe
from knowledge.record import SqliteRecord
from tools.bank.core import SqlCoreBank
from tools.bank.port import CoreBank
from tools.bank.seed import seed
from tools.bank.stories import load_stories
from tools.clock import Clock, SystemClock
from tools.db import Database, UnusableDatabase
from tools.errors import Busy, must
from tools.gate.gate import Gate
from tools.gate.risk import RuleEngine
from tools.gate.run import Parts
from tools.identity.build import build_identity
from tools.jobs import Jobs
from tools.logs import start_logging
from tools.sandbox_clock import SandboxClock
from tools.services import built_services
from ui.api.api import create_api
from ui.api.options import ApiOptions, HostTokens
from ui.api.ports import ModelState
from ui.api.quiet import Quiet, Watch
from ui.api.serving import Server
from ui.api.voice import mount_voice
from ui.console.console import mount_console
from ui.embed.page import mount_embed
from voice.errors import EngineUnavailable
from voice.hearing import WhisperRecognizer
from voice.live import words
from voice.live.engines import Engines
from voice.speaking import KokoroFiles, PhraseStore, Rehearsed, Speaker, fixed_clauses, rehearse, speaker

VERSION = "0.1.0"
QUIET_S = 60.0  # so long nobody has said anything: what can wait is done
log = logging.getLogger("skyteller")


class Health:
    """Which parts are ready."""

    version = VERSION

    def __init__(self, llm: LanguageModel, ears: WhisperRecognizer, mouth: Speaker) -> None:
        self._llm, self._ears, self._mouth = llm, ears, mouth
        self.warm = threading.Event()

    def models(self) -> Mapping[str, ModelState]:
        embeddings: ModelState = "ready" if self.warm.is_set() else "loading"
        speech: dict[str, ModelState] = {"asr": self._ears.state, "tts": self._mouth.preferred_state()}
        return {"llm": self._llm.ready(), "embeddings": embeddings, **speech}


@dataclass(frozen=True)
class App:
    """Everything that runs; ``api`` is what a server serves."""

    settings: Settings
    db: Database
    gate: Gate
    teller: SkyTeller
    audit: AuditLog
    jobs: Jobs
    llm: LanguageModel
    api: FastAPI
    minds: Minds
    health: Health
    see: Callable[[], None]
    ears: WhisperRecognizer
    mouth: Speaker
    rehearse: Callable[[], int]
    desk: Office


def build(settings: Settings, *, llm: LanguageModel | None = None, loaded: Minds | None = None) -> App:
    """Put everything together; nothing runs yet but the database is there, migrated and seeded."""
    settings.prepare()
    db = Database(settings.database_url)
    db.migrate()
    tariff, stories, secret = settings.tariff(), load_stories(), settings.signing_secret()
    clock: Clock = SandboxClock(db, settings.now) if settings.sandbox else SystemClock()
    if settings.sandbox:
        with db.transaction() as session:
            seed(session, clock, stories)
    identity = build_identity(db, clock, secret, settings, tariff, stories if settings.sandbox else None)

    def bank_of(session: Session) -> CoreBank:
        return SqlCoreBank(session, clock, tariff)

    store = store_of(settings)
    llm = llm if llm is not None else language_model(settings, store)
    loaded = loaded if loaded is not None else minds(settings, llm)
    library, understanding = loaded.library, loaded.understanding
    gate = Gate(
        Parts(
            db=db,
            bank_of=bank_of,
            clock=clock,
            tariff=tariff,
            services=built_services(),
            book=library,
            risk=RuleEngine.from_file(),
            verifier=identity.verifier,
            secret=secret,
        )
    )
    waiting = Desk(db, clock, bank_of)
    record, voice = SqliteRecord(settings.data / "questions.sqlite"), Rephraser(llm) if settings.rephrase else None
    nodes = Nodes(
        db=db,
        bank_of=bank_of,
        gate=gate,
        understanding=understanding,
        answers=Answers(
            db=db, bank_of=bank_of, clock=clock, tariff=tariff, knowledge=library, record=record, voice=voice
        ),
        desk=waiting,
        policy=Policy.from_file(),
    )
    checkpointer = checkpoints(settings.data / "checkpoints.sqlite")
    conversations, queue = SqlConversations(db), waiting.queue
    teller = SkyTeller(
        db=db, bank_of=bank_of, clock=clock, nodes=nodes, store=conversations, checkpointer=checkpointer, queue=queue
    )
    jobs = Jobs(db, {"settle": _settle(db, bank_of), "evidence": identity.purge, "forget": gate.forget_due})
    audit = AuditLog(db)
    sandbox = None
    if isinstance(clock, SandboxClock):
        sandbox = Sandbox(db, clock, tariff, stories, gate, jobs.run_due_now, identity.enrolment)
    ears = WhisperRecognizer(lambda: _model_folder(store, "asr"), _sentences)
    phrases = _phrases(library, SystemClock().now().date())
    mouth = _mouth(settings, store, phrases)
    quiet = Quiet(QUIET_S)
    health, days = Health(llm, ears, mouth), settings.keep_sound_days
    options = _options(settings, db, clock)
    desk = build_desk(settings, db, clock, bank_of, gate, teller, queue, secret)
    api = create_api(teller, options, sandbox, audit, desk.tokens, health, Services(), ears, mouth, desk)
    _mount_voice(api, settings, options, teller, ears, mouth, Recordings(db, clock, secret, days) if days else None)
    api.add_middleware(Watch, quiet=quiet)
    return App(
        settings, db, gate, teller, audit, jobs, llm, api, loaded, health, identity.warm_up, ears, mouth,
        lambda: rehearse(mouth, phrases, quiet=quiet), desk
    )  # fmt: skip


def _mount_voice(
    api: FastAPI,
    settings: Settings,
    options: ApiOptions,
    teller: SkyTeller,
    ears: WhisperRecognizer,
    mouth: Speaker,
    kept: Recordings | None,
) -> None:
    """Conversations by voice, beside those in text and with the same teller."""
    engines = Engines(
        ears, mouth, lambda: {"hearing": ears.state, "speaking": mouth.state()}, figures=api.state.metrics
    )
    mount_voice(
        api, teller, engines, options, sandbox=settings.sandbox, sessions_max=settings.voice_sessions, recordings=kept
    )


def practise(settings: Settings, library: Library) -> None:
    """All of it now, with progress: half an hour the first time, for who does not want a first customer to wait."""
    phrases = _phrases(library, SystemClock().now().date())
    with tqdm(total=len(phrases), unit="phrase", desc="Rehearsing") as bar:
        rehearse(_mouth(settings, store_of(settings), phrases), phrases, tell=lambda *_: bar.update())


def _phrases(library: Library, on: date) -> list[Rehearsed]:
    """What is always said in the same words, in the order in which it is made ready."""
    return [Rehearsed(*each) for each in dict.fromkeys([*words.fixed_sentences(), *said(library.shorts(on))])]


def _mouth(settings: Settings, store: ModelStore, phrases: Sequence[Rehearsed]) -> Speaker:
    """What speaks; fixed phrases are kept with the models."""

    def files() -> KokoroFiles:
        model = _model_folder(store, "tts")
        return KokoroFiles(model / "kokoro-v1.0.int8.onnx", model / "vocab.json", _model_folder(store, "tts_voices"))

    return speaker(
        settings.tts.split(","),
        files,
        threads=settings.tts_threads,
        fixed=fixed_clauses(phrase.text for phrase in phrases),
        store=PhraseStore(settings.models / "phrases"),
    )


def _sentences() -> list[str]:
    """As customers say them: what the repair of misheard words judges by."""
    return [example.text for example in read(DATA / "train")]


def _model_folder(store: ModelStore, role: str) -> Path:
    """Where the files of a speech model are; hashes them the first time."""
    try:
        return store.path(role).parent
    except ModelMissing as missing:
        raise EngineUnavailable(role, missing.why, missing.remedy) from missing


def _settle(db: Database, bank_of: Callable[[Session], CoreBank]) -> Callable[[], None]:
    """The due job: transfers whose time has come arrive."""

    def settle() -> None:
        with db.transaction() as session:
            arrived = bank_of(session).settle_due()
        if arrived:
            log.info("transfers arrived", extra={"count": len(arrived)})

    return settle


def _options(settings: Settings, db: Database, clock: Clock) -> ApiOptions:
    return ApiOptions(
        host_tokens=_host_tokens(settings, db, clock),
        request_bytes_max=settings.request_bytes_max,
        ai_producer=settings.ai_producer,
    )


def _host_tokens(settings: Settings, db: Database, clock: Clock) -> HostTokens | None:
    if settings.sandbox:
        return None
    keys, issuer, audience = settings.host_token_keys, settings.host_token_issuer, settings.host_token_audience
    must(keys is not None and issuer is not None and audience is not None, "production settings are complete")
    assert keys is not None and issuer is not None and audience is not None  # noqa: S101, PT018 - for the type checker
    return HostTokens(keys.read_text(encoding="ascii"), issuer, audience, SqlUsedTokens(db, clock), clock)


def _port_free(host: str, port: int) -> bool:
    """Whether we can listen there; asked before the long part of the start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                return False
            raise
    return True


def _load_behind(app: App) -> None:
    """What typing needs first, then what hearing, speaking and seeing need."""
    app.minds.warm_up(app.settings, SystemClock().now().date())
    app.health.warm.set()
    app.ears.load()
    app.mouth.load()
    app.see()
    if app.settings.rehearse:
        threading.Thread(target=_behind, args=(app.rehearse,), name="rehearsal", daemon=True).start()


def _behind(work: Callable[[], object]) -> None:
    """In this thread, after everything else that wants the processor."""
    with contextlib.suppress(AttributeError, OSError):  # only Linux knows threads here
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
    work()


def page_mounter() -> Callable[[FastAPI, Settings], None]:
    """What mounts the page. To import Gradio is the longest part of a start: it runs beside what reads the knowledge in."""
    from ui.page.page import mount_page

    return mount_page


def serve(settings: Settings, loaded: Minds | None = None) -> int:
    """Serve until told to stop; 0 when it ended well."""
    if not _port_free(settings.host, settings.port):
        print(
            f"Cannot listen on {settings.host}:{settings.port} (taken or not allowed). "
            "Stop the other program or set SKYTELLER_PORT to a free port.",
            file=sys.stderr,
        )
        return 1
    try:
        llm = language_model(settings, store_of(settings))
        with ThreadPoolExecutor(1) as beside:
            loading = beside.submit(minds, settings, llm) if loaded is None else None
            mount_page = page_mounter()
            app = build(settings, llm=llm, loaded=loaded if loading is None else loading.result())
    except BadRoster as bad:
        print(f"SKYTELLER_STAFF: {bad}", file=sys.stderr)
        return 2
    except (UnusableDatabase, Busy) as error:
        print(f"The database cannot be used: {error}. See SKYTELLER_DATABASE_URL and SKYTELLER_DATA.", file=sys.stderr)
        return 1
    mount_embed(app.api, settings)
    mount_console(app.api)
    mount_page(app.api, settings)
    app.desk.announce(f"http://{settings.host}:{settings.port}/console")
    app.llm.start()
    threading.Thread(target=_load_behind, args=(app,), name="warm-up", daemon=True).start()
    threading.Thread(target=feed, args=(settings, SystemClock()), name="documents", daemon=True).start()
    app.jobs.start()
    log.info("serving on http://%s:%s in %s mode", settings.host, settings.port, settings.mode)
    try:
        Server(app.api, settings.host, settings.port).run()
    finally:
        app.jobs.stop()
        app.llm.stop()
        app.db.close()
    return 0


def _leave(code: int) -> NoReturn:
    """End here and now: threads that still load models would abort a process that takes itself apart around them."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepare", action="store_true", help="train and build what a first start needs, then stop")
    parser.add_argument("--rehearse", action="store_true", help="make the sound of all fixed phrases ready, then stop")
    given = parser.parse_args()
    settings = load_or_exit()
    start_logging(settings.log_level)
    # uvicorn stops at this signal and then raises it again: by default that would end us before anything is put away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if given.prepare or given.rehearse:
            library = minds(settings).library
            if given.rehearse:
                practise(settings, library)
            return 0
        _leave(serve(settings))
    except (SystemExit, KeyboardInterrupt):  # told to stop, and stopped
        _leave(0)
    except CannotServe as error:
        print(f"Questions cannot be compared with answers: {error}.", file=sys.stderr)
        return 1
    except BadPatch as error:
        print(f"Nothing can be understood: {error}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
