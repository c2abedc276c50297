/** 关于消除建议的中文。 */

export default {
  "propose.all": "可以消除的内容",
  "propose.chip": "{what}（{count}）",
  "propose.hint": "点击选中，再次点击取消。",
  "propose.things": "人物和物体…",
  "propose.thingsHint": "让服务查找人物和物体，逐个点击选取。",
  "propose.taken": "已选中：{what}。点击“消除”即可去除。",
  "propose.left": "已取消选中：{what}。",
  "propose.single": "排除部分内容",
  "propose.stop": "不再提示",
  "propose.stopped": "今后不再提示，需要时可按 T 键自行查找。",
  "propose.again": "恢复提示",
  "propose.setting": "打开照片时提示可以消除的内容",
};
