"""Debian's Chromium in a local folder, for users who may not install packages.

apt runs with its own lists and archives, so it needs no privileges; the packages are unpacked and
never installed. To remove it, delete the folder (inside `.venv`).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.prefix) / "chromium"
PROGRAM = ROOT / "usr/lib/chromium/chromium-headless-shell"
FONTS = ROOT / "fonts.conf"
BROWSER = ("chromium-headless-shell", "libatomic1")
PACKAGES = (*BROWSER, "fonts-liberation")


def environment() -> dict[str, str]:
    """Variables that point programs to the unpacked libraries and fonts; empty without them."""
    if not PROGRAM.exists():
        return {}
    libraries = ("usr/lib/*-linux-gnu", "lib/*-linux-gnu", "usr/lib/*-linux-gnu/pulseaudio")
    folders = [PROGRAM.parent, *(folder for each in libraries for folder in ROOT.glob(each))]
    return {
        "LD_LIBRARY_PATH": ":".join(map(str, folders)),
        "FONTCONFIG_FILE": str(FONTS),
    }


def unpack() -> bool:
    """Download and unpack; False if there is no apt or it does not know the packages."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return False
    print("Unpacking Debian's Chromium into .venv (once) ...", flush=True)
    folder = ROOT.with_name("chromium-packages")
    try:
        archives = _download(folder)
        # Existing files belong to an earlier attempt whose browser did not start.
        shutil.rmtree(ROOT, ignore_errors=True)
        if not archives or not all(_extract(archive) for archive in archives):
            return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    FONTS.write_text(
        f"<fontconfig><dir>{ROOT}/usr/share/fonts</dir><cachedir>{ROOT}/font-cache</cachedir>"
        "</fontconfig>"
    )
    return True


def _extract(archive: Path) -> bool:
    return _quietly("dpkg-deb", "--extract", str(archive), str(ROOT))


def _download(folder: Path) -> list[Path]:
    """The packages and those of their dependencies that this machine lacks."""
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder,
        "Dir::Cache::Archives": folder / "archives",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    fetched = _quietly("apt-get", "-qq", *options, "update") and _quietly(
        "apt-get", "-qq", "-y", *options, "--download-only", "install", *PACKAGES
    )
    return sorted((folder / "archives").glob("*.deb")) if fetched else []


def _quietly(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return done.returncode == 0
