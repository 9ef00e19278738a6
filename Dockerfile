# syncd in a container: a user of its own, a root that may be read-only, all that is kept in /data.
# The base is pinned by its digest; renew both lines together.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock ./
# Everything is fetched by its hash; what is installed below comes from these files alone.
RUN pip download --quiet --require-hashes --no-deps --dest /wheels -r requirements.lock
COPY . .
# The lock is what pins their versions.
# hadolint ignore=DL3013
RUN python -m venv --without-pip /opt/syncd \
 && pip --python /opt/syncd install --quiet --no-compile --no-index --find-links /wheels ".[postgresql,mysql]" \
 && /opt/syncd/bin/python -m compileall -q -x "lark_oapi/api/" /opt/syncd/lib

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin syncd \
 && install -d -o syncd -g syncd -m 0700 /data
COPY --from=build /opt/syncd /opt/syncd
ENV PATH=/opt/syncd/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1 \
    SYNCD_CONFIG=/etc/syncd/config.toml \
    SYNCD_HTTP__LISTEN=0.0.0.0:9464 \
    STATE_DIRECTORY=/data \
    CREDENTIALS_DIRECTORY=/run/secrets
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:9464/healthz', timeout=4)"]
ENTRYPOINT ["syncd"]
CMD ["run"]
