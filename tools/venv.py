"""Create or refresh .venv for the given requirement files; does nothing when they haven't changed.

Runs on any Python 3, so that an old one gives a clear message instead of a syntax error.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(CHECKOUT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
NEEDED = 1500 * 1024**2
# Distributions compile theirs with profile-guided optimisation.
SYSTEM_PYTHON = "/usr/bin/python3"


def refuse(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


def new_enough(python, need="sys"):
    """Whether this interpreter starts, is recent enough and has the module `need`."""
    test = "import sys, %s; sys.exit(sys.version_info < (%d, %d))" % (need, *OLDEST)
    try:
        return subprocess.call([python, "-c", test], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def find_python():
    """This Python, or a newer one on the path.

    An interpreter built without optimisation, as version managers do, takes a third longer for each
    page, so the system's own is preferred unless another was named (PYTHON=...).
    """
    if sys.version_info >= OLDEST:
        named = "PYTHON" in os.environ
        optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
        if named or optimised or not new_enough(SYSTEM_PYTHON, need="ensurepip"):
            return sys.executable
        return SYSTEM_PYTHON
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        if found and new_enough(found):
            return found
    refuse(
        "Entente needs Python 3.11 or newer, and this machine's python3 is %d.%d: "
        "install a newer one, or name it with make run PYTHON=/path/to/python3."
        % sys.version_info[:2]
    )
    return None


def fingerprint(paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(os.path.join(CHECKOUT, path), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def create():
    """Create the environment, replacing one that doesn't start (because its Python is gone)."""
    if os.path.exists(VENV) and new_enough(VENV_PYTHON):
        return
    free = shutil.disk_usage(CHECKOUT).free
    if free < NEEDED:
        refuse(
            "The disk of %s is full: %d MB are free and Entente needs %d MB to install its packages."
            % (CHECKOUT, free // 1024**2, NEEDED // 1024**2)
        )
    python = find_python()
    print("Creating .venv (once) ...")
    done = subprocess.run(
        [python, "-m", "venv", "--clear", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    if done.returncode:
        if "ensurepip" in done.stdout:
            refuse(
                "This Python comes without venv: install it (on Debian and Ubuntu: "
                "apt install python3-venv) and start again."
            )
        refuse("The virtual environment could not be created: " + done.stdout.strip())


def install(files):
    stamp = os.path.join(VENV, "installed-" + "+".join(files))
    wanted = fingerprint(files)
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    print("Installing the packages (once, some minutes) ...")
    command = [VENV_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    for path in files:
        command += ["-r", os.path.join(CHECKOUT, path)]
    if subprocess.call(command):
        refuse("The packages could not be installed; the lines above say why. Then start again.")
    with open(stamp, "w") as file:
        file.write(wanted)


if __name__ == "__main__":
    try:
        create()
        install(sys.argv[1:])
    except KeyboardInterrupt:
        refuse("Interrupted; start again to go on.")
    except OSError as error:
        refuse("The virtual environment could not be created: %s." % error)
