// What was said on a ticket, and what may be done with it.

import { path, remove } from "../api.js";
import { avatar, button, clock, clockToTheSecond, make, write } from "../dom.js";
import { place } from "../place.js";
import { attempt } from "../toast.js";
import { t } from "../words/index.js";
import { show } from "./adf.js";
import { editor } from "./editor.js";

const ROLE = "Administrators";

export function commentItem(comment) {
  return make("li", { class: "comment", "data-comment": comment.id },
    avatar(comment.author),
    make("div", { class: "head" }, make("b", {}, comment.author), make("span", { class: "badge" }),
      make("time", { title: clockToTheSecond(comment.created_ms) }, clock(comment.created_ms))),
    make("div", { class: "words document" }),
    make("ul", { class: "files", "aria-label": t("files") }),
    make("div", { class: "acts" }, ...["flip", "restrict", "edit", "delete"].map((what) =>
      button({ class: `quiet ${what}` }, what))));
}

export function updateComment(item, comment, act, refresh) {
  const badge = item.querySelector(".badge");
  const readers = comment.restricted_to ? t("only_role", { role: comment.restricted_to }) : t("internal");
  const open = comment.public && !comment.restricted_to;
  write(badge, (open ? t("public") : readers) + (comment.edited ? t("and_edited") : ""));
  badge.dataset.public = open;
  item.classList.toggle("internal", !open);
  showWords(item, comment);
  showFiles(item, comment);
  nameActs(item, comment, act, refresh);
}

function showWords(item, comment) {
  const said = item.querySelector(".words");
  const sign = JSON.stringify(comment.document);
  if (said.dataset.sign === sign) return;
  said.dataset.sign = sign;
  said.replaceChildren(...show(comment.document));
}

function showFiles(item, comment) {
  const files = item.querySelector(".files");
  files.hidden = !comment.files.length;
  if (files.childElementCount === comment.files.length) return;
  files.replaceChildren(...comment.files.map((file) => make("li", {}, `${file.name} (${t("bytes", { count: file.bytes })})`)));
}

function nameActs(item, comment, act, refresh) {
  const one = (what) => item.querySelector(`button.${what}`);
  write(one("flip"), t(comment.public ? "make_internal" : "make_public"));
  one("flip").hidden = Boolean(comment.restricted_to);
  one("flip").onclick = () => act(path("comments", comment.id, "publicity"), { public: !comment.public });
  write(one("restrict"), comment.restricted_to ? t("lift") : t("only_role", { role: ROLE }));
  one("restrict").onclick = () =>
    act(path("comments", comment.id, "readers"), { role: comment.restricted_to ? "" : ROLE });
  write(one("edit"), t("edit_comment"));
  one("edit").onclick = () => rewrite(item, comment, act);
  write(one("delete"), t("delete"));
  one("delete").onclick = () =>
    attempt(() => remove(path("tickets", place().ticket, "comments", comment.id))).then(refresh);
}

/** Put an editor in the place of the words, with their formatting. */
function rewrite(item, comment, act) {
  const said = item.querySelector(".words");
  const writing = editor(t("new_words"));
  writing.write(comment.document);
  const close = () => {
    said.dataset.sign = "";
    box.remove();
    showWords(item, comment);
  };
  const box = make("form", { class: "rewrite", onsubmit: async (event) => {
    event.preventDefault();
    const document = writing.read();
    if (document && await act(path("comments", comment.id), { document })) close();
  } }, writing.element, make("button", { type: "submit", class: "primary" }, t("save")),
  button({ onclick: close }, t("leave")));
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  said.replaceChildren(box);
  writing.focus();
}
