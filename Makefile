# `make` alone lists what there is.

SWIFT ?= swift
SOURCES := Package.swift Sources Tests Benchmarks Examples

# XLA writes to the standard error what it also returns as errors; 3 keeps it silent.
export TF_CPP_MIN_LOG_LEVEL ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup setup-cuda build installable install wheel archive try-wheel test test-all demo halfspaces locality implicit-bias notebook lag-study gate-study stacking-study finetune-copying midas-study muon-study compare-precision export-peers same-results bench speedrun bench-growth bench-asking bench-generation bench-halfspaces bench-locality bench-implicit-bias fuzz format lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing: packages and the XLA plugin
	@./scripts/setup.sh

setup-cuda: ## Install the XLA plugin for NVIDIA GPUs (ONLY=compile for compiling without one)
	@./scripts/setup-cuda.sh $(if $(ONLY),--$(ONLY)-only)

build: setup ## Build the command, optimised, as .build/release/espalier
	@test -x .build/release/espalier || echo "build: the first time takes some minutes"
	$(SWIFT) build -c release --product espalier

PREFIX ?= /usr/local

install: build ## Install the command with its plugin, texts, manual page and completions (PREFIX, default /usr/local)
	./scripts/install.sh $(PREFIX) .build/release/espalier $$(ls .espalier/plugins/pjrt_c_api_cpu_plugin.so 2>/dev/null)

# For places without Swift: its libraries are linked in, others are looked for beside the command, and before the system's,
# by them, too (DT_RPATH holds for what they need; DT_RUNPATH does not).
INSTALLABLE := .build/installable
WRAPPED := hypot hypotf _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE

installable: setup
	@test -x $(INSTALLABLE)/release/espalier || echo "build: the first time takes some minutes"
	@mkdir -p $(INSTALLABLE)
	clang -c -O2 scripts/older-symbols.c -o $(INSTALLABLE)/older-symbols.o
	$(SWIFT) build -c release --product espalier --scratch-path $(INSTALLABLE) --static-swift-stdlib \
	  -Xlinker --build-id=none -Xlinker --disable-new-dtags -Xlinker -rpath -Xlinker '$$ORIGIN/../lib/espalier' \
	  -Xswiftc -use-ld=lld $(addprefix -Xlinker --wrap=,$(WRAPPED)) \
	  -Xlinker $(CURDIR)/$(INSTALLABLE)/older-symbols.o

wheel: installable ## Make a Python wheel of the command and its module, in dist/
	python3 scripts/package.py wheel $(INSTALLABLE) dist

archive: installable ## Make an archive of the command that runs where it is unpacked, in dist/
	python3 scripts/package.py archive $(INSTALLABLE) dist

try-wheel: wheel archive ## Try both, as root, where neither Swift nor SentencePiece is
	scripts/try-wheel.sh dist/espalier_lm-*.whl
	scripts/try-wheel.sh dist/espalier-*.tar.gz

fuzz: setup ## Give the readers of foreign files made-up bytes, MINUTES (30) for each of READERS (all)
	scripts/fuzz.sh $(or $(MINUTES),30) $(READERS)

# Swift Testing keeps the stack of every error that is thrown, and stacks take long to walk in a process in which XLA has
# compiled thousands of programs: half of the tests' time. It also starts all tests at once, which all start programs then.
test test-all: export SWT_SWIFT_ERROR_BACKTRACING_ENABLED = 0
test test-all: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# What takes longest; the file says so itself.
LONG_TESTS := $(shell grep -v '^\#' Tests/long-tests.txt)

test: setup ## Run the tests but the longest
	$(SWIFT) test $(addprefix --skip ,$(LONG_TESTS))
	@echo "Left out: the $(words $(LONG_TESTS)) entries of Tests/long-tests.txt, which make test-all runs."

test-all: setup ## Run the longest tests, which make test leaves out
	$(SWIFT) test $(addprefix --filter ,$(LONG_TESTS))
	@test -e .espalier/plugins/cuda/installed || \
	  echo "Left out: compiling for an H100; make setup-cuda ONLY=compile installs what that needs (243 MB)."

demo: build ## Train language models, grown ones and one at full depth, and compare them
	.build/release/espalier demo

halfspaces: build ## Run the halfspace laboratory and renew docs/results/halfspaces.md
	.build/release/espalier lab halfspaces all
	cp runs/halfspaces/halfspaces.md docs/results/halfspaces.md

notebook: build ## Make a laboratory's notebook and execute it (LAB, default "halfspaces scale")
	python3 -m venv .espalier/notebook
	.espalier/notebook/bin/python -m pip install --quiet -r scripts/notebook-requirements.txt
	.espalier/notebook/bin/python scripts/execute-notebook.py -- $(LAB)

locality: build ## Run the laboratory of locality and renew docs/results/locality.md
	.build/release/espalier lab locality all
	cp runs/locality/locality.md docs/results/locality.md

implicit-bias: build ## Run the laboratory of implicit bias and renew docs/results/implicit-bias.md
	.build/release/espalier lab implicit-bias all
	cp runs/implicit-bias/implicit-bias.md docs/results/implicit-bias.md

# The text of the studies, packed once.
runs/lag-corpus.tokens: Data/king-james.jsonl.gz | build
	mkdir -p runs
	.build/release/espalier tokenizer train $< --vocabulary-size 2048 --output runs/lag-tokenizer.model
	.build/release/espalier corpus pack $< --tokenizer runs/lag-tokenizer.model --output $@

POOL := stack,reverse,shift,copy-to:1,copy-to:2,copy-to:3,interleave,average,linear-map,noisy-copy,scaled-copy,$\
	halved-copy,random:0,random:1,random:2,random-top,zero-output-copy,zero-output-random,$\
	zero-output-random:2,zero-norm-copy

lag-study: build runs/lag-corpus.tokens ## Grow a model in twenty ways with three seeds: an hour or two, resumable
	.build/release/espalier lag Recipes/studies/lag.yaml --pool $(POOL) --seeds 0,1,2 \
	  --lags 0,1,2,5,10,20,40,80,120,160,240,336,420 --output runs/lag-study

gate-study: build runs/lag-corpus.tokens ## Compare gates and a learned map with three seeds: half an hour, resumable
	.build/release/espalier lag Recipes/studies/lag.yaml --seeds 0,1,2 --output runs/gate-study \
	  --pool stack,zero-output-copy,fixed-gate,trained-gate,annealed-gate,masked-ramp,drop-in,learned-map \
	  --lags 0,1,2,5,10,20,40,80,120,160,240,336,420

STACKING := $(addprefix Recipes/studies/stacking-,adaptive.yaml midas.yaml gradstack.yaml)

finetune-copying: build ## Fine-tune the demonstration's model on copying: from no answer right to all, some minutes
	scripts/finetune-copying.sh .build/release/espalier

stacking-study: build runs/lag-corpus.tokens ## Compare adaptive stacking with others: an hour, resumable
	.build/release/espalier sweep $(STACKING) Recipes/studies/stacking-full-depth.yaml \
	  --seeds 0,1,2,3,4 --output runs/stacking-study
	.build/release/espalier sweep $(STACKING) --seeds 0,1,2 --equal steps --output runs/stacking-steps

midas-study: build ## Settle MIDAS's claims at a small size: seven hours in parts of MINUTES (95), resumable
	$(SWIFT) build -c release --product StepBenchmark
	python3 Benchmarks/midas_study.py --minutes $(or $(MINUTES),95)

runs/demo/corpus.tokens: Data/king-james.jsonl.gz | build
	mkdir -p runs/demo
	.build/release/espalier tokenizer train $< --vocabulary-size 2048 --output runs/demo/tokenizer.model
	.build/release/espalier corpus pack $< --tokenizer runs/demo/tokenizer.model --output $@

muon-study: build runs/demo/corpus.tokens ## Compare Muon with AdamW, with MIDAS and without: a quarter of an hour, resumable
	python3 Benchmarks/muon_study.py

EXPORT_PEERS := .espalier/export-peers

$(EXPORT_PEERS)/ready: Tests/Oracles/requirements.txt
	python3 -m venv $(EXPORT_PEERS)
	$(EXPORT_PEERS)/bin/python -m pip install --quiet -r $< llama-cpp-python==0.3.36
	touch $@

export-peers: build $(EXPORT_PEERS)/ready ## Load an export of RUN (default runs/demo-midas) in transformers and llama.cpp, which is built for minutes
	$(EXPORT_PEERS)/bin/python Tests/Oracles/exported_peers.py $(or $(RUN),runs/demo-midas)

compare-precision: build runs/demo/corpus.tokens ## Compare 200 steps in bfloat16 with float32: minutes, resumable
	python3 Benchmarks/compare_precision.py

same-results: build ## Compare what another build computes, BEFORE=path/of/espalier, bit for bit
	python3 Benchmarks/same_results.py --before $(BEFORE) --after .build/release/espalier

PEERS := .espalier/peers

$(PEERS)/ready: Benchmarks/peers/requirements.txt
	python3 -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -r Benchmarks/peers/requirements.txt
	touch $@

bench: setup $(PEERS)/ready ## Time a training step in turn with PyTorch's and JAX's
	$(SWIFT) build -c release --product StepBenchmark
	python3 Benchmarks/compare.py --python $(PEERS)/bin/python $(BENCH)

speedrun: build $(PEERS)/ready ## Time training to a target in turn with PyTorch's: three hours, resumable (docs/speedrun.md)
	$(PEERS)/bin/python Benchmarks/speedrun.py

bench-growth: setup ## Time the growth of a state of 100M parameters, and measure its memory
	$(SWIFT) build -c release --product GrowthBenchmark
	.build/release/GrowthBenchmark --method stack --layers 6
	.build/release/GrowthBenchmark --method midas --layers 9
	.build/release/GrowthBenchmark --method random --layers 9
	.build/release/GrowthBenchmark --fill pad --layers 12 --width 384 --heads 6 --ffn 1024
	.build/release/GrowthBenchmark --fill duplicate --layers 12 --width 384 --heads 6 --ffn 1024
	.build/release/GrowthBenchmark --method stack --layers 6 --checkpoint
	.build/release/GrowthBenchmark --fill duplicate --layers 12 --width 384 --heads 6 --ffn 1024 --checkpoint

bench-asking: setup ## Time scoring beside training, and generation with its cache beside reading anew
	$(SWIFT) build -c release --product AskingBenchmark
	.build/release/AskingBenchmark
	.build/release/AskingBenchmark --layers 8 --width 80 --heads 4 --ffn 216 --vocabulary 2048 --length 128 --batch 32 \
	  --tokens 96

bench-generation: build $(EXPORT_PEERS)/ready ## Time text of RUN (default runs/demo/full-depth) in turn with llama.cpp
	$(SWIFT) build -c release --product AskingBenchmark
	python3 Benchmarks/compare_generation.py $(or $(RUN),runs/demo/full-depth) --python $(EXPORT_PEERS)/bin/python

bench-halfspaces: build $(PEERS)/ready ## Time the halfspace study in turn with NumPy's and scikit-learn's
	python3 Benchmarks/compare_halfspaces.py --python $(PEERS)/bin/python

bench-locality: build $(PEERS)/ready ## Time the sample counts of the laboratory of locality in turn with PyTorch's
	python3 Benchmarks/compare_locality.py --python $(PEERS)/bin/python

bench-implicit-bias: build $(PEERS)/ready ## Time the descents of diagonal networks in turn with NumPy's
	python3 Benchmarks/compare_implicit_bias.py --python $(PEERS)/bin/python

format: ## Format the sources
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint: ## Check the format of the sources
	$(SWIFT) format lint --strict --recursive $(SOURCES)

clean: ## Delete what was built; the plugin stays
	rm -rf .build
