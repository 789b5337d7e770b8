"use strict";

const REFRESH_MS = 1000;
const $ = (id) => document.getElementById(id);
const form = $("form");
let first = "";      // the first day shown; "" is today
let shown = null;    // the answer that is on the screen
let shownText = "";  // the same, as it came
let edited = null;   // the Feishu event in the editor; null for a new one

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className || "";
  if (text) made.textContent = text;
  return made;
}

function shift(day, days) {
  const date = new Date(day + "T00:00Z");
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function when(item, day) {
  if (item.all_day) return t("all day");
  const [startDay, start] = item.start.split("T"), [endDay, end] = item.end.split("T");
  if (startDay < day && endDay > day) return t("all day");
  if (startDay < day) return isChinese ? "至 " + end : "until " + end;
  return endDay > day ? (isChinese ? start + " 起" : "from " + start) : start + "–" + end;
}

function more(item) {
  return [item.place, ...item.marks.map(t), item.calendar && (isChinese ? "" : "in ") + item.calendar].filter(Boolean).join(" · ");
}

function eventElement(item, day, known) {
  const made = element(item.can_edit ? "button" : "div", "event");
  made.classList.add(...item.marks.filter((mark) => mark === "tentative"));
  made.append(element("span", "when", when(item, day)), element("strong", "title", item.title || t("(no title)")));
  if (more(item)) made.append(element("span", "more", more(item)));
  if (known && !known.has(JSON.stringify(item))) made.classList.add("fresh");
  if (item.can_edit) made.onclick = () => openEditor(item);
  return made;
}

function dayElement(day, today, known) {
  const date = new Date(day.date + "T00:00Z");
  const name = (options) => date.toLocaleDateString(isChinese ? "zh-CN" : "en-GB", {timeZone: "UTC", ...options});
  const made = element("section", "day");
  made.classList.toggle("today", day.date === today);
  made.classList.toggle("weekend", [0, 6].includes(date.getUTCDay()));
  const label = element("div", "date");
  label.append(element("b", "", `${name({weekday: "short"})} ${date.getUTCDate()}`),
               element("span", "", name({month: "long"})));
  made.append(label);
  for (const side of ["feishu", "outlook"]) {
    const column = element("div", "side " + side);
    column.append(...day[side].map((item) => eventElement(item, day.date, known)));
    made.append(column);
  }
  return made;
}

function show(answer) {
  const items = (days) => days.flatMap((day) => [...day.feishu, ...day.outlook]).map((item) => JSON.stringify(item));
  const known = shown && shown.first === answer.first ? new Set(items(shown.days)) : null;
  $("days").replaceChildren(...answer.days.map((day) => dayElement(day, answer.today, known)));
  $("zone").textContent = answer.zone;
  $("feishu-name").textContent = answer.feishu_name;
  const isEmpty = !answer.days.some((day) => day.outlook.length);
  $("outlook-name").textContent = answer.outlook_name + (isEmpty ? t(" · nothing in these two weeks yet") : "");
  shown = answer;
}

async function refresh() {
  try {
    const text = await (await fetch("/days?first=" + first)).text();
    if (text !== shownText) show(JSON.parse(text));
    shownText = text;
    $("lost").hidden = true;
  } catch {
    $("lost").hidden = false;
  }
}

async function act(name, said) {
  const answer = await fetch("/acts/" + name, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(said),
  });
  if (!answer.ok) {
    $("problem").textContent = (await answer.json()).problem || t("That did not work.");
    return;
  }
  $("editor").close();
  await refresh();
}

function openEditor(item) {
  edited = item;
  $("editor-title").textContent = t(item ? "Feishu event" : "New Feishu event");
  $("problem").textContent = "";
  const soon = shown ? shown.today : new Date().toISOString().slice(0, 10);
  const {title, all_day, start, end} = item || {title: "", all_day: false, start: soon + "T10:00", end: soon + "T11:00"};
  const [startDay, startClock] = start.split("T"), [endDay, endClock] = end.split("T");
  form.title.value = title;
  form.all_day.checked = all_day;
  form.start_day.value = startDay;
  form.end_day.value = all_day ? shift(endDay, -1) : endDay;
  form.start_clock.value = startClock || "10:00";
  form.end_clock.value = endClock || "11:00";
  form.repeats.value = "";
  form.reach.value = "one";
  $("repeats").hidden = Boolean(item);
  $("reach").hidden = !(item && item.series_id);
  $("cancel").hidden = !item;
  showClocks();
  $("editor").showModal();
}

function showClocks() {
  form.classList.toggle("whole", form.all_day.checked);
}

function said() {
  const whole = form.all_day.checked;
  return {
    ...edited,
    title: form.title.value.trim(),
    start: whole ? form.start_day.value : form.start_day.value + "T" + form.start_clock.value,
    end: whole ? shift(form.end_day.value, 1) : form.end_day.value + "T" + form.end_clock.value,
    repeats: form.repeats.value,
    whole_series: form.reach.value === "all",
    was_start: edited && edited.start,
    was_end: edited && edited.end,
  };
}

function turnTo(day) {
  first = day;
  refresh();
}

// The end follows the start, as long as it was.
form.start_day.addEventListener("change", () => {
  if (form.end_day.value < form.start_day.value) form.end_day.value = form.start_day.value;
});
form.all_day.addEventListener("change", showClocks);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(edited ? "change" : "add", said());
});
$("cancel").onclick = () => act("cancel", said());
$("close").onclick = () => $("editor").close();
$("add").onclick = () => openEditor(null);
$("today").onclick = () => turnTo("");
$("earlier").onclick = () => turnTo(shown.earlier);
$("later").onclick = () => turnTo(shown.later);
setInterval(() => document.hidden || refresh(), REFRESH_MS);
refresh();
