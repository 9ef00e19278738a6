// Writing: in the chat and in a thread, with names that are completed after an @.

import { path, post } from "../api.js";
import { byId } from "../dom.js";
import { place } from "../place.js";
import { attempt } from "../toast.js";
import { completes } from "./complete.js";

const drafts = new Map();
const chatHere = () => `${place().person}/${place().chat}`;
const threadHere = () => `${chatHere()}/${place().thread}`;
let refresh = () => {};
let botName = "";

export function startComposers(world, askAgain) {
  botName = world.bot_name;
  refresh = askAgain;
  prepare(byId("composer"), byId("say"), chatHere, () => null);
  prepare(byId("reply-form"), byId("reply"), threadHere, () => place().thread);
  byId("mention").addEventListener("click", mentionBot);
  byId("attach").addEventListener("change", sendFiles);
}

/** Put back what this person had begun to write here. */
export function enterComposers() {
  for (const [area, here] of [[byId("say"), chatHere], [byId("reply"), threadHere]]) {
    if (area.dataset.here === here()) continue;
    area.dataset.here = here();
    area.value = drafts.get(here()) || "";
    grow(area);
  }
}

/** Put words into the chat's composer, as if they had been typed. */
export function typeForThem(text) {
  byId("say").value = text;
  byId("say").dispatchEvent(new Event("input"));
  byId("say").focus();
}

function prepare(form, area, here, thread) {
  completes(area, () => `people/${encodeURIComponent(place().person)}/chats`, botName);
  area.addEventListener("input", () => {
    drafts.set(here(), area.value);
    grow(area);
  });
  area.addEventListener("keydown", sendOnEnter);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const where = here();
    const sent = await send(area, thread());
    if (sent) drafts.delete(where);
  });
}

function grow(area) {
  area.rows = Math.min(5, Math.max(1, area.value.split("\n").length));
}

async function send(area, thread) {
  const text = area.value;
  if (!text.trim()) return false;
  const { person, chat } = place();
  const sent = await attempt(() => post(path("people", person, "messages"), { chat, text, thread }));
  if (!sent) return false;
  if (area.value === text) area.value = "";
  grow(area);
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
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function mentionBot() {
  typeForThem(`@${botName} ${byId("say").value}`);
}
