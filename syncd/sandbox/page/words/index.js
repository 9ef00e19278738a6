// The page's own words. What people and the bot say stands as they said it.

import { kept } from "../kept.js";
import { en } from "./en.js";
import { ja } from "./ja.js";
import { zh } from "./zh.js";

export const LANGUAGES = [["en", "English"], ["zh", "中文"], ["ja", "日本語"]];
const TABLES = { en, zh, ja };
const wanted = kept("language") || navigator.language.slice(0, 2);
export const language = wanted in TABLES ? wanted : "en";

/** Return a sentence by its name, with values put where `{name}` stands. */
export function t(name, values = {}) {
  const said = TABLES[language][name] ?? en[name];
  if (said === undefined) throw new Error(`no words for ${name}`);
  return said.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** Whether there are words of that name. */
export const hasWords = (name) => name in en;

/** Fill in the words of every element below that names some. */
export function speak(root) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const attribute of ["aria-label", "placeholder", "title"]) {
    for (const element of root.querySelectorAll(`[data-t-${attribute}]`)) {
      element.setAttribute(attribute, t(element.getAttribute(`data-t-${attribute}`)));
    }
  }
}
