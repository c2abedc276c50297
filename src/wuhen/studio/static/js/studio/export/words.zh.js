/** What the export dialog says in Chinese. */

export default {
  "export.title": "导出",
  "export.format": "格式",
  "export.same": "与原图相同",
  "export.quality": "画质",
  "export.qualityHint": "将重新压缩整张图片。",
  "export.metadata": "保留相机、时间、地点等元数据",
  "export.metadataHint": "颜色配置文件、分辨率和 AI 标识始终保留。",
  "export.name": "文件名",
  "export.size": "大小",
  "export.making": "正在生成文件…",
  "export.share": "分享",
};
