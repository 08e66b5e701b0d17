// A live figure stands as it is printed until it is touched: only then is loaded what moves it.
"use strict";

{
  let isAsked = false;
  for (const kind of ["pointerover", "focusin", "input", "click"]) {
    addEventListener(kind, (event) => {
      if (isAsked || !event.target.closest?.(".live-controls")) return;
      isAsked = true;
      for (const name of ["figures-code", "figures"]) {
        const script = document.createElement("script");
        script.src = `assets/${name}.js`;
        script.async = false;
        document.head.append(script);
      }
    }, { passive: true });
  }
}
