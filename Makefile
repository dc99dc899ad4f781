# Two commands are enough: `make run` and `make test`. Everything lands in .venv/ and .entente/.
PYTHON ?= python3
VENV = .venv/bin/python
# Where sources are compiled on every start, each of the processes of a session takes seconds to start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test torture check bench venv venv-dev catalogue

help:
	@echo "make run     everything on this machine, at http://127.0.0.1:8000/ (PORT, ENTENTE_DATA)"
	@echo "make test    the whole suite on its own engines, browser included (ARGS='-k name')"
	@echo "make torture  what takes minutes: killed processes, 10,000 deadlines counted by hand"
	@echo "make check   lint, types, layers, templates, migrations, French catalogue, deployment"
	@echo "make bench   speed against the floor of the same machine (ARGS='--leads 1000000')"

run: venv
	@exec $(VENV) -m alignment.config.local.run

test: venv-dev
	@$(VENV) -m tests.browser.chromium
	@exec $(VENV) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

torture: venv-dev
	@exec $(VENV) -m pytest -m torture $(ARGS)

check: venv-dev
	@exec $(VENV) tools/check.py

bench: venv-dev
	@exec $(VENV) -m tests.bench $(ARGS)

catalogue: venv-dev
	@exec $(VENV) tools/catalogue.py --write

venv:
	@command -v $(PYTHON) >/dev/null || { echo "Entente needs Python 3.11 or newer, and there is no $(PYTHON) on this machine." >&2; exit 1; }
	@$(PYTHON) tools/venv.py requirements.txt

venv-dev:
	@command -v $(PYTHON) >/dev/null || { echo "Entente needs Python 3.11 or newer, and there is no $(PYTHON) on this machine." >&2; exit 1; }
	@$(PYTHON) tools/venv.py requirements.txt requirements-dev.txt
