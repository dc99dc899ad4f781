"""The application's own processes: how web server, workers, scheduler and guard are started."""

from __future__ import annotations

import sys
from pathlib import Path

from alignment.config.local.folder import CHECKOUT, DataFolder
from alignment.config.local.processes import Child

SIGN_IN_PATH = "/sign-in/login/"


def preparation(folder: DataFolder, env: dict[str, str]) -> Child:
    """Migrations, static files and, on first start, the demo, in one process run to its end."""
    return Child(
        "prepare",
        [sys.executable, "-m", "alignment.config.local.prepare"],
        env=env,
        log=folder.log("prepare"),
        cwd=CHECKOUT,
    )


def collect_static(folder: DataFolder, env: dict[str, str]) -> Child:
    """Static files alone, for a server whose database is ready."""
    command = [sys.executable, str(CHECKOUT / "manage.py"), "collectstatic", "--noinput", "-v0"]
    return Child("static", command, env=env, log=folder.log("static"), cwd=CHECKOUT)


def web(folder: DataFolder, env: dict[str, str], port: int, host: str = "127.0.0.1") -> Child:
    """One granian process; it serves `/static` itself."""
    command = [sys.executable, "-m", "granian", "--interface", "asginl"]
    command += ["--host", host, "--port", str(port), "--workers", "1", "--no-ws"]
    command += ["--backlog", "4096", "--backpressure", "8192"]
    # Open live streams would delay a stop forever.
    command += ["--workers-kill-timeout", "3", "--respawn-failed-workers"]
    command += ["--static-path-mount", str(static_root(env))]
    command += ["--log-level", "warning", "alignment.config.asgi:application"]
    return Child("web", command, env=env, log=folder.log("web"), cwd=CHECKOUT)


def worker(folder: DataFolder, env: dict[str, str], queues: str) -> Child:
    """One Celery worker for these queues. Separate workers keep imports from delaying hot leads."""
    name = f"worker-{queues.replace(',', '-')}"
    command = [*_celery(), "worker", "-Q", queues, "--concurrency", "1", "-n", f"{name}@%h"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return Child(name, command, env=env, log=folder.log(name), cwd=CHECKOUT)


def outbox(folder: DataFolder, env: dict[str, str]) -> Child:
    """The worker that sends to the outside: threads, because it mostly waits for answers."""
    sender = worker(folder, env, "outbox")
    sender.command += ["--pool", "threads", "--concurrency", "4"]
    return sender


def scheduler(folder: DataFolder, env: dict[str, str]) -> Child:
    """Celery beat; its schedule is in the code, its file only remembers the last runs."""
    command = [*_celery(), "beat", "--loglevel", "WARNING", "--pidfile="]
    command += ["--schedule", str(folder.root / "beat-schedule")]
    return Child("scheduler", command, env=env, log=folder.log("scheduler"), cwd=CHECKOUT)


def guard(folder: DataFolder, env: dict[str, str]) -> Child:
    """Sweeps the clocks when scheduler, broker or worker fail to."""
    command = [sys.executable, str(CHECKOUT / "manage.py"), "run_guard"]
    return Child("guard", command, env=env, log=folder.log("guard"), cwd=CHECKOUT)


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "alignment.config.celery:app", "--quiet"]


def static_root(env: dict[str, str]) -> Path:
    """Where `collectstatic` puts the files that granian serves."""
    return Path(env.get("STATIC_ROOT") or Path(env["ENTENTE_DATA"]) / "static")
