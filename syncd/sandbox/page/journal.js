// The last calls that reached Lark and the helpdesk, in words.

import { get } from "./api.js";
import { byId, clock, make, sync, write } from "./dom.js";

const ASKED = 300;
const SHOWN = 40;
// Whoever opens a ticket in the portal calls the helpdesk too, but not like this.
const OF_THE_BOT = /^\/(rest|open-apis|callback)\//;
const MEANINGS = [
  ["lark", "POST", /\/tenant_access_token/, "logs in"],
  ["lark", "POST", /\/callback\/ws\/endpoint/, "asks where to connect"],
  ["lark", "GET", /\/bot\/v3\/info/, "asks who the bot is"],
  ["lark", "GET", /\/im\/v1\/chats\//, "looks at the group"],
  ["lark", "GET", /\/contact\//, "looks up a person"],
  ["lark", "POST", /\/ephemeral\/v1\/send/, "shows a private card"],
  ["lark", "POST", /\/ephemeral\/v1\/delete/, "takes a private card away"],
  ["lark", "POST", /\/messages\/[^/]+\/reply/, "writes in a thread"],
  ["lark", "POST", /\/im\/v1\/messages/, "writes a message"],
  ["lark", "GET", /\/im\/v1\/messages/, "reads messages back"],
  ["lark", "PATCH", /\/im\/v1\/messages/, "changes its message"],
  ["lark", "DELETE", /\/im\/v1\/messages/, "recalls its message"],
  ["jsm", "GET", /\/serverInfo$/, "asks which site it is"],
  ["jsm", "GET", /\/myself/, "checks its login"],
  ["jsm", "POST", /\/search\/jql/, "asks what changed"],
  ["jsm", "POST", /\/issue\/bulkfetch/, "reads tickets"],
  ["jsm", "POST", /\/comment\/list/, "reads comments"],
  ["jsm", "GET", /\/field$/, "asks for the form's fields"],
  ["jsm", "GET", /\/requesttype\/[^/]+$|\/servicedesk\/[^/]+$/, "asks about the form"],
  ["jsm", "GET", /\/priority\/search$/, "asks for the priorities"],
  ["jsm", "POST", /\/request\/validate$/, "asks what would be refused"],
  ["jsm", "GET", /\/customer$|\/user\/search/, "looks up a customer"],
  ["jsm", "POST", /\/customer/, "admits a customer"],
  ["jsm", "POST", /\/servicedeskapi\/request$/, "creates a ticket"],
  ["jsm", "GET", /\/request\/[^/]+\/comment/, "asks whether a comment is public"],
  ["jsm", "POST", /\/comment$/, "writes a comment"],
];

export async function lookAtJournal() {
  if (!byId("log").open) return;
  const { total, calls } = await get(`journal?last=${ASKED}`);
  const first = total - calls.length;
  const numbered = calls.map((call, offset) => ({ call, index: first + offset }));
  const rows = folded(numbered.filter(({ call }) => OF_THE_BOT.test(call.path))).slice(-SHOWN).reverse();
  sync(byId("calls"), rows, (row) => row.index, rowItem, updateRow);
}

/** Calls that are the same but for their time are one row with a count. */
function folded(calls) {
  const rows = [];
  for (const { call, index } of calls) {
    const last = rows.at(-1);
    const same = ["side", "method", "path", "status"].every((name) => last?.call[name] === call[name]);
    if (same) Object.assign(last, { call, count: last.count + 1 });
    else rows.push({ call, count: 1, index });
  }
  return rows;
}

function rowItem({ call }) {
  const meaning = MEANINGS.find(([side, method, route]) =>
    side === call.side && method === call.method && route.test(call.path));
  return make("li", { "data-side": call.side },
    make("time", {}),
    make("span", { class: "side" }, call.side === "lark" ? "Lark" : "Helpdesk"),
    make("span", { class: "status" }, call.status ? String(call.status) : "cut"),
    make("span", { class: "meaning" }, meaning ? meaning[3] : ""),
    make("code", {}, `${call.method} ${call.path}`),
    make("span", { class: "count" }));
}

function updateRow(item, { call, count }) {
  write(item.querySelector("time"), clock(call.at_ms));
  write(item.querySelector(".count"), count > 1 ? `× ${count}` : "");
  item.classList.toggle("bad", call.status === 0 || call.status >= 400);
}
