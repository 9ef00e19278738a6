// A box in which words can be made bold, and lists be made. What is pasted comes as plain text.

import { button, make } from "../dom.js";
import { t } from "../words/index.js";
import { read, show } from "./adf.js";

const TOOLS = [
  ["bold", "B"], ["italic", "I"], ["code", "</>"], ["insertUnorderedList", "•"], ["insertOrderedList", "1."],
];

/** Return {element, read, write, focus}; documents are Atlassian's. */
export function editor(label) {
  const area = make("div", {
    class: "editor", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-label": label,
    "data-placeholder": label, tabindex: "0",
  });
  const buttons = TOOLS.map(([command, sign]) => button({
    class: "icon", "aria-label": t(`tool_${command}`), title: t(`tool_${command}`), "data-tool": command,
    onpointerdown: (event) => event.preventDefault(),
    onclick: () => apply(area, command),
  }, sign));
  const element = make("div", { class: "rich" },
    make("div", { class: "toolbar", role: "toolbar", "aria-label": t("formatting") }, ...buttons), area);
  area.addEventListener("paste", (event) => plainly(event, event.clipboardData));
  area.addEventListener("drop", (event) => plainly(event, event.dataTransfer));
  area.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.closest("form").requestSubmit();
  });
  return {
    element,
    read: () => read(area),
    write: (content) => area.replaceChildren(...show(content)),
    focus: () => area.focus(),
  };
}

function plainly(event, data) {
  event.preventDefault();
  document.execCommand("insertText", false, data.getData("text/plain"));
}

function apply(area, command) {
  area.focus();
  if (command !== "code") {
    document.execCommand(command);
    return;
  }
  const range = getSelection().getRangeAt(0);
  if (range.collapsed || !area.contains(range.commonAncestorContainer)) return;
  const code = make("code", {}, range.toString());
  range.deleteContents();
  range.insertNode(code);
  getSelection().selectAllChildren(code);
}
