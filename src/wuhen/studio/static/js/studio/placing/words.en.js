/** What is said in English of a rectangle that is placed. */

export default {
  "placing.left": "Left",
  "placing.top": "Top",
  "placing.width": "Width",
  "placing.height": "Height",
  "placing.add": "Add",
  "placing.takeAway": "Take away",
  "placing.drop": "Cancel",
  "placing.at": "Rectangle {width} × {height} at {left}, {top}. Arrow keys move it, with Shift they change its size; Enter adds it.",
  "placing.done": "A rectangle of {width} × {height} is painted. Press Erase, or Enter.",
};
