// The chat half: who you are, your chats, and what you see in the one that is open.

import { get, path, post } from "../api.js";
import { avatar, button, byId, choose, clock, fill, make, sync, write } from "../dom.js";
import { place, wander } from "../place.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";
import { startComposers, enterComposers } from "./composer.js";
import { enterTimeline, showMessages } from "./timeline.js";
import { enterThread, showThread, startThread } from "./thread.js";
import { countUnread, markRead } from "./unread.js";

const names = new Map();
let enabled = new Map();
let botName = "Support Bot";
let refresh = () => {};

export function startChat(world, askAgain) {
  botName = world.bot_name;
  refresh = askAgain;
  enabled = new Map(world.enabled.map((chat) => [chat.id, chat]));
  for (const person of world.people) names.set(person.key, person.name);
  fill(byId("person"), world.people.filter((p) => p.in_lark).map((p) => [p.key, p.name, companyOf(p)]));
  byId("person").addEventListener("change", (event) => wander({ person: event.target.value }));
  byId("online").addEventListener("change", (event) => attempt(() =>
    post(path("people", place().person, "online"), { online: event.target.checked })));
  byId("bot-place").addEventListener("click", (event) => attempt(() => post(
    path("chats", place().chat, "bot"), { inside: event.target.dataset.inside !== "true" })).then(refresh));
  startComposers(world, refresh);
  startThread(names, botName, refresh);
}

function companyOf(person) {
  return person.outsider ? t("other_company", { company: person.company }) : person.company;
}

/** Ask what this person sees, and show it unless somebody else was chosen meanwhile. */
export async function lookAtChats() {
  const { person } = place();
  const seen = await get(path("people", person, "chats"));
  if (place().person !== person) return;
  byId("online").checked = seen.online;
  const open = seen.chats.find((chat) => chat.id === place().chat);
  if (!open) {
    wander({ chat: seen.chats[0].id });
    return;
  }
  if (inSight()) markRead(person, open);
  sync(byId("chat-list"), seen.chats, (chat) => chat.id, chatItem, (item, chat) => updateChat(item, chat, open));
  showHead(open);
  showMessages(open, names.get(person), botName, refresh);
  showThread(open);
}

/** Show who and where one is, before anything is asked. */
export function enterChat() {
  byId("person").value = place().person;
  enterComposers();
  enterTimeline();
  enterThread();
}

const inSight = () => byId("timeline").offsetParent !== null && !document.hidden;

function chatItem(chat) {
  return make("li", {}, button({ "data-chat": chat.id, onclick: () => wander({ chat: chat.id, view: "chat" }) },
    avatar(chat.name),
    make("span", { class: "name" }), make("time", {}),
    make("span", { class: "last" }), make("span", { class: "unread" })));
}

function updateChat(item, chat, open) {
  const element = item.firstElementChild;
  if (chat.id === open.id) element.setAttribute("aria-current", "true");
  else element.removeAttribute("aria-current");
  const { person } = place();
  write(element.querySelector(".name"), chat.mode === "p2p" ? t("direct", { name: chat.name }) : chat.name);
  const last = newest(chat);
  write(element.querySelector("time"), last ? clock(last.create_ms) : "");
  write(element.querySelector(".last"), last ? inBrief(last, names.get(person)) : t("nothing_yet"));
  const unread = countUnread(person, names.get(person), chat);
  const mark = element.querySelector(".unread");
  if (mark.dataset.count === String(unread)) return;
  mark.dataset.count = unread;
  mark.replaceChildren(...(unread
    ? [make("span", { "aria-hidden": "true" }, String(unread)), make("span", { class: "unseen" }, t("unread", { count: unread }))]
    : []));
}

function newest(chat) {
  const every = chat.messages.flatMap((message) => [message, ...message.thread]);
  return every.reduce((found, one) => (found && found.create_ms > one.create_ms ? found : one), null);
}

/** Return one line of a message, as lists of chats show it. */
export function inBrief(shown, me) {
  const words = shown.recalled ? t("recalled") : `${shown.title} ${shown.text}`.trim().split("\n")[0];
  return shown.sender === me ? words : `${shown.sender}: ${words}`;
}

function showHead(open) {
  const direct = open.mode === "p2p";
  write(byId("chat-name"), direct ? t("direct", { name: open.name }) : open.name);
  const known = enabled.get(open.id);
  write(byId("chat-plan"), direct ? "" : known ? `${known.plan} · ${t(`speaks_${known.language}`)}` : t("not_enabled"));
  byId("chat-plan").hidden = direct;
  write(byId("chat-members"), direct ? "" : open.members.join(", "));
  write(byId("say-label"), t(direct ? "write_to" : "write_in", { name: open.name }));
  byId("say").placeholder = direct ? t("write_to", { name: open.name }) : t("example", { bot: botName });
  byId("mention").hidden = direct;
  byId("bot-place").hidden = direct;
  byId("bot-place").dataset.inside = String(open.bot_inside);
  write(byId("bot-place"), t(open.bot_inside ? "take_bot_out" : "add_bot", { bot: botName }));
  choose(byId("person"), place().person);
}
