// Before the page is first shown: the colours that the reader chose.
"use strict";
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* private mode */ }
