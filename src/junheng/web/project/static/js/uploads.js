// Sends the files of a form one after the other, with progress, each with the lines that are ticked.
"use strict";

function send(form, file, tell) {
  const body = new FormData(form);
  body.delete("file");
  body.append("file", file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) tell(Math.round((100 * event.loaded) / event.total) + " %");
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => resolve(request));
    request.send(body);
  });
}

function row(list, name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const state = document.createElement("span");
  label.textContent = name + "　";
  state.textContent = list.dataset.waiting;
  item.append(label, state);
  list.append(item);
  return (words) => { state.textContent = words; };
}

async function sendAll(form, list) {
  const files = Array.from(form.elements.namedItem("file").files);
  const rows = files.map((file) => row(list, file.name));
  let failed = 0;
  for (const [number, file] of files.entries()) {
    const answer = await send(form, file, rows[number]);
    if (answer.status === 201) {
      rows[number](list.dataset.done);
    } else {
      failed += 1;
      rows[number]((answer.response && answer.response.problem) || list.dataset.failed);
    }
  }
  if (failed === 0) window.location.reload();
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  const list = form.querySelector("[data-upload-list]");
  const button = form.querySelector("button[type=submit]");
  const input = form.elements.namedItem("file");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.replaceChildren();
    button.disabled = true;
    sendAll(form, list).finally(() => { button.disabled = false; });
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("dropping"); });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("dropping"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
  });
}
