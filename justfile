# Six verbs. Each is one line, so that nobody needs just.

# What a change must pass before it is sent
check:
    cargo fmt --all --check && cargo clippy --workspace --all-targets --locked -- -D warnings

# Tests by name: just test register::
test NAME='':
    cargo test --workspace --locked -- {{ NAME }}

# Pages in the browsers, or one file: just browser taps.test.mjs
browser FILE='':
    cargo build --tests --locked && tests/browser/run {{ FILE }}

# An invented county at http://localhost:8025
demo:
    cargo run --release --locked -- demo

# Write anew what the documents draw from the code
draw:
    HEADROOM_DRAW=1 cargo test --test it --locked -- drawn:: architecture::picture

# Everything; as root it installs what it needs
all:
    tests/run
