// After an @ the names of those who are in the chat are offered.

import { get } from "../api.js";
import { avatar, make } from "../dom.js";
import { place } from "../place.js";
import { t } from "../words/index.js";

const BEGUN = /(^|\s)@([^@\n]{0,30})$/;
let lists = 0;

/** Let a text area offer names; `whose` says where the chats of whoever writes are told. */
export function completes(area, whose, botName) {
  const list = make("ul", { role: "listbox", id: `names-${++lists}`, class: "names", "aria-label": t("names"), hidden: true });
  area.parentElement.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) {
    area.setAttribute(name, value);
  }
  const box = { area, list, chosen: 0 };
  close(box);
  area.addEventListener("input", async () => {
    const begun = beginning(area);
    if (begun === null) return close(box);
    const found = await candidates(whose(), botName, begun);
    if (beginning(area) === begun) offer(box, found);
  });
  area.addEventListener("blur", () => close(box));
  area.addEventListener("keydown", (event) => steer(box, event));
}

function beginning(area) {
  const found = BEGUN.exec(area.value.slice(0, area.selectionStart));
  return found ? found[2] : null;
}

async function candidates(whose, botName, begun) {
  const { chats } = await get(whose).catch(() => ({ chats: [] }));
  const open = chats.find((chat) => chat.id === place().chat);
  if (!open || open.mode === "p2p") return [];
  const names = [...(open.bot_inside ? [botName] : []), ...open.members, "all"];
  return names.filter((name) => name.toLowerCase().startsWith(begun.toLowerCase()) && name !== begun);
}

function offer(box, names) {
  if (!names.length) return close(box);
  box.list.replaceChildren(...names.map((name, index) => make("li", {
    role: "option", id: `${box.list.id}-${index}`, "data-name": name,
    onpointerdown: (event) => { event.preventDefault(); take(box, name); },
  }, avatar(name, true), name)));
  box.list.hidden = false;
  box.area.setAttribute("aria-expanded", "true");
  choose(box, 0);
}

function choose(box, index) {
  const options = [...box.list.children];
  box.chosen = (index + options.length) % options.length;
  options.forEach((one, number) => one.setAttribute("aria-selected", String(number === box.chosen)));
  box.area.setAttribute("aria-activedescendant", options[box.chosen].id);
}

function close(box) {
  box.list.hidden = true;
  box.area.setAttribute("aria-expanded", "false");
  box.area.removeAttribute("aria-activedescendant");
}

function steer(box, event) {
  if (box.list.hidden || event.isComposing) return;
  const keys = {
    ArrowDown: () => choose(box, box.chosen + 1),
    ArrowUp: () => choose(box, box.chosen - 1),
    Enter: () => take(box, box.list.children[box.chosen].dataset.name),
    Tab: () => take(box, box.list.children[box.chosen].dataset.name),
    Escape: () => close(box),
  };
  if (!keys[event.key] || (event.key === "Tab" && event.shiftKey)) return;
  event.preventDefault();
  keys[event.key]();
}

function take({ area, list }, name) {
  const at = area.selectionStart;
  const before = area.value.slice(0, at).replace(BEGUN, (_, space) => `${space}@${name} `);
  area.value = before + area.value.slice(at);
  area.setSelectionRange(before.length, before.length);
  list.hidden = true;
  area.dispatchEvent(new Event("input"));
  close({ area, list });
}
