/** What is said of what is under way, in Chinese. */

export default {
  "underway.label": "处理进度",
  "erase.runningLeft": "正在消除… 约剩 {seconds} 秒",
  "erase.goes": "松开画笔即消除",
  "erase.goesShort": "即涂即消",
  "erase.goesHint": "松开画笔后立即消除，处理期间可以继续涂抹下一处。",
};
