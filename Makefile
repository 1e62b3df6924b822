# `make` alone lists what there is.

SWIFT ?= swift
SOURCES := Package.swift Sources Tests Benchmarks

# XLA writes to the standard error what it also returns as errors; 3 keeps it silent.
export TF_CPP_MIN_LOG_LEVEL ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup build test demo halfspaces bench bench-growth bench-halfspaces format lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing: packages and the XLA plugin
	@./scripts/setup.sh

build: setup ## Build the command, optimised, as .build/release/espalier
	$(SWIFT) build -c release --product espalier

test: setup ## Run the tests
	$(SWIFT) test

demo: build ## Train two language models, one of them grown, and compare them
	.build/release/espalier demo

halfspaces: build ## Run the halfspace laboratory and renew docs/results/halfspaces.md
	.build/release/espalier lab halfspaces all
	cp runs/halfspaces/halfspaces.md docs/results/halfspaces.md

PEERS := .espalier/peers

$(PEERS)/ready: Benchmarks/peers/requirements.txt
	python3 -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -r Benchmarks/peers/requirements.txt
	touch $@

bench: setup $(PEERS)/ready ## Time a training step in turn with PyTorch's and JAX's
	$(SWIFT) build -c release --product StepBenchmark
	python3 Benchmarks/compare.py --python $(PEERS)/bin/python $(BENCH)

bench-growth: setup ## Time the growth of a state of 100M parameters, and measure its memory
	$(SWIFT) build -c release --product GrowthBenchmark
	.build/release/GrowthBenchmark --method stack --layers 6
	.build/release/GrowthBenchmark --method midas --layers 9
	.build/release/GrowthBenchmark --method random --layers 9
	.build/release/GrowthBenchmark --method stack --layers 6 --checkpoint
	.build/release/GrowthBenchmark --fill duplicate --layers 12 --width 384 --heads 6 --ffn 1024 --checkpoint

bench-halfspaces: build $(PEERS)/ready ## Time the halfspace study in turn with NumPy's and scikit-learn's
	python3 Benchmarks/compare_halfspaces.py --python $(PEERS)/bin/python

format: ## Format the sources
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint: ## Check the format of the sources
	$(SWIFT) format lint --strict --recursive $(SOURCES)

clean: ## Delete what was built; the plugin stays
	rm -rf .build
