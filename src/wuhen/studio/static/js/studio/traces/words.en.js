/** What is said in English of what an object left. */

export default {
  "traces.goes": "Shadow and reflection go, too",
  "traces.goesHint": "Outlined in blue. Click to take them into the selection and edit them.",
  "traces.taken": "Shadow and reflection",
  "traces.takenHint": "They are in the selection: brush and eraser change them. Click to let them stay.",
  "traces.left": "Shadow and reflection stay",
  "traces.leftHint": "Click to take them into the selection.",
};
