// The messages of the open chat, each person's own sight of it kept while others are looked at.

import { announce, avatar, button, byId, make, sync } from "../dom.js";
import { place, wander } from "../place.js";
import { t } from "../words/index.js";
import { inBrief } from "./chats.js";
import { messageItem, updateMessage } from "./message.js";

const NEAR_THE_END = 60;
const timelines = new Map();
const here = () => `${place().person}/${place().chat}`;
const heard = new Map();

/** Put the open chat's messages in their place, before anything is asked. */
export function enterTimeline() {
  if (byId("timeline").firstElementChild === timeline()) return;
  byId("timeline").replaceChildren(timeline());
  byId("timeline").scrollTop = byId("timeline").scrollHeight;
}

function timeline() {
  if (!timelines.has(here())) timelines.set(here(), make("ol", { class: "messages", "data-empty": t("empty_chat") }));
  return timelines.get(here());
}

export function showMessages(chat, me, botName, refresh) {
  const box = byId("timeline");
  const manner = { me, botName, refresh };
  keepAtEnd(box, timeline(), () => sync(timeline(), chat.messages, (m) => m.message_id,
    (shown) => topLevel(shown), (item, shown) => {
      updateMessage(item, shown, manner);
      if (!shown.private) updateFoot(item, shown, me);
    }));
  tellNewest(chat, me);
}

/** Change a list of messages; whoever read at its end reads at its end again. */
export function keepAtEnd(box, list, change) {
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END;
  const before = box.scrollHeight;
  change();
  if (!atEnd || box.scrollHeight === before) return;
  box.scrollTop = box.scrollHeight;
  const newest = list.lastElementChild;
  if (!newest || newest.offsetHeight <= box.clientHeight) return;
  // Not past the beginning of a message that is taller than the box.
  box.scrollTop += newest.getBoundingClientRect().top - box.getBoundingClientRect().top;
}

function topLevel(shown) {
  return messageItem(shown, shown.private ? null : make("div", { class: "foot" }));
}

/** Below a message: its thread in one line, or the way to open one. */
function updateFoot(item, shown, me) {
  const foot = item.querySelector(":scope > .foot");
  const last = shown.thread.at(-1);
  const sign = JSON.stringify([shown.thread.length, last && inBrief(last, me), place().thread === shown.message_id]);
  if (foot.dataset.sign === sign) return;
  foot.dataset.sign = sign;
  const open = () => {
    wander({ thread: shown.message_id });
    byId("reply").focus();
  };
  const said = last
    ? button({ class: "chip", "aria-expanded": String(place().thread === shown.message_id), "aria-controls": "thread", onclick: open },
      avatar(last.sender, true), make("b", {}, t(shown.thread.length === 1 ? "reply_one" : "reply_many", { count: shown.thread.length })),
      make("span", { class: "last" }, inBrief(last, me)))
    : button({ class: "quiet open", onclick: open }, t("reply_in_thread"));
  const had = foot.contains(document.activeElement);
  foot.replaceChildren(said);
  if (had) said.focus();
}

/** Read out what others have just said in the open chat. */
function tellNewest(chat, me) {
  const every = chat.messages.flatMap((m) => [m, ...m.thread]);
  const known = heard.get(here());
  heard.set(here(), new Set(every.map((m) => m.message_id)));
  if (!known) return;
  const fresh = every.filter((m) => !known.has(m.message_id) && m.sender !== me);
  if (fresh.length) announce(fresh.map((m) => inBrief(m, me)).join(". "));
}
