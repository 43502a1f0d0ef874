# Each target does its own set-up: the system libraries, a virtual environment, the locked packages.
#   make run     open the window (ARGS="..." are passed to main.py)
#   make test    check everything
#   make bench   speed and memory, as a table and JSON
SHELL := /bin/bash
PYTHON ?= python3
ARGS ?=
CONFIG ?= configs/fusion.yaml
DATA ?= ../shared/data/video
TRAIN_DATA ?= ../shared/data
RUN := .venv/bin/python
DEV := .venv-dev/bin/python

.PHONY: help run test lint bench bench-peer train-face train-voice train-text train-severity train-fusion train-face-sequence train-voice-sequence search-voice cards pictures sample-record clean

help:
	@sed -n 2,4p Makefile | cut -c 5-

run: .venv/ready
	@$(RUN) main.py $(ARGS)

test: .venv-dev/ready lint
	@$(DEV) -m pytest $(ARGS)

lint: .venv-dev/ready
	@$(DEV) -m ruff check --no-cache --quiet --output-format concise .
	@$(DEV) -m ruff format --no-cache --check --quiet .
	@$(DEV) -m mypy --cache-dir=/dev/null  # a stale cache has named modules that are there as missing
	@.venv-dev/bin/lint-imports --no-cache >/dev/null || .venv-dev/bin/lint-imports --no-cache

bench: .venv/ready
	@$(RUN) main.py bench $(if $(wildcard $(DATA)),--data $(DATA)) $(ARGS)

bench-peer: .venv-peer/ready bench

train-face train-voice: train-%: .venv-dev/ready
	@$(DEV) -m training.train_$* --data $(TRAIN_DATA)/$(subst voice,speech,$*) $(ARGS)

train-face-sequence: .venv-dev/ready
	@$(DEV) -m training.train_face_sequence --data $(TRAIN_DATA)/face $(ARGS)

train-voice-sequence search-voice: .venv-dev/ready
	@$(DEV) -m training.$(subst -,_,$@) --data $(TRAIN_DATA)/speech $(ARGS)

train-text: .venv-dev/ready
	@$(DEV) -m training.train_text --data $(TRAIN_DATA)/text/goemotions $(ARGS)

train-severity: .venv-dev/ready
	@$(DEV) -m training.train_text_severity --data $(TRAIN_DATA)/text/depseverity --transfer $(TRAIN_DATA)/text/goemotions $(ARGS)

train-fusion: .venv-dev/ready
	@$(DEV) -m training.train_fusion --config $(CONFIG) $(ARGS)

sample-record: .venv/ready
	@$(RUN) -m bench.sample_record $(ARGS)

cards: .venv-dev/ready
	@$(if $(wildcard $(TRAIN_DATA)/face),$(DEV) -m training.refresh_card face --data $(TRAIN_DATA))
	@$(if $(wildcard $(TRAIN_DATA)/text),$(DEV) -m training.refresh_card text --data $(TRAIN_DATA))
	@$(DEV) -m training.model_cards
	@$(DEV) -m training.readme_figures

pictures: .venv-dev/ready
	@$(DEV) docs/make_screenshots.py
	@$(DEV) docs/make_record_screenshots.py

clean:
	rm -rf .venv .venv-dev .venv-peer

.venv/ready: requirements-run.txt
	@scripts/install_system_libraries.sh run
	$(call environment,.venv,requirements-run.txt)

.venv-dev/ready: requirements-dev.txt
	@scripts/install_system_libraries.sh test
	$(call environment,.venv-dev,requirements-dev.txt)

.venv-peer/ready: requirements/peer.txt
	$(call environment,.venv-peer,requirements/peer.txt)
	@.venv-peer/bin/python -m pip install --quiet --disable-pip-version-check --no-deps fer==25.10.3

define environment
	@$(PYTHON) -c 'import sys; sys.exit("Affectograph needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@echo "Setting up $(1): the packages of $(2) (once; it takes some minutes)"
	@$(PYTHON) -m venv $(1)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check -r $(2)
	@touch $@
endef
