# The service as an image: `make image`. It runs as a user without a name or rights, on a root file system that may be
# read-only; all that it writes is in /data. What it needs is locked by hash in deploy/, and compiled when it is built.
ARG BASE=docker.io/library/debian:trixie-slim
# requirements-cluster.txt for nodes of a cluster: Ray is larger than all else together.
ARG REQUIREMENTS=requirements.txt

FROM ${BASE} AS build
ARG REQUIREMENTS
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY deploy/${REQUIREMENTS} deploy/requirements-build.txt ./
# Two environments, so that what builds (pip too) is not in the image.
RUN python3 -m venv /opt/build \
    && python3 -m venv --without-pip /opt/wuhen \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.txt \
    && /opt/build/bin/pip --python /opt/wuhen/bin/python install \
        --no-cache-dir --require-hashes --only-binary :all: -r ${REQUIREMENTS}
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/build/bin/pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/build/bin/pip --python /opt/wuhen/bin/python install --no-cache-dir --no-index --no-deps /wheels/*.whl
# For the whole family of processors where there is one, as the image may run on any of it.
RUN /opt/wuhen/bin/wuhen warmup --family --cache /var/cache/wuhen \
    && chmod -R u=rwX,go=rX /var/cache/wuhen

FROM ${BASE}
LABEL org.opencontainers.image.title="wuhen" \
    org.opencontainers.image.description="Erases objects from photographs, behind Tencent Cloud's API" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libseccomp2 python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/* \
    && echo 'wuhen:x:10001:10001::/data:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'wuhen:x:10001:' >> /etc/group \
    && install -d -m 700 -o 10001 -g 10001 /data
COPY --from=build /opt/wuhen /opt/wuhen
COPY --from=build /var/cache/wuhen /var/cache/wuhen
ENV PATH=/opt/wuhen/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WUHEN_DATA_DIR=/data \
    WUHEN_HOST=0.0.0.0 \
    WUHEN_PORT=8000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Ready within a minute where the compiled code fits the processor; elsewhere it is compiled anew first.
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 CMD ["wuhen", "health"]
ENTRYPOINT ["wuhen"]
CMD ["serve"]
