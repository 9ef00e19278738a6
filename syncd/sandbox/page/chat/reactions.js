// Emojis below a message: who put which there, and putting one's own.

import { path, post, remove } from "../api.js";
import { button, make } from "../dom.js";
import { place } from "../place.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";

const SIGNS = { DONE: "✅", CrossMark: "❌", Pin: "📌", THUMBSUP: "👍", OnIt: "🙋" };
/** What one can put there with one click. */
const OFFERED = ["Pin", "THUMBSUP"];

/** Make what stands below a message that everybody sees. */
export function reactionsOf(shown, me, refresh) {
  if (shown.private || shown.recalled) return [];
  const all = () => path("people", place().person, "messages", shown.message_id, "reactions");
  const there = new Map(shown.reactions);
  const toggle = (emoji, mine) => attempt(() => (
    mine ? remove(`${all()}/${encodeURIComponent(emoji)}`) : post(all(), { emoji }))).then(refresh);
  const chips = shown.reactions.map(([emoji, names]) => button({
    class: "reaction", "aria-pressed": String(names.includes(me)),
    "aria-label": t("reacted", { emoji, names: names.join(", ") }), title: names.join(", "),
    onclick: () => toggle(emoji, names.includes(me)),
  }, make("span", { "aria-hidden": "true" }, SIGNS[emoji] ?? emoji), String(names.length)));
  const offered = OFFERED.filter((emoji) => !there.has(emoji)).map((emoji) => button({
    class: "quiet react", "aria-label": t("react_with", { emoji }), title: t("react_with", { emoji }),
    onclick: () => toggle(emoji, false),
  }, SIGNS[emoji]));
  return [...chips, ...offered];
}
