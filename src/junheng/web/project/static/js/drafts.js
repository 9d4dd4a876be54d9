// Saves what is typed into a filing, cell by cell. What has not been saved is kept in this browser,
// for this account and filing alone, and is sent again when the line or the session is back. Each
// batch has a key of its own, so that one sent twice counts once. Cells hold figures of schools and
// counties, never of persons.

const root = document.getElementById("filing");
const words = root.dataset;
const bar = document.getElementById("saving");
const STORE = `junheng-drafts-${words.account}-${words.filing}`;
const SOON = 600;
const LATER = 10000;
const MOST = 500;

const read = () => {
  const empty = { cells: {}, sending: null };
  try {
    return JSON.parse(localStorage.getItem(STORE)) || empty;
  } catch {
    return empty;
  }
};
const state = read();
let timer = 0;
let busy = false;

const keep = () => {
  const idle = !state.sending && Object.keys(state.cells).length === 0;
  try {
    if (idle) {
      localStorage.removeItem(STORE);
    } else {
      localStorage.setItem(STORE, JSON.stringify(state));
    }
  } catch {
    tell("unsaved");  // the browser keeps nothing: what is typed is only on this page
  }
};

const idOf = (cell) => [cell.source, cell.table, cell.key, cell.column].join("|");
const inputOf = (cell) => [...root.querySelectorAll(".cell")].find((input) => idOf(input.dataset) === idOf(cell));
const toldOf = (input) => input.parentElement.querySelector(".cell-told");
const reasonOf = (input) => input.closest(".line-correct")?.querySelector(".cell-reason");

const button = (text, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
};

const tell = (mood, text, ...more) => {
  bar.dataset.mood = mood;
  bar.querySelector(".saving-words").textContent = text || words[mood];
  bar.querySelector(".saving-more").replaceChildren(...more);
};

const mark = (input, sentence, ...more) => {
  input.classList.toggle("is-invalid", Boolean(sentence));
  toldOf(input).replaceChildren(sentence || "", ...more);
};

const show = (draft) => {
  const input = inputOf(draft);
  if (!input) { return; }
  input.value = draft.now;
  const details = input.closest("details");
  if (details) { details.open = true; }
  const reason = reasonOf(input);
  if (reason && draft.reason) { reason.value = draft.reason; }
  if (draft.contested) {
    mark(input, draft.told, button(words.theirs, () => settle(draft, false)), button(words.mine, () => settle(draft, true)));
  } else {
    mark(input, draft.told);
  }
};

const settle = (draft, mine) => {
  const input = inputOf(draft);
  const theirs = draft.theirs === null ? "" : String(draft.theirs);
  input.dataset.was = theirs;
  mark(input, "");
  if (mine) {
    state.cells[idOf(draft)] = { ...draft, was: theirs, told: "", contested: false };
  } else {
    input.value = theirs;
    delete state.cells[idOf(draft)];
  }
  keep();
  soon();
};

const change = (input) => {
  const { source, table, key, column, was } = input.dataset;
  const draft = { source, table, key, column, was, now: input.value, reason: reasonOf(input)?.value || "" };
  mark(input, "");
  if (draft.now === was && !draft.reason) {
    delete state.cells[idOf(draft)];
  } else {
    state.cells[idOf(draft)] = draft;
  }
  keep();
  soon();
};

const waiting = () => Object.values(state.cells).filter((draft) => !draft.told);

const soon = (after = SOON) => {
  clearTimeout(timer);
  if (state.sending || waiting().length) {
    tell("unsaved");
    timer = setTimeout(send, after);
  } else {
    tell(Object.keys(state.cells).length ? "unsaved" : "saved");
  }
};

const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const batch = () => {
  const drafts = waiting();
  if (!drafts.length) { return null; }
  const same = drafts.filter((draft) => draft.source === drafts[0].source).slice(0, MOST);
  const edits = same.map(({ table, key, column, was, now, reason }) => ({ table, key, column, was, now, reason }));
  return { key: fresh(), source: drafts[0].source, edits };
};

const token = () => document.cookie.split("; ").find((each) => each.startsWith("csrftoken="))?.split("=")[1] || "";

const post = (sending) => fetch(words.address, {
  method: "POST",
  credentials: "same-origin",
  redirect: "manual",
  headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "X-Requested-With": "fetch", "X-Account": words.account },
  body: JSON.stringify(sending),
});

const send = async () => {
  if (busy) { return; }
  state.sending = state.sending || batch();
  if (!state.sending) { return; }
  keep();
  busy = true;
  tell("saving");
  try {
    await answered(await post(state.sending));
  } catch {
    tell("offline");
    timer = setTimeout(send, LATER);
  } finally {
    busy = false;
  }
};

const answered = async (response) => {
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
    tell("expired", words.expired, button(words.again, send));
    document.dispatchEvent(new CustomEvent("junheng:expired"));
    return;
  }
  if (response.status >= 500 || response.status === 429) { throw new Error(response.status); }
  const answer = await response.json();
  const { source, edits } = state.sending;
  state.sending = null;
  if (answer.refusal) {
    tell("unsaved", `${words.unsaved} ${answer.refusal}`, button(words.again, send));
    keep();
    return;
  }
  const sent = new Map(edits.map((edit) => [idOf({ source, ...edit }), edit]));
  answer.saved.forEach((cell) => saved({ source, ...cell }, sent));
  answer.refused.forEach((cell) => stopped({ source, ...cell }, sent, {}));
  answer.contested.forEach((cell) => stopped({ source, ...cell }, sent, { contested: true, theirs: cell.theirs }));
  keep();
  window.htmx?.trigger("#findings", "saved");
  soon(0);
};

const saved = (cell, sent) => {
  const now = cell.value === null ? "" : String(cell.value);
  const draft = state.cells[idOf(cell)];
  const newer = draft && draft.now !== sent.get(idOf(cell)).now;
  const input = inputOf(cell);
  if (input) {
    input.dataset.was = now;
    if (!newer && document.activeElement !== input) { input.value = now; }
  }
  if (newer) {
    draft.was = now;
  } else {
    delete state.cells[idOf(cell)];
  }
};

const stopped = (cell, sent, more) => {
  const draft = state.cells[idOf(cell)];
  if (!draft || draft.now !== sent.get(idOf(cell)).now) { return; }
  Object.assign(draft, more, { told: cell.sentence });
  show(draft);
};

// Typing: a change is saved when the cell is left, or after a pause.
let pause = 0;
root.addEventListener("input", (event) => {
  const input = event.target.closest(".cell, .cell-reason");
  if (!input || input.classList.contains("cell-pasted")) { return; }
  clearTimeout(pause);
  pause = setTimeout(() => touched(input), 1500);
});
root.addEventListener("change", (event) => {
  const input = event.target.closest(".cell, .cell-reason");
  clearTimeout(pause);
  if (input) { touched(input); }
});

const touched = (input) => {
  const cell = input.classList.contains("cell") ? input : input.parentElement.querySelector(".cell");
  if (cell !== input && !cell.value) { return; }
  change(cell);
};

root.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  const cell = copy?.closest("tr").querySelector(".cell[data-source=reported]");
  if (cell) {
    cell.value = copy.dataset.copy;
    change(cell);
    cell.focus();
  }
});

// Enter leads down the column; Tab goes on as everywhere.
root.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input.cell")) { return; }
  event.preventDefault();
  const { column, source } = event.target.dataset;
  const all = [...event.target.closest("table, ul").querySelectorAll(".cell")];
  const grid = event.target.closest(".cells-grid");
  const same = all.filter((each) => each.dataset.source === source && (!grid || each.dataset.column === column));
  const next = same[same.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (next) {
    next.focus();
  } else {
    event.target.blur();
  }
});

// A block from a spreadsheet is laid into the table, to be looked at before it is saved.
root.addEventListener("paste", (event) => {
  const first = event.target.closest(".cells-grid input.cell");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!first || !/[\t\n]/.test(text.trim())) { return; }
  event.preventDefault();
  const { source } = first.dataset;
  const inputs = (row) => [...row.querySelectorAll(`.cell[data-source=${source}]`)];
  const rows = [...first.closest("tbody").rows];
  const top = rows.indexOf(first.closest("tr"));
  const left = inputs(rows[top]).indexOf(first);
  const laid = [];
  text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const input = rows[top + down] && inputs(rows[top + down])[left + right];
      if (input) {
        laid.push([input, input.value]);
        input.value = value.trim();
        input.classList.add("cell-pasted");
      }
    });
  });
  const done = (act) => () => {
    laid.forEach(([input, before]) => {
      input.classList.remove("cell-pasted");
      act(input, before);
    });
    soon();
  };
  tell("unsaved", words.pasted, button(words.keep, done(change)), button(words.undo, done((input, before) => { input.value = before; })));
});

// What the checks find is shown beside the fields too.
document.addEventListener("htmx:afterSettle", () => {
  root.querySelectorAll(".line-finding").forEach((note) => note.remove());
  root.querySelectorAll("[data-finding]").forEach((finding) => {
    const [table, key, columns] = finding.dataset.finding.split("|");
    columns.split(",").filter(Boolean).forEach((column) => {
      const line = document.getElementById([table, key.replaceAll("/", "-"), column].join("-"));
      const note = document.createElement("p");
      note.className = finding.classList.contains("finding-hard") ? "line-finding finding-hard" : "line-finding finding-soft";
      note.textContent = finding.firstElementChild.textContent + finding.firstElementChild.nextSibling.textContent;
      line?.querySelector(".line-name").append(note);
    });
  });
});

window.addEventListener("online", send);
document.addEventListener("junheng:signed-in", send);
window.addEventListener("focus", () => { if (bar.dataset.mood === "expired") { send(); } });
window.addEventListener("beforeunload", (event) => {
  if (state.sending || Object.keys(state.cells).length) { event.preventDefault(); }
});

Object.values(state.cells).forEach(show);
soon();
