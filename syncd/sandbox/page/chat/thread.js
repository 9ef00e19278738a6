// The thread that is open beside the chat.

import { byId, make, sync } from "../dom.js";
import { place, wander } from "../place.js";
import { messageItem, updateMessage } from "./message.js";
import { keepAtEnd } from "./timeline.js";

const threads = new Map();
const here = () => `${place().person}/${place().chat}/${place().thread}`;
let manner = {};
let names = new Map();

export function startThread(everybody, botName, refresh) {
  names = everybody;
  manner = { botName, refresh };
  byId("thread-close").addEventListener("click", close);
  byId("thread").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
}

function close() {
  const root = place().thread;
  wander({ thread: "" });
  const chip = document.querySelector(`#timeline [data-message="${CSS.escape(root)}"] .foot button`);
  (chip || byId("timeline")).focus();
}

export function enterThread() {
  byId("thread").hidden = !place().thread;
  byId("lark").classList.toggle("threaded", Boolean(place().thread));
  if (!place().thread || byId("thread-messages").firstElementChild === list()) return;
  byId("thread-messages").replaceChildren(list());
}

function list() {
  if (!threads.has(here())) threads.set(here(), make("ol", { class: "messages" }));
  return threads.get(here());
}

/** Show the root and its replies; a thread whose root is gone is closed. */
export function showThread(chat) {
  if (!place().thread) return;
  const root = chat.messages.find((message) => message.message_id === place().thread);
  if (!root) {
    wander({ thread: "" });
    return;
  }
  const me = names.get(place().person);
  keepAtEnd(byId("thread-messages"), list(), () => sync(list(), [root, ...root.thread],
    (m) => m.message_id, (shown) => messageItem(shown),
    (item, shown) => {
      item.classList.toggle("root", shown === root);
      updateMessage(item, shown, { ...manner, me });
    }));
}
