// What may go wrong, in plain words, to be switched on and off.

import { get, path, post, remove } from "../api.js";
import { button, byId, make, sync, write } from "../dom.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";

const FOR_EVER = -1;
const JIRA = { side: "jsm", route: "\\w+ /rest/" };
const LARK = { side: "lark", route: "\\w+ /open-apis/" };
/** The words of each are `fault_` with its name. */
const FAULTS = [
  { name: "jira_down", ...JIRA, status: 503, times: FOR_EVER },
  { name: "jira_slow", ...JIRA, kind: "hang", seconds: 3, times: FOR_EVER },
  { name: "jira_limits", ...JIRA, status: 429, headers: { "Retry-After": "10" }, times: FOR_EVER },
  { name: "ticket_answer_lost", side: "jsm", route: "POST /rest/servicedeskapi/request$", kind: "drop_after", times: 1 },
  { name: "lark_down", ...LARK, status: 503, times: FOR_EVER },
  { name: "post_answer_lost", side: "lark", route: "POST /open-apis/im/v1/messages", kind: "drop_after", times: 1 },
];
let refresh = () => {};

export function startFaults(askAgain) {
  refresh = askAgain;
  byId("faults-open").addEventListener("click", () => show(byId("faults").hidden));
  byId("cut").addEventListener("click", () => attempt(() => remove("connections")).then(refresh));
  for (const id of ["faults", "faults-open"]) {
    byId(id).addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || byId("faults").hidden) return;
      show(false);
      byId("faults-open").focus();
    });
  }
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#faults, #faults-open, #tour")) show(false);
  });
}

export function show(open) {
  byId("faults").hidden = !open;
  byId("faults-open").setAttribute("aria-expanded", String(open));
}

export async function lookAtFaults() {
  const { faults } = await get("faults");
  const inForce = new Map(faults.filter((fault) => fault.times !== 0).map((fault) => [fault.name, fault]));
  const hits = new Map();
  for (const fault of faults) hits.set(fault.name, (hits.get(fault.name) || 0) + fault.hits);
  const rows = FAULTS.map((fault) => ({ fault, on: inForce.has(fault.name), hits: hits.get(fault.name) || 0 }));
  sync(byId("faults-list"), rows, (row) => row.fault.name, faultItem, updateItem);
  const count = inForce.size;
  write(byId("faults-count"), count ? String(count) : "");
  byId("faults-open").classList.toggle("on", count > 0);
}

function faultItem({ fault }) {
  const id = `fault-${fault.name}`;
  return make("li", {},
    button({ role: "switch", "aria-checked": "false", "aria-labelledby": id, class: "switch", onclick: (event) => flip(fault, event.currentTarget) }),
    make("span", { id }, t(`fault_${fault.name}`)), make("span", { class: "hint hits" }));
}

function updateItem(item, { on, hits }) {
  item.querySelector(".switch").setAttribute("aria-checked", String(on));
  write(item.querySelector(".hits"), hits ? t("hits", { count: hits }) : "");
}

async function flip(fault, element) {
  const on = element.getAttribute("aria-checked") === "true";
  await attempt(async () => {
    if (on) return remove(path("faults", fault.name));
    await remove(path("faults", fault.name)).catch(() => {});  // what was hit once is over
    return post("faults", fault);
  });
  refresh();
}
