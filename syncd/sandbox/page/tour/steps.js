// The six steps of the tour: who one is, and the place each speaks of.

import { typeForThem } from "../chat/composer.js";
import { byId } from "../dom.js";
import { place, wander } from "../place.js";
import { show as showFaults } from "../top/faults.js";
import { t } from "../words/index.js";

const ASKS = { person: "ben", chat: "oc_globex", view: "chat" };
const last = (selector) => [...document.querySelectorAll(selector)].at(-1);

/** `words` is a name in words/; `enter` goes there, `target` finds the place, `acts` are offered. */
export const STEPS = [
  {
    words: "ask",
    enter: () => wander({ ...ASKS, thread: "" }),
    target: () => byId("composer"),
    acts: [["tour_type_it", () => typeForThem(t("tour_question", { bot: "Support Bot" }))]],
  },
  {
    words: "form",
    enter: () => wander({ ...ASKS, thread: "" }),
    target: () => last("#timeline .message.private .card") || byId("timeline"),
    acts: [["tour_be_dora", () => wander({ person: "dora" })], ["tour_be_ben", () => wander({ person: "ben" })]],
  },
  {
    words: "link",
    enter: () => {
      const chip = last("#timeline .message:has(.chip)");
      wander({ ...ASKS, thread: chip?.dataset.message ?? "" });
    },
    target: () => (place().thread ? byId("thread") : last("#timeline .chip") || byId("timeline")),
    acts: [],
  },
  {
    words: "note",
    enter: () => { wander({ view: "ticket" }); readers("answer-internal"); },
    target: () => (byId("ticket").hidden ? byId("queue") : byId("answer")),
    acts: [],
  },
  {
    words: "reply",
    enter: () => { wander({ view: "ticket" }); readers("answer-public"); },
    target: () => (place().view === "chat" ? byId("timeline") : byId("ticket").hidden ? byId("queue") : byId("answer")),
    acts: [["tour_see_group", () => wander({ ...ASKS, thread: "" })]],
  },
  {
    words: "faults",
    enter: () => { showFaults(true); },
    leave: () => showFaults(false),
    target: () => byId("faults"),
    acts: [
      ["tour_be_aiko", () => wander({ person: "aiko", chat: "oc_acme", view: "chat" })],
      ["tour_be_mei", () => wander({ person: "mei", chat: "oc_initech", view: "chat" })],
      ["tour_lobby", () => wander({ person: "dora", chat: "oc_lobby", view: "chat" })],
    ],
  },
];

function readers(id) {
  byId(id).checked = true;
  byId(id).dispatchEvent(new Event("change"));
}
