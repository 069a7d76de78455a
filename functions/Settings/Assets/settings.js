// The pages work without this script. It adds copy buttons and keeps at most one question open.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
for (const question of document.querySelectorAll(".asks details")) {
  question.addEventListener("toggle", () => {
    if (!question.open) return;
    for (const other of document.querySelectorAll(".asks details[open]")) other.open = other === question;
  });
}
for (const box of document.querySelectorAll(".chosen input")) {
  box.addEventListener("change", () => { document.querySelector("input[name=access][value=chosen]").checked = true; });
}
document.querySelector(".shown")?.scrollIntoView({ block: "nearest" });
