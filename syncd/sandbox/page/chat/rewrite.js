// Changing words in the place where they stand.

import { button, make } from "../dom.js";
import { t } from "../words/index.js";

/** Put a box in the place of some words; `save` gets the new ones, `done` comes after either end. */
export function rewrite(element, text, save, done) {
  const area = make("textarea", { rows: 2, "aria-label": t("new_words") });
  area.value = text;
  const close = () => {
    box.remove();
    done();
  };
  const box = make("form", { class: "rewrite", onsubmit: async (event) => {
    event.preventDefault();
    if (await save(area.value)) close();
  } }, area, make("button", { type: "submit", class: "primary" }, t("save")),
  button({ onclick: close }, t("leave")));
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  element.replaceChildren(box);
  area.focus();
}
