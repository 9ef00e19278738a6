// The chat half: who you are, your chats, and what you see in the one that is open.

import { get, path, post, remove } from "./api.js";
import { card } from "./card.js";
import { byId, clock, fill, make, rewrite, sync, write } from "./dom.js";
import { place, wander } from "./place.js";
import { attempt, toast } from "./toast.js";
import { countUnread, markRead } from "./unread.js";
import { words } from "./words.js";

const timelines = new Map();
const drafts = new Map();
const here = () => `${place().person}/${place().chat}`;
const names = new Map();
let botName = "Support Bot";
let refresh = () => {};

export function startChat(world, askAgain) {
  botName = world.bot_name;
  refresh = askAgain;
  for (const person of world.people) names.set(person.key, person.name);
  fill(byId("person"), world.people.filter((p) => p.in_lark).map((p) => [p.key, `${p.name} (${p.email})${p.outsider ? ", of another company" : ""}`]));
  byId("person").addEventListener("change", (event) => wander({ person: event.target.value }));
  byId("online").addEventListener("change", (event) => attempt(() =>
    post(path("people", place().person, "online"), { online: event.target.checked })));
  byId("say").addEventListener("input", (event) => drafts.set(here(), event.target.value));
  byId("say").addEventListener("keydown", sendOnEnter);
  byId("mention").textContent = `@${botName}`;
  byId("mention").addEventListener("click", mentionBot);
  byId("attach").addEventListener("change", sendFiles);
  byId("bot-place").addEventListener("click", (event) => attempt(() => post(
    path("chats", place().chat, "bot"), { inside: event.target.dataset.inside !== "true" })).then(refresh));
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send(byId("say"), null).then((sent) => sent && drafts.delete(here()));
  });
}

/** Ask what this person sees, and show it unless somebody else was chosen meanwhile. */
export async function lookAtChats() {
  const { person } = place();
  const seen = await get(path("people", person, "chats"));
  if (place().person !== person) return;
  showChats(seen.chats);
  byId("online").checked = seen.online;
}

/** Show who and where one is, before anything is asked. */
export function enterChat() {
  byId("person").value = place().person;
  if (byId("timeline").firstElementChild === timeline()) return;
  byId("say").value = drafts.get(here()) || "";
  byId("timeline").replaceChildren(timeline());
  byId("timeline").scrollTop = byId("timeline").scrollHeight;
}

function showChats(chats) {
  const open = chats.find((chat) => chat.id === place().chat);
  if (!open) {
    wander({ chat: chats[0].id });
    return;
  }
  const { person } = place();
  markRead(person, open);
  sync(byId("chats"), chats, (chat) => chat.id, tab, (element, chat) => {
    element.setAttribute("aria-pressed", String(chat.id === open.id));
    const unread = countUnread(person, names.get(person), chat);
    const mark = element.querySelector(".unread");
    write(mark, unread ? String(unread) : "");
    mark.title = unread ? `${unread} unread` : "";
  });
  const direct = open.mode === "p2p";
  write(byId("say-label"), direct ? `Write to ${open.name}` : `Write in ${open.name}`);
  byId("say").placeholder = direct ? "" : `@${botName} our cluster is down`;
  write(byId("say-hint"), direct ? "" : `${open.members.join(", ")} read this group`);
  byId("mention").hidden = direct;
  byId("bot-place").hidden = direct;
  byId("bot-place").dataset.inside = String(open.bot_inside);
  write(byId("bot-place"), open.bot_inside ? `Take ${botName} out of this group` : `Add ${botName} to this group`);
  showMessages(open.messages);
}

function tab(chat) {
  const text = chat.mode === "p2p" ? `${chat.name} (direct)` : chat.name;
  return make("button", { type: "button", "data-chat": chat.id, onclick: () => wander({ chat: chat.id }) },
    text, make("span", { class: "unread" }));
}

function timeline() {
  if (!timelines.has(here())) timelines.set(here(), make("ol", { class: "messages" }));
  return timelines.get(here());
}

function showMessages(messages) {
  const box = byId("timeline");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const before = box.scrollHeight;
  sync(timeline(), messages, (m) => m.message_id, topLevel, updateTopLevel);
  if (atEnd && box.scrollHeight !== before) toNewest(box);
}

/** Scroll to the end, but not past the beginning of a message that is taller than the box. */
function toNewest(box) {
  box.scrollTop = box.scrollHeight;
  const newest = timeline().lastElementChild;
  if (newest?.offsetHeight <= box.clientHeight) return;
  box.scrollTop += newest.getBoundingClientRect().top - box.getBoundingClientRect().top;
}

function topLevel(shown) {
  const item = messageItem(shown);
  if (shown.private) return item;
  const reply = make("textarea", { rows: 1, "aria-label": "Reply in the thread", placeholder: "Reply in the thread" });
  reply.addEventListener("keydown", sendOnEnter);
  const box = make("form", { class: "reply", onsubmit: (event) => {
    event.preventDefault();
    send(reply, shown.message_id);
  } }, reply, make("button", { type: "submit" }, "Reply"));
  const open = make("button", { type: "button", class: "quiet open", onclick: () => {
    item.classList.add("replying");
    reply.focus();
  } }, "Reply in thread");
  item.append(make("ol", { class: "thread", "aria-label": "Thread" }), box, open);
  return item;
}

function updateTopLevel(item, shown) {
  updateMessage(item, shown);
  const thread = item.querySelector(":scope > .thread");
  if (!thread) return;
  sync(thread, shown.thread, (m) => m.message_id, messageItem, updateMessage);
  item.classList.toggle("has-thread", shown.thread.length > 0);
}

function messageItem(shown) {
  return make("li", { class: "message", "data-message": shown.message_id },
    make("div", { class: "head" }), make("div", { class: "body" }));
}

/** Render a message only when it is not what it was: a half-filled form stays as it is. */
function updateMessage(item, shown) {
  const sign = JSON.stringify({ ...shown, thread: [] });
  if (item.dataset.sign === sign) return;
  item.dataset.sign = sign;
  item.classList.toggle("private", shown.private);
  item.classList.toggle("bot", shown.sender === botName);
  item.querySelector(":scope > .head").replaceChildren(
    make("b", {}, shown.sender),
    ...(shown.private ? [make("span", { class: "badge private" }, "only you can see this")] : []),
    ...(shown.edited ? [make("span", { class: "badge" }, "edited")] : []),
    make("time", {}, clock(shown.create_ms)),
    ...ownButtons(item, shown));
  const body = item.querySelector(":scope > .body");
  body.className = shown.kind === "card" ? "body card" : "body";
  body.replaceChildren(...bodyOf(shown));
}

/** What one may do with a message of one's own. */
function ownButtons(item, shown) {
  if (shown.sender !== names.get(place().person) || shown.recalled) return [];
  const one = () => path("people", place().person, "messages", shown.message_id);
  const recall = make("button", { type: "button", class: "quiet own",
    onclick: () => attempt(() => remove(one())).then(refresh) }, "Recall");
  if (shown.kind !== "text") return [recall];
  const edit = make("button", { type: "button", class: "quiet own", onclick: () => rewrite(
    item.querySelector(":scope > .body"), shown.text,
    (text) => attempt(() => post(one(), { text })),
    () => { item.dataset.sign = ""; refresh(); }) }, "Edit");
  return [edit, recall];
}

function bodyOf(shown) {
  if (shown.recalled) return [make("p", { class: "words gone" }, "This message was recalled.")];
  if (shown.kind === "card") return card(shown, (button, form, element) => press(shown, button, form, element));
  const title = shown.title ? [make("h4", {}, shown.title)] : [];
  return [...title, make("p", { class: "words" }, ...words(shown.text, shown.links, shown.mentions))];
}

async function press(shown, button, form, element) {
  const buttons = element.parentElement.querySelectorAll("button:not(:disabled)");
  buttons.forEach((one) => { one.disabled = true; });
  const { person } = place();
  const body = { message: shown.message_id, button: button.name || button.text, form };
  const answer = await attempt(() => post(path("people", person, "clicks"), body));
  buttons.forEach((one) => { one.disabled = false; });
  if (!answer) return;
  if (answer.outcome !== "ok") toast("error", answer.outcome, names.get(person));
  else if (answer.toast) toast(answer.toast.type, answer.toast.content, names.get(person));
  refresh();
}

async function send(area, thread) {
  const text = area.value;
  if (!text.trim()) return false;
  const { person, chat } = place();
  const sent = await attempt(() => post(path("people", person, "messages"), { chat, text, thread }));
  if (!sent) return false;
  if (area.value === text) area.value = "";
  refresh();
  return true;
}

async function sendFiles(event) {
  const { person, chat } = place();
  for (const file of event.target.files) {
    const base64 = (await asAddress(file)).split(",")[1] || "";
    await attempt(() => post(path("people", person, "files"), { chat, name: file.name, base64 }));
  }
  event.target.value = "";
  refresh();
}

function asAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function mentionBot() {
  const area = byId("say");
  area.value = `@${botName} ${area.value}`;
  drafts.set(here(), area.value);
  area.focus();
}
