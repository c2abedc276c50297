/** What is said in English of what an object left. */

export default {
  "traces.shadow": "shadow",
  "traces.reflection": "reflection",
  "traces.rim": "edge",
  "traces.and": ", ",
  "traces.goes": "Also erased: {what}",
  "traces.goesHint": "Outlined in blue. Click to take it into the selection and edit it.",
  "traces.taken": "Selected: {what}",
  "traces.takenHint": "It is in the selection: brush and eraser change it. Click to let it stay.",
  "traces.left": "Kept: {what}",
  "traces.leftHint": "Click to take it into the selection.",
};
