// One message: whose it is, its bubble or card, and what one may do with it.

import { path, post, remove } from "../api.js";
import { avatar, button, byId, clock, clockToTheSecond, make } from "../dom.js";
import { place } from "../place.js";
import { attempt, toast } from "../toast.js";
import { t } from "../words/index.js";
import { card } from "./card.js";
import { reactionsOf } from "./reactions.js";
import { rewrite } from "./rewrite.js";
import { words } from "./words.js";

/** Make the element of a message; `updateMessage` fills it. */
export function messageItem(shown, foot = null) {
  return make("li", { class: "message", "data-message": shown.message_id },
    avatar(shown.sender),
    make("div", { class: "head" }), make("div", { class: "body" }),
    make("div", { class: "reactions" }), foot);
}

/** Render a message only when it is not what it was: a half-filled form stays as it is. */
export function updateMessage(item, shown, { me, botName, refresh }) {
  const sign = JSON.stringify({ ...shown, thread: [] });
  if (item.dataset.sign === sign) return;
  item.dataset.sign = sign;
  item.classList.toggle("private", shown.private);
  item.classList.toggle("bot", shown.sender === botName);
  item.classList.toggle("mine", shown.sender === me);
  item.querySelector(":scope > .head").replaceChildren(
    make("b", {}, shown.sender),
    ...(shown.private ? [make("span", { class: "badge private" }, t("only_you"))] : []),
    ...(shown.edited ? [make("span", { class: "badge" }, t("edited"))] : []),
    make("time", { title: clockToTheSecond(shown.create_ms) }, clock(shown.create_ms)),
    ...ownButtons(item, shown, me, refresh));
  item.querySelector(":scope > .reactions").replaceChildren(...reactionsOf(shown, me, refresh));
  const body = item.querySelector(":scope > .body");
  const isCard = shown.kind === "card" && !shown.recalled;
  body.className = isCard ? "body card" : shown.recalled ? "body bubble" : `body bubble ${shown.kind}`;
  body.dataset.colour = isCard ? shown.colour : "";
  body.replaceChildren(...bodyOf(shown, me, refresh));
}

/** What one may do with a message of one's own. */
function ownButtons(item, shown, me, refresh) {
  if (shown.sender !== me || shown.recalled) return [];
  const one = () => path("people", place().person, "messages", shown.message_id);
  const recall = button({ class: "quiet own", onclick: () => attempt(() => remove(one())).then(refresh) }, t("recall"));
  if (shown.kind !== "text") return [recall];
  const edit = button({ class: "quiet own", onclick: () => rewrite(
    item.querySelector(":scope > .body"), shown.text,
    (text) => attempt(() => post(one(), { text })),
    () => { item.dataset.sign = ""; refresh(); }) }, t("edit"));
  return [edit, recall];
}

function bodyOf(shown, me, refresh) {
  if (shown.recalled) return [make("p", { class: "words gone" }, t("recalled"))];
  if (shown.kind === "card") return card(shown, (one, form, element) => press(shown, one, form, element, me, refresh));
  const title = shown.title ? [make("h4", {}, shown.title)] : [];
  return [...title, make("p", { class: "words" }, ...words(shown.text, shown.links, shown.mentions))];
}

async function press(shown, pressed, form, element, me, refresh) {
  const buttons = element.parentElement.querySelectorAll("button:not(:disabled)");
  buttons.forEach((one) => { one.disabled = true; });
  const body = { message: shown.message_id, button: pressed.name || pressed.text, form };
  const answer = await attempt(() => post(path("people", place().person, "clicks"), body));
  buttons.forEach((one) => { one.disabled = false; });
  if (!answer) return;
  // The card may be gone by now, and with it the place of whoever uses the keyboard.
  if (!element.isConnected || document.activeElement === document.body) byId("timeline").focus();
  if (answer.outcome !== "ok") toast("error", answer.outcome, me);
  else if (answer.toast) toast(answer.toast.type, answer.toast.content, me);
  refresh();
}
