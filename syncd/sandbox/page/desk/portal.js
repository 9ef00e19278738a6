// The same ticket before the customer's eyes: no internal note, nothing restricted.

import { get, path, post } from "../api.js";
import { avatar, byId, clock, make, sync, write } from "../dom.js";
import { place } from "../place.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";

let refresh = () => {};
let customer = false;
const drafts = new Map();

export function startPortal(askAgain) {
  refresh = askAgain;
  byId("as-engineer").addEventListener("click", () => look(false));
  byId("as-customer").addEventListener("click", () => look(true));
  const text = make("textarea", { rows: 2, id: "portal-text" });
  text.addEventListener("input", () => drafts.set(place().ticket, text.value));
  byId("portal-view").append(
    make("div", { class: "band" }, make("span", {}, t("portal_name")), make("span", { id: "portal-key" })),
    make("div", { class: "sheet", tabindex: "0", role: "region", "aria-label": t("as_customer") },
      make("h3", { id: "portal-summary" }),
      make("p", {}, make("span", { class: "lozenge", id: "portal-status" }), " ", make("span", { class: "hint", id: "portal-reporter" })),
      make("p", { id: "portal-description", class: "said" }),
      make("h4", {}, t("activity")), make("ol", { id: "portal-comments" })),
    make("form", { onsubmit: (event) => { event.preventDefault(); answer(text); } },
      make("label", { for: "portal-text", id: "portal-label" }), text,
      make("div", { class: "row" }, make("button", { type: "submit", class: "primary" }, t("portal_send")))));
}

function look(asCustomer) {
  customer = asCustomer;
  enterPortal();
  refresh();
}

export function enterPortal() {
  byId("as-engineer").setAttribute("aria-pressed", String(!customer));
  byId("as-customer").setAttribute("aria-pressed", String(customer));
  byId("agent").hidden = customer;
  byId("portal-view").hidden = !customer;
  const text = byId("portal-text");
  if (text.dataset.ticket === place().ticket) return;
  text.dataset.ticket = place().ticket;
  text.value = drafts.get(place().ticket) || "";
}

export async function showPortal(ticket) {
  if (!customer) return;
  const seen = await get(path("tickets", ticket.key, "portal"));
  if (place().ticket !== ticket.key) return;
  write(byId("portal-key"), seen.key);
  write(byId("portal-summary"), seen.summary);
  write(byId("portal-status"), seen.status);
  byId("portal-status").dataset.category = ticket.category;
  write(byId("portal-reporter"), t("raised_by", { name: seen.reporter }));
  write(byId("portal-description"), seen.description);
  write(byId("portal-label"), t("comment_as", { name: seen.reporter }));
  sync(byId("portal-comments"), seen.comments, (c) => `${ticket.key}/${c.id}`, (c) => make("li", {},
    avatar(c.author), make("div", { class: "head" }, make("b", {}, c.author), " ", make("time", {}, clock(c.created))),
    make("p", { class: "said" })), (item, c) => write(item.querySelector(".said"), c.text));
}

async function answer(area) {
  const { ticket } = place();
  if (!area.value.trim()) return;
  const sent = await attempt(() => post(path("tickets", ticket, "portal"), { text: area.value }));
  if (!sent) return;
  drafts.delete(ticket);
  area.value = "";
  refresh();
}
