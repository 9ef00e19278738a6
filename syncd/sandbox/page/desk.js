// The helpdesk half: the tickets, and the one that is open, as an engineer sees them.

import { get, path, post, remove } from "./api.js";
import { byId, clock, fill, make, rewrite, sync, write } from "./dom.js";
import { place, wander } from "./place.js";
import { attempt } from "./toast.js";

const ROLE = "Administrators";
const drafts = new Map();
let portalBase = "";
let refresh = () => {};

export function startDesk(world, askAgain) {
  portalBase = world.addresses.jsm;
  refresh = askAgain;
  fill(byId("engineer"), world.people.filter((p) => p.engineer).map((p) => [p.key, p.name]));
  fill(byId("status"), world.statuses.map((name) => [name, name]));
  byId("engineer").addEventListener("change", (event) => wander({ engineer: event.target.value }));
  byId("status").addEventListener("change", (event) => act("status", { status: event.target.value }));
  byId("answer-text").addEventListener("input", (event) => drafts.set(place().ticket, event.target.value));
  for (const radio of byId("answer").elements.public) radio.addEventListener("change", nameButton);
  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
}

export async function lookAtTickets() {
  const { engineer } = place();
  const { tickets } = await get(`tickets?engineer=${encodeURIComponent(engineer)}`);
  if (place().engineer !== engineer) return;
  sync(byId("tickets"), tickets, (t) => t.key, ticketButton, updateButton);
  byId("no-ticket").hidden = tickets.length > 0;
  const open = tickets.find((t) => t.key === place().ticket);
  if (open) showTicket(open);
  else if (tickets.length) wander({ ticket: tickets[0].key });
  byId("ticket").hidden = !open;
}

/** Show who one is and which ticket is open, before anything is asked. */
export function enterDesk() {
  byId("engineer").value = place().engineer;
  const draft = drafts.get(place().ticket) || "";
  if (byId("answer-text").value !== draft) byId("answer-text").value = draft;
}

function ticketButton(ticket) {
  return make("li", {}, make("button", {
    type: "button", "data-ticket": ticket.key, onclick: () => wander({ ticket: ticket.key }),
  }, make("b", {}, ticket.key), make("span", { class: "summary" }), make("span", { class: "badge status" })));
}

function updateButton(item, ticket) {
  const button = item.firstElementChild;
  button.setAttribute("aria-pressed", String(ticket.key === place().ticket));
  write(button.querySelector(".summary"), ticket.summary);
  write(button.querySelector(".status"), ticket.status);
}

function showTicket(ticket) {
  write(byId("ticket-key"), ticket.key);
  write(byId("ticket-summary"), ticket.summary);
  write(byId("ticket-reporter"), `Reporter: ${ticket.reporter}`);
  write(byId("ticket-severity"), ticket.severity);
  write(byId("ticket-description"), ticket.description || "No description.");
  write(byId("ticket-form"), ticket.form.join("\n"));
  if (document.activeElement !== byId("status")) byId("status").value = ticket.status;
  byId("portal").href = portalBase + ticket.portal_path;
  sync(byId("comments"), ticket.comments, (c) => `${ticket.key}/${c.id}`, commentItem, updateComment);
}

function commentItem(comment) {
  return make("li", { class: "comment", "data-comment": comment.id },
    make("div", { class: "head" }, make("b", {}, comment.author), make("span", { class: "badge" }),
      make("time", {}, clock(comment.created_ms)), ...["flip", "restrict", "edit", "delete"].map((what) =>
        make("button", { type: "button", class: `quiet ${what}` }, what))),
    make("p", { class: "words" }));
}

function updateComment(item, comment) {
  const badge = item.querySelector(".badge");
  const readers = comment.restricted_to ? `only ${comment.restricted_to}` : "internal";
  const open = comment.public && !comment.restricted_to;
  write(badge, (open ? "public" : readers) + (comment.edited ? ", edited" : ""));
  badge.dataset.public = open;
  item.classList.toggle("internal", !open);
  const said = item.querySelector(".words");
  if (!said.querySelector("form")) write(said, comment.text);
  const button = (what) => item.querySelector(`button.${what}`);
  write(button("flip"), comment.public ? "make internal" : "make public");
  button("flip").hidden = Boolean(comment.restricted_to);
  button("flip").onclick = () => act(path("comments", comment.id, "publicity"), { public: !comment.public });
  write(button("restrict"), comment.restricted_to ? "lift restriction" : `only ${ROLE}`);
  button("restrict").onclick = () =>
    act(path("comments", comment.id, "readers"), { role: comment.restricted_to ? "" : ROLE });
  button("edit").onclick = () => rewrite(said, comment.text,
    (text) => act(path("comments", comment.id), { text }), () => write(said, comment.text));
  button("delete").onclick = () =>
    attempt(() => remove(path("tickets", place().ticket, "comments", comment.id))).then(refresh);
}

async function act(what, body) {
  const done = await attempt(() => post(`${path("tickets", place().ticket)}/${what}`, body));
  refresh();
  return done;
}

async function answer() {
  const area = byId("answer-text");
  const text = area.value;
  if (!text.trim()) return;
  const { ticket, engineer } = place();
  const isPublic = byId("answer-public").checked;
  const sent = await attempt(() => post(path("tickets", ticket, "comments"), { engineer, text, public: isPublic }));
  if (!sent) return;
  drafts.delete(ticket);
  if (area.value === text) area.value = "";
  refresh();
}

function nameButton() {
  const isPublic = byId("answer-public").checked;
  write(byId("answer-send"), isPublic ? "Send to the customer" : "Save internal note");
  byId("answer").classList.toggle("internal", !isPublic);
}
