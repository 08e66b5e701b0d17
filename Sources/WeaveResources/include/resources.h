#ifndef WEAVE_RESOURCES_H
#define WEAVE_RESOURCES_H

#include <stddef.h>

// Files that the tool carries in itself.
typedef struct {
  const unsigned char *_Nonnull bytes;
  size_t count;
} WeaveResource;

WeaveResource weave_resource_style_css(void);
WeaveResource weave_resource_print_css(void);
WeaveResource weave_resource_icon_svg(void);
WeaveResource weave_resource_theme_js(void);
WeaveResource weave_resource_script_js(void);
WeaveResource weave_resource_search_js(void);
WeaveResource weave_resource_ledger_js(void);
WeaveResource weave_resource_page_mustache(void);
WeaveResource weave_resource_epub_css(void);
WeaveResource weave_resource_reload_js(void);
WeaveResource weave_resource_typeset_js(void);
WeaveResource weave_resource_live_js(void);
WeaveResource weave_resource_figures_js(void);
WeaveResource weave_resource_figure_runtime(void);
WeaveResource weave_resource_figure_page(void);
WeaveResource weave_resource_figure_support(void);
WeaveResource weave_resource_new_index_ja(void);
WeaveResource weave_resource_new_index_en(void);
WeaveResource weave_resource_new_constructs_ja(void);
WeaveResource weave_resource_new_constructs_en(void);
WeaveResource weave_resource_new_references(void);
WeaveResource weave_resource_new_heights(void);
WeaveResource weave_resource_new_spiral(void);
WeaveResource weave_resource_new_workflow(void);

#endif
