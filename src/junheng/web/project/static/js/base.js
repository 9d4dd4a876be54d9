// What every page does beside its content: menus close, errors get the focus, and when the session
// is over one signs in again in a dialog, with everything that was typed still on the page.
"use strict";

const show = (id) => { document.getElementById(id).hidden = false; };
const hide = (id) => { document.getElementById(id).hidden = true; };

// Menus -----------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const own = event.target.closest("details.menu");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== own) { menu.open = false; }
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Errors get the focus, so that they are seen and read aloud --------------------------------------

const focusProblem = (within) => {
  const problem = within.querySelector("[data-focus]");
  if (problem) { problem.focus(); }
};

document.addEventListener("DOMContentLoaded", () => { focusProblem(document); });
document.addEventListener("htmx:afterSettle", (event) => { focusProblem(event.target); });

// What scrolls inside its own frame can be reached and scrolled by keyboard ------------------------

const reachable = () => {
  for (const frame of document.querySelectorAll(".table-responsive:not([tabindex])")) {
    if (frame.scrollWidth > frame.clientWidth) { frame.tabIndex = 0; }
  }
};

document.addEventListener("DOMContentLoaded", reachable);
document.addEventListener("htmx:afterSettle", reachable);
window.addEventListener("resize", reachable);

// What is folded is unfolded on paper ---------------------------------------------------------------

window.matchMedia("print").addEventListener("change", ({ matches }) => {
  for (const fold of document.querySelectorAll(matches ? "details.fold:not([open])" : "details.fold[data-printed]")) {
    fold.open = matches;
    fold.toggleAttribute("data-printed", matches);
  }
});

// Signing in again --------------------------------------------------------------------------------

const renewToken = (token) => {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    field.value = token;
  }
};

const askToSignIn = async (address) => {
  const dialog = document.getElementById("sign-in");
  if (dialog.open) { return; }
  const form = document.getElementById("sign-in-form");
  const answer = await fetch(address, { headers: { "X-Dialog": "1" } });
  form.innerHTML = await answer.text();
  dialog.showModal();
};

document.addEventListener("submit", async (event) => {
  if (!event.target.closest("#sign-in-form")) { return; }
  event.preventDefault();
  const answer = await fetch(event.target.action, {
    method: "POST", headers: { "X-Dialog": "1" }, body: new FormData(event.target),
  });
  if (answer.status === 204) {
    renewToken(answer.headers.get("X-CSRFToken"));
    document.getElementById("sign-in").close();
    show("signed-in");
    document.dispatchEvent(new CustomEvent("junheng:signed-in"));
  } else {
    const form = document.getElementById("sign-in-form");
    form.innerHTML = await answer.text();
    focusProblem(form);
  }
});

document.addEventListener("junheng:expired", () => {
  askToSignIn(document.getElementById("sign-in").dataset.address);
});

// Answers that the page cannot use are told in words, and never put into the page -----------------

document.addEventListener("htmx:responseError", (event) => {
  const address = event.detail.xhr.status === 401 && event.detail.xhr.getResponseHeader("X-Sign-In");
  if (address) { askToSignIn(address); } else { show("failed"); }
});

document.addEventListener("htmx:sendError", () => { show("failed"); });
document.addEventListener("htmx:timeout", () => { show("failed"); });
document.addEventListener("htmx:beforeSwap", () => { hide("failed"); hide("signed-in"); });
