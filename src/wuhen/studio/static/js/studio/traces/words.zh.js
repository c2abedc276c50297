/** 关于阴影和倒影的中文。 */

export default {
  "traces.shadow": "阴影",
  "traces.reflection": "倒影",
  "traces.rim": "残边",
  "traces.and": "、",
  "traces.goes": "一并消除：{what}",
  "traces.goesHint": "范围以蓝色标出，点击可加入选区进行修改。",
  "traces.taken": "已加入选区：{what}",
  "traces.takenHint": "可用画笔和橡皮擦修改；再次点击则不消除。",
  "traces.left": "保留：{what}",
  "traces.leftHint": "点击加入选区。",
};
