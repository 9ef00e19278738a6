// Building and updating elements. Text from the world only ever becomes text nodes.

export const byId = (id) => document.getElementById(id);

/** Make an element; `attributes` are set as they are, `on...` are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Make a button that is one and submits nothing. */
export function button(attributes, ...children) {
  return make("button", { type: "button", ...attributes }, ...children);
}

/**
 * Make the children of `parent` stand for `items`. An element stays as long as its item's key is
 * there, so that what is being typed in it is never lost.
 */
export function sync(parent, items, keyOf, create, update = () => {}) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    let element = old.get(key);
    if (!element) {
      element = create(item);
      element.dataset.key = key;
    }
    old.delete(key);
    update(element, item);
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
  for (const gone of old.values()) gone.remove();
}

/** Write a text only where it changed, so that a selection survives. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Fill a select once for each list of [value, text] pairs; a third member names its group. */
export function fill(select, pairs) {
  const sign = JSON.stringify(pairs);
  if (select.dataset.sign === sign) return;
  select.dataset.sign = sign;
  const groups = new Map();
  select.replaceChildren();
  for (const [value, text, group] of pairs) {
    const option = make("option", { value }, text);
    if (group && !groups.has(group)) {
      groups.set(group, make("optgroup", { label: group }));
      select.append(groups.get(group));
    }
    (groups.get(group) ?? select).append(option);
  }
}

/** Choose in a select unless somebody is choosing there. */
export function choose(select, value) {
  if (document.activeElement !== select && select.value !== value) select.value = value;
}

const HUES = 8;

/** Return a round picture of somebody: initials on a colour of their own. */
export function avatar(name, small = false) {
  const code = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7);
  const kind = name === "Support Bot" ? "avatar robot" : "avatar";
  return make("span", { class: small ? `${kind} small` : kind, "aria-hidden": "true", "data-hue": code % HUES },
    kind === "avatar" ? initials(name) : null);
}

function initials(name) {
  if (/[\u3040-\u30ff\u4e00-\u9fff]/.test(name)) return name.slice(-2);
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] || "").join("").toUpperCase();
}

/** Say something to those who listen to the page rather than look at it. */
export function announce(text) {
  byId("spoken").replaceChildren(make("p", {}, text));
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function clockToTheSecond(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** Return only addresses that a browser may open. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
