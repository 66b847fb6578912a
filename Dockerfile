# Two stages: what installs stays behind. PostgreSQL is not in here; set DATABASE_URL, SECRET_KEY and SMS_SHOW_CODE.
FROM python:3.13-slim AS packages
WORKDIR /build
COPY .ci/poetry.txt ./
RUN python -m venv /poetry \
 && /poetry/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r poetry.txt
COPY poetry.lock pyproject.toml ./
# As `make` does (backend/install.py): what is installed follows poetry.lock to the hash, and `export` needs no index.
RUN /poetry/bin/python -m poetry export --only main --extras sms --output requirements.txt \
 && python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /venv /venv
COPY backend backend
COPY schemas schemas
COPY referral_api referral_api
COPY manage.py ./
# The tree may be read-only and belongs to nobody who runs it, so it is compiled here.
RUN python -m compileall -q backend schemas referral_api
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 \
    CMD ["python", "-m", "backend.healthcheck"]
# Migrates under a lock, then serves; on SIGTERM it finishes the requests in flight.
CMD ["python", "manage.py", "serve"]
