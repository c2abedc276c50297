/** What is said in English of the mask on the screen. */

export default {
  "mask.growBy": "Grow or shrink by",
  "mask.growHint": "Less than 0 shrinks it.",
  "mask.apply": "Apply",
  "mask.colour": "Colour of the mask",
  "mask.colour.auto": "By the photo",
  "mask.colour.red": "Red",
  "mask.colour.green": "Green",
  "mask.colour.blue": "Blue",
  "mask.colour.yellow": "Yellow",
};
