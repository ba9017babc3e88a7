// Keys, the framed question, and cutting by mouse. Everything here is also reachable by plain forms and links.
import { SkipLink, ServiceNavigation, ErrorSummary, createAll } from "/static/vendor/govuk-frontend.min.js"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
for (const part of [SkipLink, ServiceNavigation, ErrorSummary]) createAll(part)

const all = (what, from = document) => Array.from(from.querySelectorAll(what))
const say = (words) => { document.getElementById("heard").textContent = words }
const typing = (target) =>
  target.closest("select, textarea, [contenteditable]") ||
  (target.matches("input") && !["checkbox", "radio", "submit", "button"].includes(target.type))

// --- The framed card (a question, or a row of the list) -------------------------------------------------------------

const cards = () => all("[data-card], [data-row]")
const framed = () => document.querySelector("[data-card].ft-here, [data-row].ft-here")

function frame(card, { scroll = true, focus = true } = {}) {
  if (!card) return
  for (const other of all(".ft-here")) other.classList.remove("ft-here")
  card.classList.add("ft-here")
  const link = card.querySelector("a.ft-row__title")
  if (focus) (link || card).focus({ preventScroll: true })
  if (scroll) card.scrollIntoView({ block: "nearest" })
  const item = card.dataset.card
  if (item === undefined) return
  const marks = item ? all(`#text mark[data-item="${CSS.escape(item)}"]`) : []
  for (const mark of marks) mark.classList.add("ft-here")
  const text = document.getElementById("text")
  if (text && marks.length && scroll) {
    const top = marks[0].offsetTop - text.offsetTop
    if (top < text.scrollTop || top > text.scrollTop + text.clientHeight - 60) text.scrollTop = Math.max(0, top - 40)
  }
}

function step(by) {
  const found = cards()
  const place = found.indexOf(framed())
  frame(found[Math.min(found.length - 1, Math.max(0, place < 0 ? 0 : place + by))])
}

// --- Keys -----------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof HTMLElement && typing(event.target)) {
    event.target.blur()
    return
  }
  if (event.key === "Enter" && event.target.matches?.("input[data-add]")) {
    event.preventDefault() // Enter in the box adds the label; it does not save the letter.
    added(event.target)
    return
  }
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  if (!(event.target instanceof Element) || typing(event.target)) return
  const key = event.key.toLowerCase()
  if (key === "j" || key === "k") {
    event.preventDefault()
    step(key === "j" ? 1 : -1)
    return
  }
  const card = framed()
  if (key === "o" && card?.matches("[data-row]")) {
    event.preventDefault()
    card.querySelector("a.ft-row__title").click()
    return
  }
  const wanted = `[data-key="${CSS.escape(key)}"]`
  const target =
    card?.querySelector(wanted) || all(wanted).find((found) => !found.closest("[data-card]") || found.closest('[data-card="split"]'))
  if (!target) return
  event.preventDefault()
  if (key === "h" && document.getElementById("at")?.value) return document.querySelector("#cut button")?.click()
  if (target.matches("input:not([type=checkbox]):not([type=radio])")) {
    target.focus()
    return
  }
  target.click()
  if (target.type === "checkbox") say(`${target.labels[0].innerText.split("\n")[0]}: ${target.checked ? "ticked" : "not ticked"}`)
})

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-card]")
  if (card && card !== framed()) frame(card, { scroll: false, focus: false })
})

// --- Ticks and added labels -----------------------------------------------------------------------------------------

document.addEventListener("change", (event) => {
  const box = event.target
  if (box.matches("input[data-add]")) added(box)
  else if (box.matches(".ft-tick input"))
    box.closest(".ft-tick").classList.toggle("ft-tick--changed", box.checked !== box.defaultChecked)
})

function added(box) {
  const words = box.value.trim().toLowerCase()
  const option = words && all("option", box.list).find((o) => [o.value, o.dataset.label].some((n) => n.toLowerCase() === words))
  if (!option) return
  const group = box.closest("fieldset")
  let tick = all("input[type=checkbox]", group).find((t) => t.value === option.dataset.label)
  if (!tick) {
    const id = `${box.id}-${group.querySelectorAll(".ft-tick").length}`
    const row = document.createElement("div")
    row.className = "ft-tick ft-tick--changed"
    tick = Object.assign(document.createElement("input"), { type: "checkbox", id, name: box.dataset.add, value: option.dataset.label })
    const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: option.value })
    row.append(tick, label)
    group.querySelector(".ft-ticks").append(row)
  }
  tick.checked = true
  box.value = ""
  say(`${option.value}: ticked`)
}

// --- Cutting by mouse -----------------------------------------------------------------------------------------------
// Offsets count code points, as the record's do; JavaScript counts UTF-16 units.

function offset(node, units) {
  const holder = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("#text [data-start]")
  if (!holder) return null
  const before = document.createRange()
  before.setStart(holder, 0)
  before.setEnd(node, units)
  return Number(holder.dataset.start) + Array.from(before.toString()).length
}

document.addEventListener("selectionchange", () => {
  const text = document.getElementById("text")
  const bar = document.getElementById("cut")
  const selection = document.getSelection()
  if (!text || !bar || !selection.rangeCount || !text.contains(selection.anchorNode)) return
  const range = selection.getRangeAt(0)
  const start = offset(range.startContainer, range.startOffset)
  const end = offset(range.endContainer, range.endOffset)
  const item = (range.startContainer.parentElement || text).closest("mark[data-item]")
  bar.replaceChildren()
  document.getElementById("at").value = ""
  if (start === null || end === null) return
  if (selection.isCollapsed && item) {
    document.getElementById("at").value = start
    offer(bar, `split:${item.dataset.item}`, `Split ${numberOf(item.dataset.item)} where you clicked`, "h")
  } else if (!selection.isCollapsed && !item) {
    document.getElementById("start").value = start
    document.getElementById("end").value = end
    offer(bar, "add:", "Make the marked words a question", "")
  } else if (!selection.isCollapsed && item) {
    document.getElementById("at").value = start
    offer(bar, `split:${item.dataset.item}`, `Split ${numberOf(item.dataset.item)} where the marked words begin`, "h")
  }
  bar.hidden = !bar.childElementCount
})

const numberOf = (item) => document.querySelector(`mark[data-item="${CSS.escape(item)}"][data-number]`)?.dataset.number || "the question"

function offer(bar, value, words, key) {
  const button = Object.assign(document.createElement("button"), { name: "do", value, className: "ft-link" })
  if (key) button.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ")
  button.append(words)
  bar.append(button)
}

document.addEventListener("click", (event) => {
  const card = event.target.closest?.("[data-card]")
  if (card && card !== framed()) frame(card, { scroll: false, focus: false })
  const mark = event.target.closest?.("#text mark[data-item]")
  if (mark && document.getSelection().isCollapsed)
    frame(document.querySelector(`[data-card="${CSS.escape(mark.dataset.item)}"]`), { focus: false })
})

// --- After a page, or a part of one, is there -------------------------------------------------------------------------

function begin(swapped) {
  const summary = document.querySelector(".govuk-error-summary")
  if (swapped && summary) {
    createAll(ErrorSummary)
    return
  }
  const card = document.querySelector('[data-card]:not([data-card=""])') || document.querySelector("[data-card]")
  if (card) frame(card, { scroll: false, focus: false })
  if (swapped) document.querySelector("[data-focus]")?.focus({ preventScroll: true })
}

document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "main") begin(true) })
// A save that is under way is not sent twice.
document.addEventListener("htmx:beforeRequest", (event) => { event.target.setAttribute?.("aria-busy", "true") })
document.addEventListener("htmx:afterRequest", (event) => {
  event.target.removeAttribute?.("aria-busy")
  if (event.detail.failed && !event.detail.xhr.status) say("The pages do not answer. Nothing was saved.")
})
begin(false)
