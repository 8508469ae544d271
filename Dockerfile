# syntax=docker/dockerfile:1
# The dependencies are those of uv.lock, in a stage of their own: the image that runs has neither uv nor a compiler.
FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir "uv>=0.8"
ENV UV_PROJECT_ENVIRONMENT=/opt/harbourmaster UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra postgres --no-install-project
COPY bot ./bot
COPY commands ./commands
COPY storage ./storage
COPY templates ./templates
COPY manifest.yml ./
RUN uv sync --locked --no-dev --extra postgres --no-editable

FROM python:3.13-slim-bookworm
# git for the mirrors, ssh and gpg for signatures, certificates for https remotes, pg_dump for `harbourmaster db backup`.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git gnupg openssh-client postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /home/harbourmaster --shell /usr/sbin/nologin harbourmaster \
    && install --directory --owner harbourmaster --group harbourmaster --mode 0700 /var/lib/harbourmaster
COPY --from=build /opt/harbourmaster /opt/harbourmaster
ENV PATH=/opt/harbourmaster/bin:$PATH \
    HARBOURMASTER_CONFIG=/etc/harbourmaster/harbourmaster.toml \
    HARBOURMASTER_DATA=/var/lib/harbourmaster \
    HARBOURMASTER_HTTP=0.0.0.0:9090 \
    PYTHONUNBUFFERED=1
USER harbourmaster
VOLUME /var/lib/harbourmaster
EXPOSE 3000 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9090/readyz', timeout=4)"]
ENTRYPOINT ["harbourmaster"]
CMD ["run"]
