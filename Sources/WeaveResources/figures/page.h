/* What a live figure's module asks of the page, and tells it. */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>
#include <stdint.h>

#define FROM_PAGE(name) __attribute__((import_module("page"), import_name(#name)))

/* The step at which the figure's parameter of this place is to stand; -1: the printed one, for it and all after it. */
FROM_PAGE(step) int32_t page_step(int32_t parameter);
/* What a parameter's value is called. */
FROM_PAGE(parameter) void page_parameter(int32_t parameter, const uint8_t *text, size_t length);
/* A figure, as SVG. */
FROM_PAGE(figure) void page_figure(const uint8_t *svg, size_t length);
/* A bound expression's value: bits of a Double, a Float, or an integer of 64 bits. A range tells its ends in turn. */
FROM_PAGE(real) void page_real(int32_t link, double value);
FROM_PAGE(single) void page_single(int32_t link, float value);
FROM_PAGE(integer) void page_integer(int32_t link, int64_t value);
FROM_PAGE(boolean) void page_boolean(int32_t link, int32_t value);
FROM_PAGE(text) void page_text(int32_t link, const uint8_t *text, size_t length);

#endif
