# Everyday tasks; see README.md. Nothing here needs more than a Swift 6.3 toolchain and two libraries.

SWIFT ?= swift
PACKAGES = libopenblas-dev libzstd-dev pkg-config
SELFPLAY = .build/release/selfplay
SOURCES = Package.swift Sources Tests

.PHONY: help setup build test demo proofs perfect-player check-onnx format lint clean

help:
	@echo "make build    builds .build/release/selfplay (installs missing libraries first, see setup)"
	@echo "make test     builds and runs all tests"
	@echo "make demo     trains Connect Four from nothing for two minutes and shows what came of it"
	@echo "make proofs   trains the small agents anew and measures them (a quarter of an hour)"
	@echo "make perfect-player  lets the shipped Connect Four agent play seven games with a perfect player"
	@echo "make check-onnx  runs exported networks in ONNX Runtime (needs Python 3)"
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

# Two minutes of training on two cores, then what came of it.
DEMO = runs/demo

demo: build
	@rm -rf $(DEMO)
	$(SELFPLAY) train connect4 --run $(DEMO) --for 2m --set network.blocks=2 --set network.channels=32 \
	  --set training.window=60000 --set training.window_start=0 --set evaluation.steps=60000
	@echo; echo "== The trained agent against 400 playouts a move =="
	$(SELFPLAY) pit $(DEMO) uct:400 --game connect4 --games 100 --threads 2 --out $(DEMO)/match
	@echo; echo "== ... and against itself before any training, whose moves are drawn so that games differ =="
	$(SELFPLAY) pit $(DEMO) $(DEMO)@untrained,temperature=1 --game connect4 --games 20 --threads 2
	@echo; echo "== The first game of the match, analyzed by the agent =="
	$(SELFPLAY) analyze $(DEMO)/match/games.replay --game 1 --agent $(DEMO)
	@echo; echo "== Try next =="
	@echo "$(SELFPLAY) play $(DEMO) --game connect4                   play against it"
	@echo "$(SELFPLAY) replay $(DEMO)/match/games.replay              step through the match with the arrow keys"
	@echo "$(SELFPLAY) analyze $(DEMO)/match/games.replay --game 2 --agent $(DEMO) --out game.html"
	@echo "$(SELFPLAY) train --resume $(DEMO) --for 10m               let it learn for longer"
	@echo "$(SELFPLAY) train tictactoe && $(SELFPLAY) accuracy runs/tictactoe-1 --game tictactoe --simulations 50"
	@echo "$(SELFPLAY) pit go5 uct:1000 --game go5 --games 2 --watch  watch Go on a small board"

# Trains what README.md quotes figures of, in runs/proof-*, and measures it.
proofs: build
	@rm -rf runs/proof-*
	$(SELFPLAY) train tictactoe --seed 1 --run runs/proof-tictactoe
	$(SELFPLAY) accuracy runs/proof-tictactoe --game tictactoe --simulations 50
	$(SELFPLAY) train frozenlake4 --seed 1 --run runs/proof-frozenlake4
	$(SELFPLAY) pit runs/proof-frozenlake4 random --game frozenlake4 --games 10000 --threads 2
	$(SELFPLAY) train frozenlake4 --game frozenlake8-dry --steps 100000 --run runs/proof-frozenlake8-dry
	$(SELFPLAY) pit runs/proof-frozenlake8-dry random --game frozenlake8-dry --games 10 --out runs/proof-frozenlake8-dry
	for name in frozenlake8 taxi doorkey5; do \
	  $(SELFPLAY) train $$name --seed 1 --run runs/proof-$$name && \
	  $(SELFPLAY) pit runs/proof-$$name random --game $$name --games 1000 --threads 2 || exit 1; done
	$(SELFPLAY) train minatar-breakout --seed 1 --run runs/proof-breakout
	$(SELFPLAY) pit runs/proof-breakout random --game minatar-breakout --games 100 --threads 2

# Lets an agent play Connect Four as first player against one that plays perfectly; AGENT names another one.
AGENT = connect4-long@simulations=200

perfect-player: setup
	$(SWIFT) build -c release --build-tests
	SELFPLAY_PERFECT_PLAYER=$(AGENT) $(SWIFT) test -c release --skip-build --filter PerfectPlayerTests

# Runs exported networks of every kind in ONNX Runtime, in a Python environment of its own.
ONNX_CHECK = .build/onnx-check

check-onnx: setup
	@mkdir -p $(ONNX_CHECK)
	@test -d $(ONNX_CHECK)/python || python3 -m venv $(ONNX_CHECK)/python
	@$(ONNX_CHECK)/python/bin/pip install --quiet onnx onnxruntime numpy safetensors
	@rm -rf $(ONNX_CHECK)/networks
	$(SWIFT) build -c release --build-tests
	SELFPLAY_ONNX=$(ONNX_CHECK)/networks $(SWIFT) test -c release --skip-build --filter ONNXTests
	$(ONNX_CHECK)/python/bin/python Tests/Peers/check_onnx.py $(ONNX_CHECK)/networks

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

clean:
	$(SWIFT) package clean
