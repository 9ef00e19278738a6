// The ticket that is open: its facts, what was said on it, and the box for an answer.

import { path, post } from "../api.js";
import { byId, choose, fill, make, sync, write } from "../dom.js";
import { place } from "../place.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";
import { show } from "./adf.js";
import { commentItem, updateComment } from "./comments.js";
import { stateOf } from "./desk.js";
import { editor } from "./editor.js";

const drafts = new Map();
let portalBase = "";
let refresh = () => {};
let writing;

export function startTicket(world, askAgain) {
  portalBase = world.addresses.jsm;
  refresh = askAgain;
  fill(byId("status"), world.statuses.map((name) => [name, name]));
  fill(byId("priority"), world.priorities.map((name) => [name, name]));
  fill(byId("assignee"), [["", t("unassigned")], ...world.people.filter((p) => p.engineer).map((p) => [p.key, p.name])]);
  assignees = new Map(world.people.filter((p) => p.engineer).map((p) => [p.name, p.key]));
  byId("status").addEventListener("change", (event) => act("status", { status: event.target.value }));
  byId("priority").addEventListener("change", (event) => act("priority", { priority: event.target.value }));
  byId("assignee").addEventListener("change", (event) => act("assignee", { engineer: event.target.value }));
  writing = editor(t("your_answer"));
  byId("answer-editor").append(writing.element);
  for (const radio of byId("answer").elements.public) radio.addEventListener("change", nameButton);
  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  nameButton();
}

let assignees = new Map();
let shown = "";
/** The comment that was just written, until it is brought into sight. */
let answered = "";

/** Another ticket has its own draft. */
export function enterTicket() {
  const { ticket } = place();
  if (ticket === shown) return;
  if (shown) drafts.set(shown, writing.read());
  shown = ticket;
  writing.write(drafts.get(ticket) ?? null);
}

export function showTicket(ticket) {
  write(byId("ticket-key"), ticket.key);
  write(byId("ticket-summary"), ticket.summary);
  write(byId("ticket-kind"), ticket.kind ? t("request_type", { kind: ticket.kind }) : "");
  write(byId("ticket-reporter"), t("reporter", { name: ticket.reporter }));
  write(byId("ticket-severity"), ticket.severity ? t("severity", { severity: ticket.severity }) : "");
  write(byId("ticket-rating"), ticket.rating ? t("rating", { stars: ticket.rating, said: ticket.rating_said }) : "");
  write(byId("ticket-form"), ticket.form.join("\n"));
  choose(byId("status"), ticket.status);
  byId("status").dataset.category = ticket.category;
  choose(byId("priority"), ticket.priority);
  choose(byId("assignee"), assignees.get(ticket.assignee) ?? "");
  byId("portal").href = portalBase + ticket.portal_path;
  const sign = ticket.key + JSON.stringify(ticket.document);
  if (byId("ticket-description").dataset.sign !== sign) {
    byId("ticket-description").dataset.sign = sign;
    byId("ticket-description").replaceChildren(
      ...(ticket.document ? show(ticket.document) : [make("p", { class: "hint" }, t("no_description"))]));
  }
  sync(byId("slas"), ticket.slas, (sla) => sla.name, () => make("li", {}, make("b", {}), " ", make("span", {})), (item, sla) => {
    write(item.querySelector("b"), sla.name);
    write(item.querySelector("span"), clockWords(sla));
    item.dataset.state = stateOf(sla);
  });
  sync(byId("comments"), ticket.comments, (c) => `${ticket.key}/${c.id}`,
    (comment) => commentItem(comment), (item, comment) => updateComment(item, comment, act, refresh));
  if (ticket.comments.some((comment) => comment.id === answered)) {
    byId("comments").lastElementChild.scrollIntoView({ block: "nearest" });
    answered = "";
  }
}

const MINUTE = 60_000;

/** Return an SLA in a word or two. */
export function clockWords(sla) {
  if (sla.state === "met" || sla.state === "missed") return t(`sla_${sla.state}`);
  const minutes = Math.floor(Math.abs(sla.left_ms) / MINUTE);
  const time = `${sla.left_ms < 0 ? "−" : ""}${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  return sla.state === "paused" ? t("sla_paused", { time }) : time;
}

async function act(what, body) {
  const done = await attempt(() => post(`${path("tickets", place().ticket)}/${what}`, body));
  refresh();
  return done;
}

async function answer() {
  const { ticket, engineer } = place();
  const document = writing.read();
  if (!document) return;
  const isPublic = byId("answer-public").checked;
  const sent = await attempt(() =>
    post(path("tickets", ticket, "comments"), { engineer, document, public: isPublic }));
  if (!sent) return;
  answered = sent.id;
  drafts.delete(ticket);
  if (place().ticket === ticket) writing.write(null);
  refresh();
}

function nameButton() {
  const isPublic = byId("answer-public").checked;
  write(byId("answer-send"), t(isPublic ? "send_to_customer" : "save_note"));
  write(byId("answer-hint"), t(isPublic ? "hint_public" : "hint_internal"));
  byId("answer").classList.toggle("internal", !isPublic);
}
