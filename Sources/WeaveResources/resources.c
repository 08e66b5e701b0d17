#include "resources.h"

// In C, since an array literal of Swift takes the optimiser a second for every two thousand bytes.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define RESOURCE(name) \
  WeaveResource weave_resource_##name(void) { return (WeaveResource){name, sizeof name}; }

static const unsigned char style_css[] = {
#embed "page/style.css"
};
RESOURCE(style_css)

static const unsigned char print_css[] = {
#embed "page/print.css"
};
RESOURCE(print_css)

static const unsigned char icon_svg[] = {
#embed "page/icon.svg"
};
RESOURCE(icon_svg)

static const unsigned char theme_js[] = {
#embed "page/theme.js"
};
RESOURCE(theme_js)

static const unsigned char script_js[] = {
#embed "page/script.js"
};
RESOURCE(script_js)

static const unsigned char search_js[] = {
#embed "page/search.js"
};
RESOURCE(search_js)

static const unsigned char ledger_js[] = {
#embed "page/ledger.js"
};
RESOURCE(ledger_js)

static const unsigned char page_mustache[] = {
#embed "page/page.mustache"
};
RESOURCE(page_mustache)

static const unsigned char epub_css[] = {
#embed "epub/epub.css"
};
RESOURCE(epub_css)

static const unsigned char reload_js[] = {
#embed "preview/reload.js"
};
RESOURCE(reload_js)

static const unsigned char typeset_js[] = {
#embed "typeset.js"
};
RESOURCE(typeset_js)

static const unsigned char live_js[] = {
#embed "page/live.js"
};
RESOURCE(live_js)

static const unsigned char figures_js[] = {
#embed "page/figures.js"
};
RESOURCE(figures_js)

static const unsigned char figure_runtime[] = {
#embed "figures/runtime.swift"
};
RESOURCE(figure_runtime)

static const unsigned char figure_page[] = {
#embed "figures/page.h"
};
RESOURCE(figure_page)

static const unsigned char figure_support[] = {
#embed "figures/support.c"
};
RESOURCE(figure_support)

static const unsigned char new_index_ja[] = {
#embed "book/index.ja.md"
};
RESOURCE(new_index_ja)

static const unsigned char new_index_en[] = {
#embed "book/index.en.md"
};
RESOURCE(new_index_en)

static const unsigned char new_constructs_ja[] = {
#embed "book/constructs.ja.md"
};
RESOURCE(new_constructs_ja)

static const unsigned char new_constructs_en[] = {
#embed "book/constructs.en.md"
};
RESOURCE(new_constructs_en)

static const unsigned char new_references[] = {
#embed "book/references.json"
};
RESOURCE(new_references)

static const unsigned char new_heights[] = {
#embed "book/heights.csv"
};
RESOURCE(new_heights)

static const unsigned char new_spiral[] = {
#embed "book/spiral.svg"
};
RESOURCE(new_spiral)

static const unsigned char new_workflow[] = {
#embed "book/workflow.yml"
};
RESOURCE(new_workflow)
