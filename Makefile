# blastguard. "make help" lists the targets.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PREFIX   ?= /usr/local
DESTDIR  ?=
GO       ?= go
FUZZTIME ?= 10s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

# Users and hosts are looked up without the C library's name services.
TAGS        := osusergo,netgo
LDFLAGS     := -s -w -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := build
.PHONY: help build install demo test lint bench fuzz mutate clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r target text; do printf '  %-9s %s\n' "$$target" "$$text"; done

build: ## the program: bin/guard
	$(GO) build -trimpath -tags $(TAGS) -ldflags '$(LDFLAGS)' -o bin/guard ./cmd/guard

install: build ## bin/guard to $(DESTDIR)$(PREFIX)/bin
	install -D -m 0755 bin/guard '$(DESTDIR)$(PREFIX)/bin/guard'

demo: build ## two famous nights, in a scratch world
	bin/guard demo gitlab
	bin/guard demo s3

test: ## all tests, with the race detector
	$(GO) test -race -timeout 75m -tags $(TAGS) ./...

lint: ## gofmt, go vet, staticcheck, shellcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not formatted: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	@scripts=$$(git ls-files | grep -E '(^\.ci/run|\.sh)$$' || true); \
	if [[ -n $$scripts ]] && command -v shellcheck >/dev/null; then echo shellcheck $$scripts; shellcheck $$scripts; fi

bench: build ## the budgets, as ratios measured in one run
	$(GO) test -run=NONE -bench=. -benchmem ./...
	@if [[ -d internal/bench ]]; then $(GO) run ./internal/bench; fi

fuzz: ## each fuzzer for FUZZTIME
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u | while read -r folder; do \
		for fuzzer in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$$folder"/*_test.go | cut -d' ' -f2 | sort -u); do \
			echo "$$folder $$fuzzer"; \
			$(GO) test -run=NONE -fuzz="^$$fuzzer\$$" -fuzztime=$(FUZZTIME) "$$folder"; \
		done; \
	done

mutate: ## break one check after the other: which does no test notice?
	$(GO) run ./internal/mutate

clean: ## what was built
	rm -rf bin
