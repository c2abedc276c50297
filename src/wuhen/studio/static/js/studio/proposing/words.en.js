/** What is said in English of what could go. */

export default {
  "propose.all": "What could go",
  "propose.chip": "{what} ({count})",
  "propose.hint": "Click to select it; click again to leave it.",
  "propose.things": "People and things…",
  "propose.thingsHint": "Have the service look for people and things, each to be taken by a click.",
  "propose.taken": "Selected: {what}. Erase takes it away.",
  "propose.left": "Not selected any more: {what}.",
  "propose.single": "Leave some out",
  "propose.stop": "Propose nothing any more",
  "propose.stopped": "Nothing is proposed any more. You can look for it yourself with T.",
  "propose.again": "Propose again",
  "propose.setting": "Propose what could go when a photo opens",
};
