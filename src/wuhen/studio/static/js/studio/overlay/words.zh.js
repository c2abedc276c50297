/** 关于选区显示的中文。 */

export default {
  "mask.growBy": "扩展或收缩选区",
  "mask.growHint": "负数为收缩。",
  "mask.apply": "应用",
  "mask.colour": "选区颜色",
  "mask.colour.auto": "自动",
  "mask.colour.red": "红",
  "mask.colour.green": "绿",
  "mask.colour.blue": "蓝",
  "mask.colour.yellow": "黄",
};
