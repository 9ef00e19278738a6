// What the bot did, call by call, in words.

import { get } from "./api.js";
import { byId, clockToTheSecond, make, sync, write } from "./dom.js";
import { kept, keep } from "./kept.js";
import { hasWords, t } from "./words/index.js";

const KEPT = 400;
const ASKED = 40;
const SHOWN = 60;
// Whoever opens a ticket in the portal calls the helpdesk too, but not like this.
const OF_THE_BOT = /^\/(rest|open-apis|callback)\//;
/** Side, method, route, the name of the words, and whether it does more than read. */
const MEANINGS = [
  ["lark", "POST", /\/tenant_access_token/, "did_log_in", true],
  ["lark", "POST", /\/callback\/ws\/endpoint/, "did_ask_where", true],
  ["lark", "GET", /\/bot\/v3\/info/, "did_ask_bot"],
  ["lark", "GET", /\/im\/v1\/chats\//, "did_see_group"],
  ["lark", "GET", /\/contact\//, "did_see_person"],
  ["lark", "POST", /\/ephemeral\/v1\/send/, "did_show_private", true],
  ["lark", "POST", /\/ephemeral\/v1\/delete/, "did_take_private", true],
  ["lark", "POST", /\/messages\/[^/]+\/reply/, "did_reply", true],
  ["lark", "POST", /\/im\/v1\/messages/, "did_write", true],
  ["lark", "GET", /\/im\/v1\/messages/, "did_read_back"],
  ["lark", "PATCH", /\/im\/v1\/messages/, "did_change", true],
  ["lark", "DELETE", /\/im\/v1\/messages/, "did_recall", true],
  ["jsm", "GET", /\/serverInfo$/, "did_ask_site"],
  ["jsm", "GET", /\/myself/, "did_check_login"],
  ["jsm", "POST", /\/search\/jql/, "did_ask_changes"],
  ["jsm", "POST", /\/issue\/bulkfetch/, "did_read_tickets"],
  ["jsm", "POST", /\/comment\/list/, "did_read_comments"],
  ["jsm", "GET", /\/field$/, "did_ask_fields"],
  ["jsm", "GET", /\/requesttype\/[^/]+$|\/servicedesk\/[^/]+$/, "did_ask_form"],
  ["jsm", "GET", /\/priority\/search$/, "did_ask_priorities"],
  ["jsm", "POST", /\/request\/validate$/, "did_validate"],
  ["jsm", "GET", /\/customer$|\/user\/search/, "did_see_customer"],
  ["jsm", "POST", /\/customer/, "did_admit", true],
  ["jsm", "POST", /\/servicedeskapi\/request$/, "did_create", true],
  ["jsm", "GET", /\/request\/[^/]+\/comment/, "did_ask_public"],
  ["jsm", "POST", /\/comment$/, "did_comment", true],
];

export function startLedger(refresh) {
  byId("every-call").addEventListener("change", refresh);
  byId("ledger-open").addEventListener("click", () => {
    keep("ledger", byId("calls").hidden ? "open" : "closed");
    open();
    refresh();
  });
  open();
}

function open() {
  const closed = kept("ledger") === "closed";
  byId("calls").hidden = closed;
  byId("ledger-open").setAttribute("aria-expanded", String(!closed));
}

export async function lookAtLedger() {
  await learn();
  const every = byId("every-call").checked;
  const told = known.filter(({ call, meaning }) => OF_THE_BOT.test(call.path) && (every || meaning?.[4] || bad(call)));
  const rows = folded(told).slice(-SHOWN).reverse();
  sync(byId("calls"), rows, (row) => row.index, rowItem, updateRow);
  const last = rows[0];
  write(byId("ledger-last"), last ? `${clockToTheSecond(last.call.at_ms)} ${saying(last)}` : t("ledger_empty"));
}

let known = [];

/** Ask for the newest calls; for many, where more came than were asked for. */
async function learn() {
  let { total, calls } = await get(`journal?last=${ASKED}`);
  const next = known.length ? known.at(-1).index + 1 : 0;
  if (total < next) known = [];  // the world has begun anew
  if (total - calls.length > next) ({ total, calls } = await get(`journal?last=${KEPT}`));
  const first = total - calls.length;
  const numbered = calls.map((call, offset) => ({ call, index: first + offset, meaning: meaningOf(call) }));
  known = [...known, ...numbered.filter((one) => one.index >= next || !known.length)].slice(-KEPT);
}

const bad = (call) => call.status === 0 || call.status >= 400;

function meaningOf(call) {
  return MEANINGS.find(([side, method, route]) =>
    side === call.side && method === call.method && route.test(call.path));
}

/** Calls that are the same but for their time are one row with a count. */
function folded(calls) {
  const rows = [];
  for (const one of calls) {
    const last = rows.at(-1);
    const same = ["side", "method", "path", "status", "request"].every((name) => last?.call[name] === one.call[name]);
    if (same) Object.assign(last, { call: one.call, count: last.count + 1 });
    else rows.push({ ...one, count: 1 });
  }
  return rows;
}

function saying({ call, meaning }) {
  const about = subjectOf(call);
  const did = meaning ? t(meaning[3]) : `${call.method} ${call.path}`;
  return about ? t("did_about", { did, about }) : did;
}

/** Return the title of what was written, where the call says one. */
function subjectOf(call) {
  try {
    const asked = JSON.parse(call.request);
    const card = asked.card ?? (asked.content ? JSON.parse(asked.content) : null);
    return card?.header?.title?.content ?? card?.text ?? asked.requestFieldValues?.summary ?? "";
  } catch {
    return "";
  }
}

function outcomeOf(call) {
  if (call.status === 0) return t("outcome_cut");
  if (!bad(call)) return t("outcome_ok");
  const name = `outcome_${call.status}`;
  return hasWords(name) ? t(name) : t("outcome_refused", { status: call.status });
}

function rowItem(row) {
  return make("li", { "data-side": row.call.side },
    make("time", {}),
    make("span", { class: "side" }, t(`side_${row.call.side}`)),
    make("span", { class: "meaning" }, saying(row)),
    make("span", { class: "count" }),
    make("span", { class: "status" }, outcomeOf(row.call)),
    make("code", {}, `${row.call.method} ${row.call.path}`));
}

function updateRow(item, { call, count }) {
  write(item.querySelector("time"), clockToTheSecond(call.at_ms));
  write(item.querySelector(".count"), count > 1 ? `×${count}` : "");
  item.classList.toggle("bad", bad(call));
}
