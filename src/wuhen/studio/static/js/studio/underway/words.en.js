/** What is said of what is under way, in English. */

export default {
  "underway.label": "How far it is",
  "erase.runningLeft": "Erasing… about {seconds} s left",
  "erase.goes": "Erase as soon as I lift the brush",
  "erase.goesShort": "Paint and go",
  "erase.goesHint": "Each stroke is erased when you lift the brush; you can paint the next one meanwhile.",
};
