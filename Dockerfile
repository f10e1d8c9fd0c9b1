# The tool as an image: no root, no compiler, nothing to write, no network at run time.
#
#   docker build -t compliant-infra .
#   docker run --rm --read-only --network none --volume "$PWD:/src:ro" compliant-infra check
#
# The base image is named by its exact tag; give one by digest (NAME@sha256:...) or of a mirror with
# --build-arg BASE_IMAGE=..., and mirrors of packages with PIP_INDEX_URL (address of an index) and APT_MIRROR (scheme and
# host).
ARG BASE_IMAGE=python:3.11.11-slim-bookworm

FROM ${BASE_IMAGE} AS build
ARG PIP_INDEX_URL
WORKDIR /build
COPY . .
RUN python -m venv --without-pip /opt/compliant-infra \
    && python -m pip --python /opt/compliant-infra/bin/python install --no-cache-dir --disable-pip-version-check \
        --root-user-action=ignore --constraint ci/constraints.txt . \
    && /opt/compliant-infra/bin/compliant-infra --version

FROM ${BASE_IMAGE}
ARG APT_MIRROR=
# git says what a change touches (--since). A mounted checkout belongs to another user, which git accepts for /src alone.
RUN if [ -n "$APT_MIRROR" ]; then \
        sed -i -E "s|https?://[^/ ]+/|${APT_MIRROR%/}/|" /etc/apt/sources.list.d/debian.sources; \
    fi \
    && apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /src \
    && mkdir /src
COPY --from=build /opt/compliant-infra /opt/compliant-infra
LABEL org.opencontainers.image.title="compliant-infra" \
    org.opencontainers.image.description="Checks Terraform against China's MLPS levels" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="Apache-2.0"
# Judgements are not kept between runs; to keep them, mount a directory, name it by COMPLIANT_INFRA_CACHE and set
# COMPLIANT_INFRA_NO_CACHE to nothing.
ENV PATH=/opt/compliant-infra/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    COMPLIANT_INFRA_NO_CACHE=1
USER 10001:10001
WORKDIR /src
ENTRYPOINT ["compliant-infra"]
CMD ["check"]
