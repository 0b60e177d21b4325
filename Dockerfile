# One image for every program: they share nearly all of their code, and one tag says what runs everywhere.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# Queries are checked against .sqlx/, so that building needs no database.
ENV SQLX_OFFLINE=true
# The caches outlive the layer, so that a change of ours does not rebuild what is not ours; what is kept of the build
# has to be copied out of them in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked \
    && install -D --target-directory=/out \
        target/release/cotejo \
        target/release/cotejo-checks \
        target/release/cotejo-validations \
        target/release/cotejo-connect \
        target/release/cotejo-account \
        target/release/cotejo-worker \
        target/release/cotejo-function

# The same Debian as the builder's: the programs need no newer glibc than there is.
FROM debian:bookworm-slim
# Sources of a live deployment are asked over TLS; who vouches for them is the image's to know.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cotejo
COPY --from=build /out/ /usr/local/bin/
# By number, so that a cluster can see that it is not root.
USER 10001:10001
# 4001 to 4005 are the APIs and the worker's health; 5001 to 5005 the metrics, where COTEJO_METRICS_ADDR opens them.
EXPOSE 4001 4002 4003 4004 4005 5001 5002 5003 5004 5005
CMD ["cotejo", "--help"]
