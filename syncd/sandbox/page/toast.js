// A word at the edge of the screen, which goes away by itself.

import { button, byId, make } from "./dom.js";
import { t } from "./words/index.js";

const SHOWN_MS = 8000;

/** `who` is the person on whose screen this appears; nobody's when it is the page that speaks. */
export function toast(type, text, who = "") {
  const close = () => shown.remove();
  const shown = make("div", { class: "toast", "data-type": type },
    make("span", {}, who ? make("b", {}, t("reads", { who })) : null, make("span", { class: "said" }, text)),
    button({ "aria-label": t("close"), onclick: close }, "×"));
  byId("toasts").append(shown);
  setTimeout(close, SHOWN_MS);
}

/** Do something; when it is refused, say why. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast("error", error.message);
    return undefined;
  }
}
