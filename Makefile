# Everyday tasks; see README.md. Nothing here needs more than a Swift 6.3 toolchain and two libraries.

SWIFT ?= swift
PACKAGES = libopenblas-dev libzstd-dev pkg-config
SELFPLAY = .build/release/selfplay
SOURCES = Package.swift Sources Tests

.PHONY: help setup build test demo format lint clean

help:
	@echo "make build    builds .build/release/selfplay (installs missing libraries first, see setup)"
	@echo "make test     builds and runs all tests"
	@echo "make demo     shows what the program can do, in a minute"
	@echo "make setup    installs $(PACKAGES) where they are missing"
	@echo "make format   formats the sources; make lint only checks them"

# Installs with apt-get as root or with a sudo that asks no password; else says what to install.
setup:
	@if pkg-config --exists openblas libzstd 2>/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	  echo "Missing libraries: install OpenBLAS and zstd with their headers, and pkg-config." >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then run=""; \
	elif sudo -n true 2>/dev/null; then run="sudo -n"; \
	else echo "Missing libraries: run  sudo apt-get install $(PACKAGES)  and try again." >&2; exit 1; fi; \
	DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -q $(PACKAGES) || \
	{ $$run apt-get update -q && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -q $(PACKAGES); } || \
	{ echo "Installation failed: install  $(PACKAGES)  by hand and try again." >&2; exit 1; }

build: setup
	$(SWIFT) build -c release --product selfplay

test: setup
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

demo: build
	$(SELFPLAY) doctor
	$(SELFPLAY) games
	$(SELFPLAY) pit uct:400 uct:40 --game connect4 --games 1 --watch
	$(SELFPLAY) pit uct:200 random --game go5 --games 20
	$(SELFPLAY) pit uct:200 random --game frozenlake4 --games 50

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

clean:
	$(SWIFT) package clean
