/** What is said of choosing, in English. */

export default {
  "choices.title": "Which is better?",
  "choices.hint": "Press a picture, or use ← and →; 1 to 4 show another beside your favourite.",
  "choices.place": "Place {number} of {all}",
  "choices.before": "Previous place",
  "choices.next": "Next place",
  "choices.favourite": "{name}, your favourite",
  "choices.better": "This is better",
  "choices.stays": "Keep this one",
  "choices.prefer": "{what}: {name}",
  "choices.keep": "Use my favourites",
  "choices.done": "Choose the best one.",
  "choices.running": "Making other choices… {seconds} s",
  "choices.runningLeft": "Making other choices… about {seconds} s left",
};
