/** What is said in English of work that is kept. */

export default {
  "saving.full": "This browser has no room left to keep your work. Download the result before you close the tab.",
  "recent.about": "Kept in this browser only; nothing of it is sent anywhere.",
  "recent.open": "Go on with",
  "recent.delete": "Delete {name}",
  "recent.deleted": "{name} is deleted here.",
  "recent.clear": "Delete all",
  "recent.clearSure": "Delete all recent work from this browser?",
  "recent.keep": "Keep my work in this browser",
  "recent.none": "Nothing is kept.",
};
