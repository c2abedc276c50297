/** 关于保留的作品的中文。 */

export default {
  "saving.full": "浏览器存储空间不足，无法继续自动保存。关闭标签页前，请先下载结果。",
  "recent.about": "仅保存在此浏览器中，不会上传。",
  "recent.open": "继续编辑",
  "recent.delete": "删除 {name}",
  "recent.deleted": "已删除 {name}。",
  "recent.clear": "全部删除",
  "recent.clearSure": "要删除此浏览器中的全部编辑记录吗？",
  "recent.keep": "在此浏览器中自动保存",
  "recent.none": "没有编辑记录。",
};
