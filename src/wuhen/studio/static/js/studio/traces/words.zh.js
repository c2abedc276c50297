/** 关于阴影和倒影的中文。 */

export default {
  "traces.goes": "阴影和倒影将一并消除",
  "traces.goesHint": "范围以蓝色标出，点击可加入选区进行修改。",
  "traces.taken": "阴影和倒影",
  "traces.takenHint": "已加入选区，可用画笔和橡皮擦修改；再次点击则不消除。",
  "traces.left": "保留阴影和倒影",
  "traces.leftHint": "点击加入选区。",
};
