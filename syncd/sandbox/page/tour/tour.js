// A guided tour: says what to do, and puts a ring around the place where it is done.

import { button, byId, make } from "../dom.js";
import { t } from "../words/index.js";
import { STEPS } from "./steps.js";

const MARGIN = 6;
const GAP = 14;
let at = -1;

export function startTour() {
  byId("tour-start").addEventListener("click", () => go(0));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && byId("tour").contains(document.activeElement)) end();
  });
  for (const happening of ["resize", "scroll"]) window.addEventListener(happening, lookAtTour, true);
}

function go(number) {
  STEPS[at]?.leave?.();
  at = number;
  const step = STEPS[at];
  step.enter();
  const title = make("h2", { id: "tour-title", tabindex: "-1" }, t(`tour_${step.words}`));
  const last = at === STEPS.length - 1;
  byId("tour").replaceChildren(
    make("p", { class: "hint" }, t("tour_step", { number: at + 1, count: STEPS.length })), title,
    make("p", {}, t(`tour_${step.words}_say`)),
    make("div", { class: "row acts" }, ...step.acts.map(([words, act]) => button({ onclick: act }, t(words)))),
    make("div", { class: "row" },
      button({ class: "quiet", onclick: end }, t("tour_end")),
      ...(at ? [button({ onclick: () => go(at - 1) }, t("tour_back"))] : []),
      button({ class: "primary", onclick: last ? end : () => go(at + 1) }, t(last ? "tour_done" : "tour_next"))));
  byId("tour").hidden = false;
  title.focus();
  lookAtTour();
}

function end() {
  STEPS[at]?.leave?.();
  at = -1;
  byId("tour").hidden = byId("ring").hidden = true;
  byId("tour-start").focus();
}

/** Keep the ring around its place, and the words beside it. */
export function lookAtTour() {
  if (at < 0) return;
  const spot = inSight(STEPS[at].target());
  const ring = byId("ring");
  ring.hidden = false;
  const top = Math.max(0, spot.top - MARGIN);
  const bottom = Math.min(innerHeight, spot.bottom + MARGIN);
  const left = Math.max(0, spot.left - MARGIN);
  const right = Math.min(innerWidth, spot.right + MARGIN);
  put(ring, { top, left, width: right - left, height: Math.max(0, bottom - top) });
  put(byId("tour"), beside({ top, bottom, left, right }, byId("tour").getBoundingClientRect()));
}

/** Return what is seen of an element in the box that scrolls it. */
function inSight(element) {
  const whole = element.getBoundingClientRect();
  const box = element.parentElement.closest("#timeline, #thread-messages, .scrolled")?.getBoundingClientRect();
  if (!box) return whole;
  return {
    top: Math.max(whole.top, box.top), bottom: Math.min(whole.bottom, box.bottom),
    left: Math.max(whole.left, box.left), right: Math.min(whole.right, box.right),
  };
}

/** Return where a box has room: right of, left of, above or below a place, else over its corner. */
function beside(spot, box) {
  const x = clamp(spot.left, innerWidth - box.width);
  const y = clamp(spot.top, innerHeight - box.height);
  if (spot.right + GAP + box.width <= innerWidth) return { left: spot.right + GAP, top: y };
  if (spot.left - GAP - box.width >= 0) return { left: spot.left - GAP - box.width, top: y };
  if (spot.top - GAP - box.height >= 0) return { left: x, top: spot.top - GAP - box.height };
  if (spot.bottom + GAP + box.height <= innerHeight) return { left: x, top: spot.bottom + GAP };
  return { left: innerWidth - box.width - GAP, top: GAP };
}

const clamp = (wanted, most) => Math.max(GAP, Math.min(wanted, most - GAP));

function put(element, sides) {
  for (const [name, value] of Object.entries(sides)) element.style.setProperty(name, `${value}px`);
}
