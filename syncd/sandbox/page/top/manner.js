// How the page looks and speaks: light or dark, and its language.

import { byId, fill } from "../dom.js";
import { kept, keep } from "../kept.js";
import { LANGUAGES, language, speak, t } from "../words/index.js";

/** Follow the system until somebody chooses; then keep to that. */
export function startTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (kept("theme") || (system.matches ? "dark" : "light")) === "dark";
  const show = () => {
    document.documentElement.dataset.theme = kept("theme") || "";
    byId("theme").setAttribute("aria-pressed", String(dark()));
  };
  byId("theme").addEventListener("click", () => {
    keep("theme", dark() ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}

/** Another language is spoken from the next time that the page is opened: at once. */
export function startLanguage() {
  speak(document);
  document.documentElement.lang = language;
  document.title = t("title");
  fill(byId("language"), LANGUAGES);
  byId("language").value = language;
  byId("language").addEventListener("change", (event) => {
    keep("language", event.target.value);
    location.reload();
  });
}
