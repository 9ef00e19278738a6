// The page: look at everything again and again, and at once after anything was done.

import { get } from "./api.js";
import { enterChat, lookAtChats, startChat } from "./chat/chats.js";
import { enterDesk, lookAtTickets, startDesk } from "./desk/desk.js";
import { byId, write } from "./dom.js";
import { lookAtLedger, startLedger } from "./ledger.js";
import { onMove } from "./place.js";
import { startLanguage, startTheme } from "./top/manner.js";
import { lookAtFaults, startFaults } from "./top/faults.js";
import { startViews } from "./top/views.js";
import { lookAtTour, startTour } from "./tour/tour.js";
import { t } from "./words/index.js";

const EVERY_MS = 700;
const EVERY_MS_UNSEEN = 5000;
let timer = 0;
let looking = false;
let again = false;

async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  clearTimeout(timer);
  const results = await Promise.allSettled([
    lookAtWorld(), lookAtFaults(), lookAtChats(), lookAtTickets(), lookAtLedger()]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) connection(failed.reason.message, "bad");
  lookAtTour();
  looking = false;
  timer = setTimeout(look, again ? 0 : document.hidden ? EVERY_MS_UNSEEN : EVERY_MS);
  again = false;
}

async function lookAtWorld() {
  const world = await get("world");
  if (world.bot_connected) connection(t("connected"), "good");
  else connection(t("not_connected"), "bad");
}

function connection(text, state) {
  write(byId("connection"), text);
  byId("connection").dataset.state = state;
}

function enter() {
  enterChat();
  enterDesk();
  look();
}

async function start() {
  startTheme();
  startLanguage();
  const world = await get("world");
  startViews();
  startChat(world, look);
  startDesk(world, look);
  startFaults(look);
  startLedger(look);
  startTour();
  onMove(enter);
  document.addEventListener("visibilitychange", look);
  enter();
}

start().catch((error) => connection(error.message, "bad"));
