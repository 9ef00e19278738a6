// The helpdesk half: the queue, and the ticket that is open, as an engineer sees them.

import { get } from "../api.js";
import { avatar, button, byId, fill, make, sync, write } from "../dom.js";
import { place, wander } from "../place.js";
import { t } from "../words/index.js";
import { enterPortal, showPortal, startPortal } from "./portal.js";
import { clockWords, enterTicket, showTicket, startTicket } from "./ticket.js";

const QUEUES = {
  open: (ticket) => ticket.category !== "done",
  mine: (ticket, me) => ticket.category !== "done" && ticket.assignee === me,
  unassigned: (ticket) => ticket.category !== "done" && !ticket.assignee,
  every: () => true,
};
const names = new Map();

export function startDesk(world, askAgain) {
  for (const person of world.people) names.set(person.key, person.name);
  fill(byId("engineer"), world.people.filter((p) => p.engineer).map((p) => [p.key, p.name]));
  fill(byId("which"), Object.keys(QUEUES).map((name) => [name, t(`queue_${name}`)]));
  byId("engineer").addEventListener("change", (event) => wander({ engineer: event.target.value }));
  byId("which").addEventListener("change", askAgain);
  startTicket(world, askAgain);
  startPortal(askAgain);
}

export async function lookAtTickets() {
  const { engineer } = place();
  const { tickets } = await get(`tickets?engineer=${encodeURIComponent(engineer)}`);
  if (place().engineer !== engineer) return;
  const queued = tickets.filter((ticket) => QUEUES[byId("which").value](ticket, names.get(engineer)));
  sync(byId("tickets"), queued, (ticket) => ticket.key, ticketRow, updateRow);
  byId("no-ticket").hidden = queued.length > 0;
  write(byId("no-ticket"), t(tickets.length ? "queue_is_empty" : "no_ticket"));
  const open = tickets.find((ticket) => ticket.key === place().ticket);
  byId("ticket").hidden = !open;
  if (open) {
    showTicket(open);
    await showPortal(open);
  } else if (tickets.length) wander({ ticket: tickets[0].key });
}

/** Show who one is and which ticket is open, before anything is asked. */
export function enterDesk() {
  byId("engineer").value = place().engineer;
  enterTicket();
  enterPortal();
}

function ticketRow(ticket) {
  const open = () => wander({ ticket: ticket.key, view: "ticket" });
  return make("tr", { "data-ticket": ticket.key, onclick: open },
    make("td", {}, button({ class: "key" }, ticket.key)),
    make("td", {}, make("span", { class: "summary" }), make("span", { class: "hint reporter" })),
    make("td", {}, make("span", { class: "lozenge status" })),
    make("td", { class: "sla" }), make("td", { class: "assignee" }));
}

function updateRow(row, ticket) {
  const open = ticket.key === place().ticket;
  row.classList.toggle("open", open);
  row.querySelector(".key").setAttribute("aria-pressed", String(open));
  write(row.querySelector(".summary"), ticket.summary);
  write(row.querySelector(".reporter"), ticket.reporter);
  const status = row.querySelector(".status");
  write(status, ticket.status);
  status.dataset.category = ticket.category;
  const first = ticket.slas[0];
  const sla = row.querySelector(".sla");
  write(sla, first ? clockWords(first) : "");
  sla.dataset.state = stateOf(first);
  const assignee = row.querySelector(".assignee");
  if (assignee.dataset.name === ticket.assignee) return;
  assignee.dataset.name = ticket.assignee;
  assignee.replaceChildren(...(ticket.assignee
    ? [avatar(ticket.assignee, true), make("span", { class: "unseen" }, ticket.assignee)]
    : [make("span", { class: "hint" }, "–")]));
}

export function stateOf(sla) {
  if (!sla) return "";
  return sla.state === "running" && sla.left_ms < 0 ? "missed" : sla.state;
}
