/** What is said of choosing, in Chinese. */

export default {
  "choices.title": "哪个更好？",
  "choices.hint": "点按更好的一张，或按 ← →；按 1 至 4 可换一张来比较。",
  "choices.place": "第 {number} 处，共 {all} 处",
  "choices.before": "上一处",
  "choices.next": "下一处",
  "choices.favourite": "{name}（首选）",
  "choices.better": "这张更好",
  "choices.stays": "保留这张",
  "choices.prefer": "{what}：{name}",
  "choices.keep": "采用首选结果",
  "choices.done": "请选出最好的一张。",
  "choices.running": "正在生成其他结果… {seconds} 秒",
  "choices.runningLeft": "正在生成其他结果… 约剩 {seconds} 秒",
};
