# Every way to build, try and check Tutti. `make` alone lists them.

PREFIX ?= /usr/local
DESTDIR ?=
RELEASE = swift build -c release --static-swift-stdlib --product tutti
PREPARE = @scripts/setup

.PHONY: help demo serve test check check-long bench format install clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

demo: ## builds tutti and reviews a document with it
	$(PREPARE)
	@scripts/demo

serve: ## builds tutti and starts the server with its dashboard
	$(PREPARE)
	@scripts/serve

test: ## every test, debug build
	$(PREPARE)
	@scripts/test

check: ## what a change has to pass: format, scripts, tests (tidy among them)
	$(PREPARE)
	@scripts/check

check-long: ## what takes longer: many seeds, sanitizers, many kills
	$(PREPARE)
	@scripts/check-long

bench: ## the numbers of docs/bench.md, measured here
	$(PREPARE)
	@scripts/bench
	@scripts/bench-models

format: ## puts every Swift file in shape
	$(PREPARE)
	@swift format -i -r -p Package.swift Sources Tests Examples

install: ## installs the release binary under PREFIX (/usr/local)
	$(PREPARE)
	@$(RELEASE)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/tutti "$(DESTDIR)$(PREFIX)/bin/tutti"

clean: ## removes what was built
	$(PREPARE)
	rm -rf .build demo-report.html
