# Builds the one binary, then ships it alone: nothing is downloaded when it runs.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY entity entity
COPY migration migration
COPY src src
# Cargo wants to see the targets that Cargo.toml names.
COPY tests/it/main.rs tests/it/main.rs
COPY benches benches
RUN cargo build --release --locked --bin headroom

FROM debian:bookworm-slim
RUN useradd --system --uid 8025 --home-dir /data --shell /usr/sbin/nologin headroom \
    && install --directory --owner headroom --group headroom --mode 0700 /data
COPY --from=build /src/target/release/headroom /usr/local/bin/headroom
USER headroom
ENV HEADROOM_DATA=/data HEADROOM_LISTEN=0.0.0.0:8025
VOLUME /data
EXPOSE 8025
ENTRYPOINT ["headroom"]
CMD ["serve"]
