/** 关于放置矩形的中文。 */

export default {
  "placing.left": "左",
  "placing.top": "上",
  "placing.width": "宽",
  "placing.height": "高",
  "placing.add": "添加",
  "placing.takeAway": "减去",
  "placing.drop": "取消",
  "placing.at": "矩形 {width} × {height}，位于 {left}, {top}。方向键移动，按住 Shift 调整大小，回车键添加。",
  "placing.done": "已添加 {width} × {height} 的矩形，请点按“消除”或按回车键。",
};
