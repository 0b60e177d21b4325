# Two commands do everything: `make up` and `make test`.

.PHONY: up test bench check install

# Install what is missing, build, start the whole stack, make a demo check, print how to call it.
up: install
	cargo build --release --locked --bin cotejo --bin cotejo-function
	@target/release/cotejo models fetch || echo "without the networks the documents and faces of live clients are refused"
	exec target/release/cotejo up

# Install what is missing, then run every test on a throw-away Postgres.
test: install
	cargo xtask test

# Everything that CI checks besides the tests.
check: install
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo xtask arrows
	cargo xtask catalogue
	cargo xtask sqlx --check
	cargo xtask openapi --check

# Our services and their yardsticks in one run.
bench: install
	cargo build --release --locked --workspace --bins
	cargo xtask bench

install:
	@scripts/install
