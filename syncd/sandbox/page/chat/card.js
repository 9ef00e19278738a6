// A card: its words, its form, its buttons.

import { make, safeAddress } from "../dom.js";
import { anchor, words } from "./words.js";

/** Return the elements of a card; `press(button, form)` is called for a click. */
export function card(shown, press) {
  const inputs = shown.fields.map(inputFor);
  const parts = layout(shown.text, shown.fields).map((part) =>
    part.field === undefined
      ? make("p", { class: "words" }, ...words(part.text, shown.links, shown.mentions))
      : fieldRow(shown.fields[part.field], inputs[part.field]));
  const buttons = shown.buttons.map((button) => buttonFor(button, () => valuesOf(shown, inputs, button), press));
  const title = shown.title ? [make("h4", {}, shown.title)] : [];
  return [...title, make("div", { class: "parts" }, ...parts), make("div", { class: "buttons" }, ...buttons)];
}

/**
 * The view gives a card's words as one text in which the labels of the fields stand too; find
 * them, so that each field stands where its label is.
 */
function layout(text, fields) {
  let rest = text ? text.split("\n") : [];
  const parts = [];
  fields.forEach((field, index) => {
    const label = field.label ? field.label.split("\n") : [];
    const at = label.length ? rest.findIndex((_, i) => label.every((line, n) => rest[i + n] === line)) : -1;
    if (at > 0) parts.push({ text: rest.slice(0, at).join("\n") });
    if (at >= 0) rest = rest.slice(at + label.length);
    parts.push({ field: index });
  });
  if (rest.length) parts.push({ text: rest.join("\n") });
  return parts;
}

function fieldRow(field, input) {
  const [label, ...help] = (field.label || field.name).split("\n");
  const star = field.required && !label.endsWith("*") ? " *" : "";
  const name = make("span", { class: "label" }, label + star);
  const note = help.length ? make("small", {}, help.join("\n")) : null;
  const attributes = { class: "field", "data-field": field.name };
  return input.group
    ? make("fieldset", attributes, make("legend", {}, label + star), note, input.element)
    : make("label", attributes, name, note, input.element);
}

const HTML_TYPES = {
  date_picker: "date",
  picker_time: "time",
  picker_datetime: "datetime-local",
  password: "password",
};

/** Return {element, read, group}: `group` when it is a set of check boxes. */
function inputFor(field) {
  const shared = { disabled: field.disabled, placeholder: field.placeholder || null, maxlength: field.max_length || null };
  if (field.type === "multi_select_static") return checkBoxes(field);
  if (field.type === "checker") {
    const box = make("input", { type: "checkbox", checked: field.default === true, disabled: field.disabled });
    return { element: box, read: () => box.checked };
  }
  if (field.options.length) return select(field);
  if (field.type === "multiline_text") {
    const area = make("textarea", { rows: 4, ...shared });
    area.value = field.default || "";
    return { element: area, read: () => area.value };
  }
  const type = HTML_TYPES[field.type] || "text";
  const input = make("input", { type, ...shared });
  input.value = type === "datetime-local" ? (field.default || "").replace(" ", "T") : field.default || "";
  return { element: input, read: () => (type === "datetime-local" ? input.value.replace("T", " ") : input.value) };
}

function select(field) {
  const options = [["", field.placeholder || "—"], ...field.options.map((o) => [o.value, o.text])];
  const element = make("select", { disabled: field.disabled }, ...options.map(([value, text]) => make("option", { value }, text)));
  element.value = field.default || "";
  return { element, read: () => element.value };
}

function checkBoxes(field) {
  const boxes = field.options.map((option) => {
    const chosen = (field.default || []).includes(option.value);
    return make("input", { type: "checkbox", value: option.value, checked: chosen, disabled: field.disabled });
  });
  const element = make("div", { class: "choices" }, ...boxes.map((box, i) =>
    make("label", { class: "check" }, box, ` ${field.options[i].text}`)));
  return { element, group: true, read: () => boxes.filter((b) => b.checked).map((b) => b.value) };
}

function valuesOf(shown, inputs, button) {
  if (!button.submits) return null;
  const pairs = shown.fields
    .map((field, index) => [field, inputs[index]])
    .filter(([field]) => field.form === button.form && !field.disabled)
    .map(([field, input]) => [field.name, input.read()]);
  return Object.fromEntries(pairs);
}

function buttonFor(button, values, press) {
  const href = button.url ? safeAddress(button.url) : null;
  if (href) return anchor(button.text, href, { class: "button" });
  return make("button", {
    type: "button",
    class: button.submits ? "primary" : "",
    disabled: button.disabled,
    "data-button": button.name,
    onclick: (event) => press(button, values(), event.currentTarget),
  }, button.text);
}
