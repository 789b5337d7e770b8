"use strict";

// The page in Chinese, for a browser that speaks it. English is the source and stands in the page itself.
const isChinese = navigator.language.toLowerCase().startsWith("zh");
const CHINESE = {
  "Two calendars, simulated": "两个模拟日历",
  "Once both are signed in (in the Settings window), change the Feishu one and watch Outlook follow. Times are in":
    "在“设置”窗口中登录两边的账号，然后修改飞书日历，就能看到 Outlook 随之更新。时区",
  "Weeks": "周", "A week earlier": "前一周", "A week later": "后一周", "Today": "今天", "Add event": "添加日程",
  "Feishu": "飞书",
  "The sandbox does not answer. This page goes on by itself when it is back.": "模拟服务没有响应，恢复后此页面会自动继续。",
  "A simulated service on your own computer. Nothing here reaches the internet.":
    "这是你电脑上的模拟服务，不会访问互联网。",
  "Feishu event": "飞书日程", "New Feishu event": "新建飞书日程",
  "Title": "标题", "All day": "全天", "Starts": "开始", "Ends": "结束", "at": "时间",
  "Repeats": "重复", "never": "不重复", "every day": "每天", "Monday to Friday": "每个工作日", "every week": "每周",
  "This event repeats. Apply to": "这是重复日程。应用于", "only this time": "仅此日程", "every time": "所有日程",
  "Save": "保存", "Close": "关闭", "Cancel event": "取消日程",
  "That did not work.": "操作未成功。",
  "all day": "全天", "(no title)": "（无主题）",
  "repeats": "重复", "private": "私密", "free": "空闲", "tentative": "暂定", "video": "视频会议",
  "oof": "外出", "workingElsewhere": "在其他地方工作",
  " · nothing in these two weeks yet": " · 这两周还没有日程",
};

function t(english) {
  return (isChinese && CHINESE[english]) || english;
}

function translatePage() {
  if (!isChinese) return;
  document.documentElement.lang = "zh-CN";
  document.title = t(document.title);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (text in CHINESE) walker.currentNode.data = walker.currentNode.data.replace(text, CHINESE[text]);
  }
  for (const named of document.querySelectorAll("[aria-label]")) named.ariaLabel = t(named.ariaLabel);
}

translatePage();
